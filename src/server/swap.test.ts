import { expect, test } from 'vitest';
import type { WireHandler, WireRequest, WireResponse } from '../protocol/wire/http.ts';
import { createSwap } from './swap.ts';

const request: WireRequest = {
  method: 'GET',
  target: '/',
  headers: {},
  httpVersion: '1.1',
  local: true,
  signal: new AbortController().signal,
  body: async () => new Uint8Array(0),
};

interface Fake {
  readonly handler: WireHandler;
  readonly close: () => Promise<void>;
  closed: number;
}

function serving(body: WireResponse['body'] | Error): Fake {
  const fake: Fake = {
    closed: 0,
    async handler() {
      if (body instanceof Error) throw body;
      return { status: 200, headers: {}, body };
    },
    async close() {
      fake.closed += 1;
    },
  };
  return fake;
}

async function* twoPieces(): AsyncGenerator<Uint8Array> {
  yield Uint8Array.of(1);
  yield Uint8Array.of(2);
}

async function opened(handler: WireHandler): Promise<AsyncIterator<Uint8Array>> {
  const { body } = await handler(request);
  if (body instanceof Uint8Array) throw new Error('The body is no stream.');
  return body[Symbol.asyncIterator]();
}

test('a stream ends on the handler that it began on, which is closed then', async () => {
  const before = serving(twoPieces());
  const after = serving(Uint8Array.of(9));
  const swap = createSwap(before);
  const stream = await opened(swap.handler);
  expect((await stream.next()).value).toEqual(Uint8Array.of(1));
  swap.replace(after);
  expect((await swap.handler(request)).body).toEqual(Uint8Array.of(9));
  expect((await stream.next()).value).toEqual(Uint8Array.of(2));
  expect(before.closed).toBe(0);
  expect((await stream.next()).done).toBe(true);
  expect(before.closed).toBe(1);
  expect(after.closed).toBe(0);
  await swap.close();
  expect([before.closed, after.closed]).toEqual([1, 1]);
});

test('a stream that nobody reads to its end counts until it is closed', async () => {
  const before = serving(twoPieces());
  const swap = createSwap(before);
  const stream = await opened(swap.handler);
  swap.replace(serving(Uint8Array.of(9)));
  expect(before.closed).toBe(0);
  await stream.return?.();
  expect(before.closed).toBe(1);
});

test('a connection that is cut counts no longer', async () => {
  const before = serving(new Error('cut'));
  const swap = createSwap(before);
  await expect(swap.handler(request)).rejects.toThrow('cut');
  swap.replace(serving(Uint8Array.of(9)));
  expect(before.closed).toBe(1);
});

test('closing waits for those that were replaced', async () => {
  const before = serving(twoPieces());
  const swap = createSwap(before);
  const stream = await opened(swap.handler);
  swap.replace(serving(Uint8Array.of(9)));
  let isClosed = false;
  const closed = swap.close().then(() => (isClosed = true));
  await stream.next();
  expect(isClosed).toBe(false);
  await stream.return?.();
  await closed;
  expect(before.closed).toBe(1);
});
