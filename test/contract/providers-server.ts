// A place of our own for tests: a server on this machine that answers with recorded exchanges.

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A request as the place got it. */
export interface Got {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Readonly<Record<string, unknown>>;
}

export interface TestPlace {
  /** `http://127.0.0.1:PORT`. */
  readonly origin: string;
  /** Every request so far, oldest first. */
  readonly got: readonly Got[];
  /** Resolves when the client has closed the connection of an answer that was not whole. */
  readonly gone: Promise<void>;
}

export type Answer = (response: ServerResponse, got: Got) => void;

/** Serves until the test is over. */
export async function startPlace(answer: Answer): Promise<TestPlace> {
  const got: Got[] = [];
  let tellGone = (): void => {};
  const gone = new Promise<void>((resolve) => (tellGone = resolve));
  const server = createServer((request, response) => {
    response.once('close', () => {
      if (!response.writableFinished) tellGone();
    });
    void read(request, (asked) => {
      got.push(asked);
      answer(response, asked);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, got, gone };
}

async function read(request: IncomingMessage, take: (got: Got) => void): Promise<void> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const text = Buffer.concat(parts).toString();
  take({
    method: request.method ?? '',
    path: request.url ?? '',
    headers: request.headers,
    body: text === '' ? {} : (JSON.parse(text) as Got['body']),
  });
}

export function answerJson(value: unknown, status = 200, headers: object = {}): Answer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(value));
  };
}

/** Server-sent events as they stand in `text`, in pieces of so many bytes. */
export function answerEvents(text: string, pieceBytes = text.length): Answer {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      response.write(bytes.subarray(at, at + pieceBytes));
    }
    response.end();
  };
}
