// Request bodies within the bound, over it and never whole, over real sockets.

import { once } from 'node:events';
import { constants } from 'node:http2';
import { expect, test } from 'vitest';
import { ServiceException } from '../../src/protocol/errors.ts';
import type { WireRequest, WireResponse } from '../../src/protocol/wire/http.ts';
import { echo, http2Request, http2Session, rawClient, startPort, whole } from './fixture.ts';

const post = 'POST / HTTP/1.1\r\nhost: h\r\n';

test('a body at the bound is read whole, by length and by chunks', async () => {
  const port = await startPort({ handler: echo, bounds: { requestBodyBytesMax: 10 } });
  const client = rawClient(port);
  client.socket.write(`${post}content-length: 10\r\n\r\n0123456789`);
  await client.receives('"body":"0123456789"');
  client.socket.write(`${post}transfer-encoding: chunked\r\nconnection: close\r\n\r\n`);
  client.socket.write('5\r\nabcde\r\n5\r\nfghij\r\n0\r\n\r\n');
  expect(await client.closed()).toContain('"body":"abcdefghij"');
  const answer = await http2Request(http2Session(port), {}, '0123456789');
  expect(answer.text).toContain('"body":"0123456789"');
});

test('a request without a body has an empty one', async () => {
  const port = await startPort({ handler: echo });
  const client = rawClient(port);
  client.socket.write('GET / HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n');
  expect(await client.closed()).toContain('"body":""');
  const answer = await http2Request(http2Session(port), { ':method': 'GET' });
  expect(answer.text).toContain('"body":""');
});

test('a body declared over the bound is refused before a byte of it comes', async () => {
  const port = await startPort({ handler: tell, bounds: { requestBodyBytesMax: 10 } });
  const client = rawClient(port);
  client.socket.write(`${post}content-length: 11\r\n\r\n`);
  const text = await client.receives('}');
  expect(text).toContain('HTTP/1.1 400');
  expect(text).toContain('ValidationException: The request body of 11 bytes is larger');
  expect(text).toContain('the limit of 10 bytes');
  expect(text).toMatch(/connection: close/i);
  const session = http2Session(port);
  const stream = session.request({ ':method': 'POST', 'content-length': '11' });
  const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
  expect(headers[':status']).toBe(400);
  stream.resume();
  await once(stream, 'close');
  expect(stream.rstCode).toBe(constants.NGHTTP2_NO_ERROR);
});

test('a body that passes the bound is refused though no length was declared', async () => {
  const port = await startPort({ handler: tell, bounds: { requestBodyBytesMax: 10 } });
  const client = rawClient(port);
  client.socket.write(`${post}transfer-encoding: chunked\r\n\r\n6\r\nabcdef\r\n`);
  client.socket.write('6\r\nabcdef\r\n');
  expect(await client.receives('}')).toContain('the limit of 10 bytes');
  const answer = await http2Request(http2Session(port), {}, 'abcdefabcdef');
  expect([answer.status, answer.resetCode]).toEqual([400, constants.NGHTTP2_NO_ERROR]);
  expect(answer.text).toContain('the limit of 10 bytes');
});

test('a client that is still sending a refused body gets the whole answer', async () => {
  const port = await startPort({ handler: tell, bounds: { requestBodyBytesMax: 10 } });
  const body = Buffer.alloc(16_000_000, 'x');
  const client = rawClient(port);
  const failed: Error[] = [];
  client.socket.on('error', (error) => failed.push(error));
  client.socket.write(`${post}content-length: ${body.length}\r\n\r\n`);
  client.socket.write(body);
  expect(await client.closed()).toContain('the limit of 10 bytes');
  expect(failed).toEqual([]);
  const answer = await http2Request(http2Session(port), {}, body);
  expect([answer.status, answer.resetCode]).toEqual([400, constants.NGHTTP2_NO_ERROR]);
  expect(answer.text).toContain('the limit of 10 bytes');
});

