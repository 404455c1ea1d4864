// What the port does with clients that say nothing, too much, or no HTTP at all.

import { once } from 'node:events';
import { constants } from 'node:http2';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import type { WireRequest } from '../../src/protocol/wire/http.ts';
import {
  echo,
  http2Request,
  http2Session,
  rawClient,
  signal,
  startPort,
  whole,
} from './fixture.ts';

const preface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
const goaway = 7;

test('a connection that says nothing is closed', async () => {
  const port = await startPort({ handler: echo, bounds: { requestHeadTimeoutMs: 20 } });
  expect(await rawClient(port).closed()).toBe('');
});

test('a connection that stops in the preface is closed', async () => {
  const port = await startPort({ handler: echo, bounds: { requestHeadTimeoutMs: 20 } });
  const client = rawClient(port);
  client.socket.write(preface.slice(0, 10));
  expect(await client.closed()).toBe('');
});

test('a connection that stops in a head is answered with 408 and closed', async () => {
  const port = await startPort({ handler: echo, bounds: { requestHeadTimeoutMs: 20 } });
  const client = rawClient(port);
  client.socket.write('POST / HTTP/1.1\r\nhost: h\r\n');
  const text = await client.closed();
  expect(text).toContain('HTTP/1.1 408 Request Timeout');
  expect(text).toMatch(/\{"message":"[^"]+"\}$/);
});

test('a session that begins no stream is told to go and closed', async () => {
  const port = await startPort({ handler: echo, bounds: { requestHeadTimeoutMs: 20 } });
  const client = rawClient(port);
  client.socket.write(preface);
  client.socket.write(Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]));
  const text = await client.closed();
  expect(framesOf(Buffer.from(text, 'latin1'))).toContain(goaway);
});

test('an idle session is told to go once its streams are done', async () => {
  const port = await startPort({ handler: echo, bounds: { idleConnectionTimeoutMs: 20 } });
  const session = http2Session(port);
  const gone = once(session, 'goaway');
  expect((await http2Request(session)).status).toBe(200);
  const [code] = (await gone) as [number];
  expect(code).toBe(constants.NGHTTP2_NO_ERROR);
});

test('an idle connection of HTTP/1.1 is closed after its answer', async () => {
  const port = await startPort({ handler: echo, bounds: { idleConnectionTimeoutMs: 20 } });
  const client = rawClient(port);
  client.socket.write('GET / HTTP/1.1\r\nhost: h\r\n\r\n');
  expect(await client.closed()).toContain('200 OK');
});

test('a client that leaves before it says anything is forgotten', async () => {
  const port = await startPort({ handler: echo });
  for (const part of ['', 'PRI *']) {
    const client = rawClient(port);
    await once(client.socket, 'connect');
    client.socket.end(part);
    expect(await client.closed()).toBe('');
  }
});

