// The port closes without cutting an answer that is under way.

import { once } from 'node:events';
import { constants } from 'node:http2';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import type { WireResponse } from '../../src/protocol/wire/http.ts';
import {
  echo,
  http2Request,
  http2Session,
  ManualBody,
  rawClient,
  signal,
  startPort,
  streamed,
  whole,
} from './fixture.ts';

const get = 'GET / HTTP/1.1\r\nhost: h\r\n\r\n';

test('a port with silent and idle connections closes at once', async () => {
  const port = await startPort({ handler: echo });
  const silent = rawClient(port);
  const idle = rawClient(port);
  idle.socket.write(get);
  const session = http2Session(port);
  await Promise.all([once(silent.socket, 'connect'), idle.receives('}'), http2Request(session)]);
  const goaway = once(session, 'goaway');
  await port.close({ graceMs: 60_000 });
  await Promise.all([silent.closed(), idle.closed(), goaway]);
});

test('open streams are finished before the port is closed', async () => {
  const bodies: ManualBody[] = [];
  const port = await startPort({ handler: async () => streamed(nextBody(bodies)) });
  const client = rawClient(port);
  client.socket.write(get);
  await client.receives('\r\n\r\n');
  const session = http2Session(port);
  const stream = session.request({ ':path': '/' });
  await once(stream, 'response');
  const goaway = once(session, 'goaway');
  const ended = once(stream, 'close');
  let closed = false;
  const closing = (async () => {
    await port.close({ graceMs: 60_000 });
    closed = true;
  })();
  const [code] = (await goaway) as [number];
  expect(code).toBe(constants.NGHTTP2_NO_ERROR);
  await expect(connects(port.port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  expect(closed).toBe(false);
  for (const body of bodies) body.put('last words');
  const [data] = (await once(stream, 'data')) as [Buffer];
  for (const body of bodies) body.put(undefined);
  expect(data.toString()).toBe('last words');
  expect(await client.closed()).toMatch(/last words\r\n0\r\n\r\n$/);
  await ended;
  expect(stream.rstCode).toBe(constants.NGHTTP2_NO_ERROR);
  await closing;
});

test('an answer that comes after the close began tells the client to connect anew', async () => {
  const release = signal();
  const handler = async (): Promise<WireResponse> => {
    await release.promise;
    return whole('done');
  };
  const port = await startPort({ handler });
  const client = rawClient(port);
  client.socket.write(get);
  const answer = http2Request(http2Session(port));
  await expect.poll(() => port.openStreams).toBe(2);
  const closing = port.close({ graceMs: 60_000 });
  release.resolve();
  const text = await client.closed();
  expect(text).toMatch(/connection: close/i);
  expect(text).toContain('done');
  expect(await answer).toMatchObject({ status: 200, text: 'done' });
  await closing;
  expect(port.openStreams).toBe(0);
});

test('what is still open after the grace is dropped', async () => {
  const bodies: ManualBody[] = [];
  const port = await startPort({ handler: async () => streamed(nextBody(bodies)) });
  const client = rawClient(port);
  client.socket.write(get);
  await client.receives('\r\n\r\n');
  const stream = http2Session(port).request({ ':path': '/' });
  stream.on('error', () => {
    // The loss of the connection is what is waited for.
  });
  await once(stream, 'response');
  const failed = once(client.socket, 'error');
  await port.close({ graceMs: 20 });
  expect(await client.closed()).not.toContain('0\r\n\r\n');
  expect(await failed).toMatchObject([{ code: 'ECONNRESET' }]);
  await Promise.all(bodies.map((body) => body.closed.promise));
});

test('closing twice waits for the same end', async () => {
  const port = await startPort({ handler: echo });
  await Promise.all([port.close(), port.close()]);
  await port.close();
});

function nextBody(bodies: ManualBody[]): ManualBody {
  const body = new ManualBody();
  bodies.push(body);
  return body;
}

async function connects(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.destroy();
}
