// One raw HTTP exchange on a connection of its own, over either version, with nothing added.

import { request } from 'node:http';
import { connect } from 'node:http2';

export type HttpVersion = '1.1' | '2.0';

export interface Asked {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** Sends a request as it is given and reads the whole answer. */
export function exchange(url: string, version: HttpVersion, asked: Asked): Promise<Answer> {
  return version === '1.1' ? exchangeHttp1(url, asked) : exchangeHttp2(url, asked);
}

/** The exception's name and message of an answer, read as an SDK reads them. */
export function exceptionOf({ status, headers, text }: Answer): {
  readonly status: number;
  readonly name: string;
  readonly message: string;
} {
  const body = JSON.parse(text) as { readonly message?: string; readonly Message?: string };
  const [name = ''] = String(headers['x-amzn-errortype']).split(':');
  return { status, name, message: body.message ?? body.Message ?? '' };
}

function exchangeHttp1(url: string, asked: Asked): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const { hostname, port } = new URL(url);
  const headers = { ...lengthOf(asked), ...asked.headers };
  const options = { hostname, port, path: asked.path, method: asked.method ?? 'POST', headers };
  const outgoing = request({ ...options, agent: false }, (response) => {
    readText(response).then(
      (text) => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
      reject,
    );
  });
  outgoing.on('error', reject);
  outgoing.end(asked.body);
  return promise;
}

function exchangeHttp2(url: string, asked: Asked): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  // By default Node refuses the head of an answer while over 10 MB of the request are unsent.
  const session = connect(url, { maxSessionMemory: 200 });
  session.on('error', reject);
  const { host, ...headers } = asked.headers ?? {};
  const stream = session.request({
    ':method': asked.method ?? 'POST',
    ':path': asked.path,
    ...(host === undefined ? {} : { ':authority': host }),
    ...lengthOf(asked),
    ...headers,
  });
  stream.on('error', reject);
  stream.on('response', (head) => {
    readText(stream).then(
      (text) => resolve({ status: head[':status'] ?? 0, headers: head, text }),
      reject,
    );
  });
  stream.end(asked.body);
  return promise.finally(() => session.destroy());
}

function lengthOf({ body }: Asked): Record<string, string> {
  if (body === undefined) return {};
  const headers = { 'content-type': 'application/json' };
  return { ...headers, 'content-length': String(Buffer.byteLength(body)) };
}

async function readText(readable: AsyncIterable<unknown>): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of readable) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}