test('what is no HTTP is answered with 400 and closed', async () => {
  const port = await startPort({ handler: echo });
  const client = rawClient(port);
  client.socket.write('\u0000\u0001 nonsense\r\n\r\n');
  client.socket.write(Buffer.alloc(500_000, 'x'));
  const text = await client.closed();
  expect(text).toContain('HTTP/1.1 400 Bad Request');
  expect(text.toLowerCase()).toContain('x-amzn-errortype: validationexception');
  expect(text).toMatch(/\{"message":"[^"]+"\}$/);
});

test('a broken chunk in a body is answered with 400', async () => {
  const port = await startPort({ handler: echo });
  const client = rawClient(port);
  client.socket.write('POST / HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n');
  expect(await client.receives('}')).toContain('HTTP/1.1 400');
});

test('headers over the bounds are answered with 431', async () => {
  const bounds = { requestHeadersBytesMax: 2_000, requestHeadersCountMax: 20 };
  const port = await startPort({ handler: echo, bounds });
  const long = rawClient(port);
  long.socket.write(`GET / HTTP/1.1\r\nhost: h\r\nx-long: ${'x'.repeat(3_000)}\r\n\r\n`);
  expect(await long.closed()).toContain('HTTP/1.1 431');
  const many = rawClient(port);
  many.socket.write(
    `GET / HTTP/1.1\r\nhost: h\r\nconnection: close\r\n${'a: b\r\n'.repeat(19)}\r\n`,
  );
  expect(await many.closed()).toContain('HTTP/1.1 431');
  const enough = rawClient(port);
  enough.socket.write(
    `GET / HTTP/1.1\r\nhost: h\r\nconnection: close\r\n${'a: b\r\n'.repeat(18)}\r\n`,
  );
  expect(await enough.closed()).toContain('HTTP/1.1 200');
});

test('headers over the bounds cost a request of HTTP/2, not its session', async () => {
  const bounds = { requestHeadersBytesMax: 2_000, requestHeadersCountMax: 20 };
  const port = await startPort({ handler: echo, bounds });
  const session = http2Session(port);
  const names = Array.from({ length: 30 }, (_, index) => [`x-${index}`, '1']);
  const many = await http2Request(session, Object.fromEntries(names));
  expect(many.resetCode).toBe(constants.NGHTTP2_ENHANCE_YOUR_CALM);
  const long = { 'x-long': 'x'.repeat(3_000) };
  expect((await http2Request(session, long)).status).not.toBe(200);
  // The first request may come before its client knows our settings.
  expect((await http2Request(http2Session(port), long)).status).toBe(431);
  expect((await http2Request(session)).status).toBe(200);
});

test('HTTP/1.1 without Host is answered with 400, HTTP/1.0 is served', async () => {
  const port = await startPort({ handler: echo });
  const newer = rawClient(port);
  newer.socket.write('GET / HTTP/1.1\r\nconnection: close\r\n\r\n');
  expect(await newer.closed()).toContain('HTTP/1.1 400');
  const older = rawClient(port);
  older.socket.write('GET / HTTP/1.0\r\n\r\n');
  expect(await older.closed()).toContain('"httpVersion":"1.0"');
});

test('an offer to upgrade to h2c is answered as plain HTTP/1.1', async () => {
  const port = await startPort({ handler: echo });
  const client = rawClient(port);
  client.socket.write(
    'GET / HTTP/1.1\r\nhost: h\r\nconnection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\n' +
      'http2-settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n',
  );
  expect(await client.receives('"httpVersion":"1.1"')).toContain('HTTP/1.1 200');
});

test('CONNECT is served in neither version', async () => {
  const port = await startPort({ handler: echo });
  const client = rawClient(port);
  client.socket.write('CONNECT other:443 HTTP/1.1\r\nhost: other\r\n\r\n');
  expect(await client.closed()).not.toContain('200');
  const session = http2Session(port);
  const stream = session.request({ ':method': 'CONNECT', ':authority': 'other:443' });
  const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
  expect(headers[':status']).toBe(400);
});

test('pipelined requests are bounded and answered in order', async () => {
  const release = signal();
  const handler = async (request: WireRequest) => {
    await release.promise;
    return whole(`<${request.target}>`);
  };
  const port = await startPort({ handler, bounds: { sessionStreamsMax: 3 } });
  const client = rawClient(port);
  for (const path of ['/1', '/2', '/3', '/4']) {
    client.socket.write(`GET ${path} HTTP/1.1\r\nhost: h\r\n\r\n`);
  }
  await expect.poll(() => port.openStreams).toBeGreaterThanOrEqual(3);
  release.resolve();
  const text = await client.receives('HTTP/1.1 503');
  expect([...text.matchAll(/<(.*?)>/g)].map((match) => match[1])).toEqual(['/1', '/2', '/3']);
});

test('a session may open so many streams at once and is told so', async () => {
  const port = await startPort({ handler: echo, bounds: { sessionStreamsMax: 7 } });
  const session = http2Session(port);
  await once(session, 'remoteSettings');
  expect(session.remoteSettings.maxConcurrentStreams).toBe(7);
});

test('a flood of reset streams ends its session and no other', async () => {
  const port = await startPort({ handler: echo, bounds: { sessionResetBurstMax: 10 } });
  const session = http2Session(port);
  const other = http2Session(port);
  await Promise.all([once(session, 'connect'), once(other, 'connect')]);
  const closed = new Promise<void>((resolve) => {
    session.once('close', () => resolve());
  });
  const flood = (): void => {
    if (session.closed || session.destroyed) return;
    const stream = session.request({ ':method': 'POST', ':path': '/' });
    stream.on('error', () => {
      // The session's end is what is waited for.
    });
    stream.close(constants.NGHTTP2_CANCEL);
    setImmediate(flood);
  };
  flood();
  await closed;
  expect((await http2Request(other)).status).toBe(200);
  await expect.poll(() => port.openStreams).toBe(0);
});

test('connections that are reset at any point leave the port serving', async () => {
  const port = await startPort({ handler: echo });
  const parts = ['', 'P', 'POST / HTTP/1.1\r\n', `${preface}\u0000\u0000`, `${preface}garbage....`];
  for (const part of parts) {
    const socket = connect(port.port, '127.0.0.1');
    await once(socket, 'connect');
    await new Promise((resolve) => {
      socket.write(part, 'latin1', resolve);
    });
    socket.resetAndDestroy();
  }
  expect((await http2Request(http2Session(port), {}, 'still here')).text).toContain('still here');
});

/** The types of the frames of HTTP/2. */
function framesOf(bytes: Buffer): number[] {
  const types: number[] = [];
  for (let offset = 0; offset + 9 <= bytes.length; offset += 9 + bytes.readUIntBE(offset, 3)) {
    types.push(bytes.readUInt8(offset + 3));
  }
  return types;
}
