// What the servers of this bench have in common: how they start, read a body, and where they send.

import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';

/** As long as any server that one would run: the bench opens thousands of connections at once. */
const backlog = 4_096;

/** Listens on a free port and says so in the line that the bench waits for. */
export function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): void {
  const server = createServer({ keepAliveTimeout: 75_000 }, answer);
  server.listen({ host: '127.0.0.1', port: 0, backlog }, () => {
    console.log(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
}

/** The origin that a proxy of the bench sends to stands in its first argument. */
export function createPool(): Pool {
  const [, , origin] = process.argv;
  if (origin === undefined) throw new Error('name the origin to send to');
  return new Pool(origin, { allowH2: false, headersTimeout: 0, bodyTimeout: 0 });
}

/** Hands on the whole body. Cheaper than an iteration over the reads. */
export function onBody(request: IncomingMessage, whole: (body: Buffer) => void): void {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => whole(parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts)));
}

/** Ends an answer whose making failed, so that the bench sees it. */
export function failing(response: ServerResponse): (error: unknown) => void {
  return (error) => {
    console.error(error);
    if (response.headersSent) response.destroy();
    else response.writeHead(502).end(String(error));
  };
}
