// A port on a free loopback address for one test, and bare clients that speak to it.

import { once } from 'node:events';
import { connect as connectHttp2, type ClientHttp2Session } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { createEnvironment, type Environment } from '../../src/environment.ts';
import type { WireHandler, WireRequest, WireResponse } from '../../src/protocol/wire/http.ts';
import { listen, type Port, type PortBounds } from '../../src/server/port.ts';
import type { TlsCredentials } from '../../src/server/tls.ts';

export interface PortOptions {
  readonly handler: WireHandler;
  readonly bounds?: Partial<PortBounds>;
  readonly environment?: Environment;
  readonly tls?: TlsCredentials;
}

export const quiet = createEnvironment({ logLevel: 'silent' });

/** Closed with all its connections when the test ends. */
export async function startPort(options: PortOptions): Promise<Port> {
  const port = await listen({ environment: quiet, host: '127.0.0.1', port: 0, ...options });
  onTestFinished(() => port.close({ graceMs: 0 }));
  return port;
}

/** A bare socket that keeps what it receives. */
export interface RawClient {
  readonly socket: Socket;
  readonly text: string;
  /** Resolves with the text once it holds `part`; rejects when the connection ends before. */
  receives(part: string): Promise<string>;
  /** Resolves with all that came once the connection is closed. */
  closed(): Promise<string>;
}

export function rawClient({ port }: { readonly port: number }): RawClient {
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: false });
  onTestFinished(() => void socket.destroy());
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.on('error', () => {
    // A reset is one of the ways a connection ends; `close` follows.
  });
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => resolve());
  });
  const text = (): string => Buffer.concat(chunks).toString('latin1');
  return {
    socket,
    get text() {
      return text();
    },
    async receives(part) {
      while (!text().includes(part)) {
        if (socket.closed) throw new Error(`The connection ended before ${part}: ${text()}`);
        await Promise.race([once(socket, 'data'), closed]);
      }
      return text();
    },
    async closed() {
      await closed;
      return text();
    },
  };
}

export function http2Session({ port }: { readonly port: number }): ClientHttp2Session {
  const session = connectHttp2(`http://127.0.0.1:${port}`);
  session.on('error', () => {
    // The streams tell what the tests want to know.
  });
  onTestFinished(() => session.destroy());
  return session;
}

export interface Http2Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly resetCode: number;
}

export async function http2Request(
  session: ClientHttp2Session,
  headers: Record<string, string> = {},
  body?: Uint8Array | string,
): Promise<Http2Answer> {
  const stream = session.request({ ':path': '/', ':method': 'POST', ...headers });
  let answer: Record<string, unknown> = {};
  const chunks: Buffer[] = [];
  stream.on('response', (received) => {
    answer = { ...received };
  });
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  stream.on('error', () => {
    // Told by the reset code.
  });
  stream.end(body);
  await new Promise<void>((resolve) => {
    stream.once('close', () => resolve());
  });
  return {
    status: Number(answer[':status']),
    headers: answer,
    text: Buffer.concat(chunks).toString(),
    resetCode: stream.rstCode,
  };
}

export function whole(text: string, status = 200): WireResponse {
  const headers = { 'content-type': 'text/plain' };
  return { status, headers, body: Buffer.from(text) };
}

export function streamed(body: AsyncIterable<Uint8Array>): WireResponse {
  return { status: 200, headers: { 'content-type': 'text/plain' }, body };
}

/** Answers with what it was asked. */
export async function echo(request: WireRequest): Promise<WireResponse> {
  const body = Buffer.from(await request.body()).toString();
  const { method, target, headers, httpVersion, local } = request;
  return whole(JSON.stringify({ method, target, headers, httpVersion, local, body }));
}

/** A promise that a test settles itself. */
export interface Signal {
  readonly promise: Promise<void>;
  resolve(): void;
}

export function signal(): Signal {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { promise, resolve };
}

/** A body that gives what the test puts into it, and tells when it is closed. */
export class ManualBody implements AsyncIterable<Uint8Array> {
  readonly closed = signal();
  pulls = 0;
  readonly #queue: (string | Error | undefined)[] = [];
  #arrived = signal();

  /** Undefined ends the body, an Error is thrown from it. */
  put(item: string | Error | undefined): void {
    this.#queue.push(item);
    this.#arrived.resolve();
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return {
      next: () => this.#next(),
      return: async () => {
        this.closed.resolve();
        return { done: true, value: undefined };
      },
    };
  }

  async #next(): Promise<IteratorResult<Uint8Array>> {
    this.pulls += 1;
    while (this.#queue.length === 0) {
      await this.#arrived.promise;
      this.#arrived = signal();
    }
    const item = this.#queue.shift();
    if (item instanceof Error) throw item;
    if (item === undefined) return { done: true, value: undefined };
    return { done: false, value: Buffer.from(item) };
  }
}
