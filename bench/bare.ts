// The yardstick of bench/server.ts: a server that reads the body, parses it and answers fixed JSON.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const answer = Buffer.from(
  JSON.stringify({
    metrics: { latencyMs: 1 },
    output: { message: { content: [{ text: 'x'.repeat(60) }], role: 'assistant' } },
    stopReason: 'end_turn',
    usage: { inputTokens: 8, outputTokens: 9, totalTokens: 17 },
  }),
);

const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    JSON.parse(Buffer.concat(parts).toString());
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': answer.length,
    });
    response.end(answer);
  });
});

server.listen(0, '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
