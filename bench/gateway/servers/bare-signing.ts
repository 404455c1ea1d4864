// The yardstick of what goes through to Bedrock: a proxy that looks at nothing but signs anew.

import type { ServerResponse } from 'node:http';
import { createPool, failing, onBody, serve } from './listening.ts';
import { signer } from './signer.ts';

const pool = createPool();
const sign = signer(process.argv[2] ?? '');

serve((request, response) => {
  onBody(request, (body) => {
    pass(request.url ?? '/', body, response).catch(failing(response));
  });
});

async function pass(path: string, body: Buffer, response: ServerResponse): Promise<void> {
  const headers = { 'content-type': 'application/json', ...sign(path, body) };
  const answer = await pool.request({ path, method: 'POST', headers, body });
  const bytes = Buffer.from(await answer.body.arrayBuffer());
  const type = String(answer.headers['content-type']);
  const written = { 'content-type': type, 'content-length': bytes.length };
  response.writeHead(answer.statusCode, written).end(bytes);
}
