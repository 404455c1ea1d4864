// The first yardstick: a proxy that looks at nothing. node:http in, an undici Pool out.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { createPool, failing, onBody, serve } from './listening.ts';

const pool = createPool();

serve((request, response) => {
  onBody(request, (body) => {
    pass(request, response, body).catch(failing(response));
  });
});

async function pass(
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
): Promise<void> {
  const answer = await pool.request({
    path: request.url ?? '/',
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  const type = String(answer.headers['content-type']);
  const length = Number(answer.headers['content-length']);
  if (Number.isNaN(length)) {
    response.writeHead(answer.statusCode, { 'content-type': type });
    for await (const part of answer.body) response.write(part as Buffer);
    response.end();
  } else {
    response.writeHead(answer.statusCode, { 'content-type': type, 'content-length': length });
    response.end(Buffer.from(await answer.body.arrayBuffer()));
  }
}
