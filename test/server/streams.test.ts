// How a stream is paced: by its client's reading, and by what Go's SDK needs at its beginning.

import { once } from 'node:events';
import { expect, test } from 'vitest';
import type { WireRequest } from '../../src/protocol/wire/http.ts';
import {
  http2Session,
  ManualBody,
  quiet,
  rawClient,
  signal,
  startPort,
  streamed,
  whole,
} from './fixture.ts';

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nhost: h\r\n\r\n`;
const buffer = Buffer.alloc(65_536, 'x');

test('the first head of a stream on a new connection waits two milliseconds', async () => {
  const clock = heldClock();
  const port = await startPort({ handler: streamOrWhole, environment: clock.environment });
  const client = rawClient(port);
  client.socket.write(get('/stream'));
  await clock.slept.promise;
  expect(clock.sleeps).toEqual([2]);
  expect(client.text).toBe('');
  clock.release();
  await client.receives('0\r\n\r\n');
  client.socket.write(get('/stream').replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n'));
  await client.closed();
  expect(clock.sleeps).toEqual([2]);
});

test('a timer that fires early does not shorten the wait', async () => {
  const clock = heldClock(1.5);
  const port = await startPort({ handler: streamOrWhole, environment: clock.environment });
  const client = rawClient(port);
  client.socket.write(get('/stream'));
  await clock.slept.promise;
  clock.release();
  await client.receives('0\r\n\r\n');
  expect(clock.sleeps).toEqual([2, 1]);
});

test('neither a whole answer nor a stream of HTTP/2 waits', async () => {
  const clock = heldClock();
  const port = await startPort({ handler: streamOrWhole, environment: clock.environment });
  const client = rawClient(port);
  client.socket.write(get('/whole'));
  await client.receives('whole');
  client.socket.write(get('/stream'));
  await client.receives('0\r\n\r\n');
  const stream = http2Session(port).request({ ':path': '/stream' });
  await once(stream, 'response');
  expect(clock.sleeps).toEqual([]);
});

test('a body is pulled no further than its client reads', async () => {
  const port = await startPort({ handler: endless });
  const client = rawClient(port);
  client.socket.write(get('/'));
  await client.receives('\r\n\r\n');
  client.socket.pause();
  await stopsPulling();
  expect(pulls).toBeLessThan(1_000);
  const before = pulls;
  client.socket.resume();
  await expect.poll(() => pulls).toBeGreaterThan(before);
  client.socket.destroy();

  const session = http2Session(port);
  const stream = session.request({ ':path': '/' });
  await once(stream, 'response');
  await stopsPulling();
  expect(pulls).toBeLessThan(1_000);
  const held = pulls;
  stream.resume();
  await expect.poll(() => pulls).toBeGreaterThan(held);
  session.destroy();
  await expect.poll(() => port.openStreams).toBe(0);
});

test('a client that does not read a stream is dropped in the end', async () => {
  const port = await startPort({ handler: endless, bounds: { writeStallTimeoutMs: 50 } });
  const client = rawClient(port);
  client.socket.write(get('/'));
  client.socket.pause();
  await expect.poll(() => port.openStreams).toBe(1);
  await expect.poll(() => port.openStreams, { timeout: 4_000 }).toBe(0);
  const stream = http2Session(port).request({ ':path': '/' });
  stream.on('error', () => {
    // The reset is what is waited for.
  });
  await once(stream, 'response');
  await expect.poll(() => port.openStreams, { timeout: 4_000 }).toBe(0);
});

test('a client that does not read a whole answer is dropped in the end', async () => {
  const body = Buffer.alloc(30_000_000, 'x');
  const handler = async () => ({ status: 200, headers: {}, body });
  const port = await startPort({ handler, bounds: { writeStallTimeoutMs: 50 } });
  const client = rawClient(port);
  client.socket.write(get('/'));
  client.socket.pause();
  await expect.poll(() => port.openStreams).toBe(1);
  await expect.poll(() => port.openStreams, { timeout: 4_000 }).toBe(0);
});

test('a large whole answer reaches a client that reads it', async () => {
  const body = Buffer.alloc(5_000_000, 'x');
  const handler = async () => ({ status: 200, headers: {}, body });
  const port = await startPort({ handler });
  const stream = http2Session(port).request({ ':path': '/' });
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    size += chunk.length;
  });
  await once(stream, 'end');
  expect(size).toBe(body.length);
  const client = rawClient(port);
  client.socket.write(get('/').replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n'));
  expect((await client.closed()).split('\r\n\r\n')[1]).toHaveLength(body.length);
});

test('a model may be silent for longer than any idle time', async () => {
  const bounds = { idleConnectionTimeoutMs: 20, requestHeadTimeoutMs: 20, requestTimeoutMs: 20 };
  const bodies: ManualBody[] = [];
  const handler = async () => {
    const body = new ManualBody();
    bodies.push(body);
    return streamed(body);
  };
  const port = await startPort({ handler, bounds });
  const client = rawClient(port);
  client.socket.write(get('/'));
  await client.receives('\r\n\r\n');
  const stream = http2Session(port).request({ ':path': '/' });
  await once(stream, 'response');
  // Connections that are idle, and for as long, are ended meanwhile.
  const silent = rawClient(port);
  const idle = http2Session(port);
  await Promise.all([silent.closed(), once(idle, 'close')]);
  for (const body of bodies) {
    body.put('at last');
    body.put(undefined);
  }
  await client.receives('7\r\nat last\r\n0\r\n\r\n');
  const [data] = (await once(stream, 'data')) as [Buffer];
  expect(data.toString()).toBe('at last');
});

let pulls = 0;

async function endless() {
  pulls = 0;
  return streamed(
    (async function* () {
      for (;;) {
        pulls += 1;
        yield buffer;
      }
    })(),
  );
}

/** Two looks apart that see the same count, the second long after the loop has come to rest. */
async function stopsPulling(): Promise<void> {
  let last = -1;
  await expect
    .poll(
      () => {
        const still = pulls === last;
        last = pulls;
        return still && pulls > 0;
      },
      { interval: 100 },
    )
    .toBe(true);
}

async function streamOrWhole(request: WireRequest) {
  if (request.target === '/whole') return whole('whole');
  const body = new ManualBody();
  body.put('begun');
  body.put(undefined);
  return streamed(body);
}

/** A clock that stands still; a sleep moves it by `pace`, or by what was asked, once released. */
function heldClock(pace?: number) {
  let now = 1_000;
  const sleeps: number[] = [];
  const slept = signal();
  const held = signal();
  const clock = {
    ...quiet.clock,
    monotonic: () => now,
    sleep: async (ms: number) => {
      sleeps.push(ms);
      slept.resolve();
      await held.promise;
      now += pace ?? ms;
    },
  };
  return { environment: { ...quiet, clock }, sleeps, slept, release: () => held.resolve() };
}
