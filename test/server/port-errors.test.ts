// What the port answers in the handler's stead: like every other answer it says when it was made,
// and by which ID one may speak of it.

import { expect, test } from 'vitest';
import { echo, http2Request, http2Session, quiet, rawClient, startPort } from './fixture.ts';

const uuid = '[\\da-f]{8}-[\\da-f]{4}-[\\da-f]{4}-[\\da-f]{4}-[\\da-f]{12}';
const requestId = new RegExp(`^x-amzn-requestid: (${uuid})\\r$`, 'im');
const date = /^date: (\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT)\r$/im;

test.each([
  ['no HTTP', 400, 'hello\r\n\r\n'],
  ['a broken chunk', 400, 'POST / HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n'],
  ['no Host', 400, 'GET / HTTP/1.1\r\nconnection: close\r\n\r\n'],
  ['long headers', 431, `GET / HTTP/1.1\r\nhost: h\r\nx-long: ${'x'.repeat(3_000)}\r\n\r\n`],
  ['a head that stops', 408, 'POST / HTTP/1.1\r\nhost: h\r\n'],
  ['a body that stops', 408, 'POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 9\r\n\r\nab'],
])('%s is answered with %d, a date and a request ID', async (_title, status, sent) => {
  const bounds = {
    requestHeadersBytesMax: 2_000,
    requestHeadTimeoutMs: 20,
    requestTimeoutMs: 40,
    refusedBodyDrainTimeoutMs: 20,
  };
  const port = await startPort({ handler: echo, bounds });
  const client = rawClient(port);
  client.socket.write(sent);
  const text = await client.receives('}');
  expect(text).toContain(`HTTP/1.1 ${status} `);
  expect(text).toMatch(requestId);
  expect(text.match(new RegExp(requestId, 'gim'))).toHaveLength(1);
  const saidMs = Date.parse(date.exec(text)?.[1] ?? '');
  expect(Math.abs(saidMs - Date.now())).toBeLessThan(10_000);
});

test('each answer has an ID of its own', async () => {
  const port = await startPort({ handler: echo });
  const ids = await Promise.all(
    ['a\r\n\r\n', 'b\r\n\r\n'].map(async (sent) => {
      const client = rawClient(port);
      client.socket.write(sent);
      return requestId.exec(await client.receives('}'))?.[1];
    }),
  );
  expect(new Set(ids).size).toBe(2);
});

test('a refusal over HTTP/2 has both, too', async () => {
  const port = await startPort({ handler: echo, bounds: { requestHeadersBytesMax: 2_000 } });
  const { status, headers } = await http2Request(http2Session(port), {
    'x-long': 'x'.repeat(3_000),
  });
  expect(status).toBe(431);
  expect(headers).toMatchObject({
    date: expect.stringMatching(/GMT$/) as unknown,
    'x-amzn-requestid': expect.stringMatching(new RegExp(`^${uuid}$`)) as unknown,
  });
});

test('a bug of the handler is logged under the ID that the client is told', async () => {
  const logged: object[] = [];
  const log = { ...quiet.log, error: (fields: object) => void logged.push(fields) };
  const port = await startPort({
    handler: () => Promise.reject(new Error('a bug')),
    environment: { ...quiet, log },
  });
  const client = rawClient(port);
  client.socket.write('GET / HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n');
  const text = await client.closed();
  expect(text).toContain('HTTP/1.1 500 ');
  expect(logged).toMatchObject([{ requestId: requestId.exec(text)?.[1] }]);
});