test('a refused body is read no further than the bound of the drain', async () => {
  const bounds = { requestBodyBytesMax: 10, refusedBodyDrainBytesMax: 100_000 };
  const port = await startPort({ handler: tell, bounds });
  const client = rawClient(port);
  client.socket.write(`${post}transfer-encoding: chunked\r\n\r\n`);
  const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`;
  const send = (): void => {
    while (!client.socket.destroyed && client.socket.write(chunk));
  };
  client.socket.on('drain', send);
  send();
  await client.closed();
  expect(client.socket.bytesWritten).toBeLessThan(50_000_000);
});

test('a refused body that never ends is waited for no longer than the drain may take', async () => {
  const bounds = { requestBodyBytesMax: 10, refusedBodyDrainTimeoutMs: 20 };
  const port = await startPort({ handler: tell, bounds });
  const client = rawClient(port);
  client.socket.write(`${post}content-length: 11\r\n\r\n`);
  expect(await client.closed()).toContain('the limit of 10 bytes');
});

test('a body that the handler does not want is thrown away', async () => {
  const port = await startPort({ handler: async () => whole('no thanks', 403) });
  const client = rawClient(port);
  const body = Buffer.alloc(2_000_000, 'x');
  client.socket.write(`${post}content-length: ${body.length}\r\n\r\n`);
  client.socket.write(body);
  expect(await client.closed()).toContain('no thanks');
  const answer = await http2Request(http2Session(port), {}, body);
  expect([answer.status, answer.text]).toEqual([403, 'no thanks']);
});

test('a small body that nobody reads costs no connection', async () => {
  const port = await startPort({ handler: async () => whole('answered', 403) });
  const client = rawClient(port);
  client.socket.write(`${post}content-length: 2\r\n\r\nhi`);
  await client.receives('answered');
  client.socket.write(`${post}content-length: 2\r\nconnection: close\r\n\r\nhi`);
  expect((await client.closed()).match(/answered/g)).toHaveLength(2);
});

test('a client that waits for our word is told to send its body', async () => {
  const port = await startPort({ handler: echo });
  const client = rawClient(port);
  client.socket.write(`${post}expect: 100-continue\r\ncontent-length: 2\r\n\r\n`);
  await client.receives('HTTP/1.1 100 Continue\r\n\r\n');
  client.socket.write('hi');
  await client.receives('"body":"hi"');
  const stream = http2Session(port).request({ ':method': 'POST', expect: '100-continue' });
  await once(stream, 'continue');
  stream.end('hi');
  const [data] = (await once(stream, 'data')) as [Buffer];
  expect(data.toString()).toContain('"body":"hi"');
});

test('a client that waits for our word is not asked for what is refused', async () => {
  const port = await startPort({ handler: tell, bounds: { requestBodyBytesMax: 10 } });
  const client = rawClient(port);
  client.socket.write(`${post}expect: 100-continue\r\ncontent-length: 11\r\n\r\n`);
  expect(await client.receives('}')).not.toContain('100 Continue');
});

test('a client that goes away in mid-body ends the wait for it', async () => {
  const told: string[] = [];
  const handler = async (request: WireRequest) => {
    const answer = await tell(request);
    told.push(Buffer.from(answer.body as Uint8Array).toString());
    return answer;
  };
  const port = await startPort({ handler });
  const client = rawClient(port);
  client.socket.write(`${post}content-length: 10\r\n\r\nhalf`);
  await expect.poll(() => port.openStreams).toBe(1);
  client.socket.destroy();
  await expect.poll(() => told.length).toBe(1);
  for (const reason of [constants.NGHTTP2_CANCEL, constants.NGHTTP2_NO_ERROR]) {
    const session = rawClient(port);
    session.socket.write(Buffer.concat([...openedWithHalfABody, resetFrame(reason)]));
  }
  await expect.poll(() => told.length).toBe(3);
  for (const text of told) expect(text).toContain('ConnectionCut');
});

test('a body that stalls is answered with 408', async () => {
  const port = await startPort({ handler: tell, bounds: { requestTimeoutMs: 50 } });
  const client = rawClient(port);
  client.socket.write(`${post}content-length: 10\r\n\r\nhalf`);
  const text = await client.receives('}');
  expect(text).toContain('HTTP/1.1 408');
  expect(text.toLowerCase()).toContain('x-amzn-errortype: requesttimeoutexception');
  const stream = http2Session(port).request({ ':method': 'POST' });
  stream.write('half');
  const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
  expect(headers[':status']).toBe(408);
  stream.resume();
  await once(stream, 'close');
});

test('a body is read only once', async () => {
  const port = await startPort({ handler: readTwice });
  const answer = await http2Request(http2Session(port), {}, 'hi');
  expect(answer.text).toContain('only once');
});

/** Frames by hand: Node's own client ends a body before it resets the stream. */
const openedWithHalfABody = [
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  frame({ type: 4, flags: 0, stream: 0 }, Buffer.alloc(0)),
  // POST, / and http from the static table of HPACK, and an authority, `h`.
  frame({ type: 1, flags: 4, stream: 1 }, Buffer.from([0x83, 0x84, 0x86, 1, 1, 0x68])),
  frame({ type: 0, flags: 0, stream: 1 }, Buffer.from('half')),
];

function resetFrame(reason: number): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(reason);
  return frame({ type: 3, flags: 0, stream: 1 }, payload);
}

function frame(head: { type: number; flags: number; stream: number }, payload: Buffer): Buffer {
  const bytes = Buffer.alloc(9);
  bytes.writeUIntBE(payload.length, 0, 3);
  bytes.writeUInt8(head.type, 3);
  bytes.writeUInt8(head.flags, 4);
  bytes.writeUInt32BE(head.stream, 5);
  return Buffer.concat([bytes, payload]);
}

async function readTwice(request: WireRequest): Promise<WireResponse> {
  await request.body();
  return tell(request);
}

/** Reads the body and tells what came of it, as the real handler does. */
async function tell(request: WireRequest): Promise<WireResponse> {
  try {
    return whole(`{${(await request.body()).length}}`);
  } catch (error) {
    const status = error instanceof ServiceException ? error.status : 500;
    return whole(`{${String(error)}}`, status);
  }
}
