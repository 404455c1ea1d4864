// The second yardstick: a proxy that parses and writes anew what comes and what goes, as it is.

import type { ServerResponse } from 'node:http';
import { createPool, failing, onBody, serve } from './listening.ts';
import { createLineReader } from './lines.ts';

const pool = createPool();

serve((request, response) => {
  onBody(request, (body) => {
    pass(request.url ?? '/', body, response).catch(failing(response));
  });
});

async function pass(path: string, body: Buffer, response: ServerResponse): Promise<void> {
  const answer = await pool.request({
    path,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(JSON.parse(body.toString())),
  });
  const type = String(answer.headers['content-type']);
  if (type !== 'text/event-stream') {
    const written = Buffer.from(JSON.stringify(await answer.body.json()));
    const headers = { 'content-type': type, 'content-length': written.length };
    response.writeHead(answer.statusCode, headers).end(written);
    return;
  }
  response.writeHead(answer.statusCode, { 'content-type': type });
  const read = createLineReader();
  for await (const part of answer.body) {
    response.write(
      read(part as Buffer)
        .map(again)
        .join(''),
    );
  }
  response.end();
}

function again(line: string): string {
  if (!line.startsWith('data: {')) return `${line}\n`;
  return `data: ${JSON.stringify(JSON.parse(line.slice('data: '.length)))}\n`;
}
