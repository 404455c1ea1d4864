// Bad input against the real command line, raw over both HTTP versions: a clear typed error for
// each, nothing crashes, nothing hangs, and the server answers the next request.

import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { runServer, showStderrOfFailures, startServer } from '../clients/server-process.ts';
import type { ServerProcess } from '../clients/server-process.ts';
import { exceptionOf, exchange } from './raw-exchange.ts';
import type { Answer, Asked } from './raw-exchange.ts';

const versions = ['1.1', '2.0'] as const;
const path = '/model/anthropic.claude-3-haiku-20240307-v1%3A0/converse';
const hello = JSON.stringify({ messages: [{ role: 'user', content: [{ text: 'Hello' }] }] });

let server: ServerProcess;

beforeAll(async () => {
  server = await startServer({ flags: ['--simulated'] });
});

afterAll(async () => {
  expect(await server.stop()).toBe(0);
});

showStderrOfFailures(() => server);

afterEach(async () => {
  for (const version of versions) {
    expect(await ask(version, { path, body: hello })).toMatchObject({ status: 200 });
  }
  expect(server.running()).toBe(true);
});

interface BadRequest {
  readonly title: string;
  readonly asked: Asked;
  readonly status: number;
  readonly name: string;
  readonly message: RegExp;
}

const badRequests: readonly BadRequest[] = [
  {
    title: 'a body that is no JSON',
    asked: { path, body: 'hello' },
    status: 400,
    name: 'SerializationException',
    message: /JSON/,
  },
  {
    title: 'a body of JSON that is cut short',
    asked: { path, body: hello.slice(0, -2) },
    status: 400,
    name: 'SerializationException',
    message: /JSON/,
  },
  {
    title: 'a body of JSON that is no object',
    asked: { path, body: '["messages"]' },
    status: 400,
    name: 'SerializationException',
    message: /object/,
  },
  {
    title: 'JSON nested deeper than any request',
    asked: { path, body: `${'['.repeat(100_000)}${']'.repeat(100_000)}` },
    status: 400,
    name: 'SerializationException',
    message: /\S/,
  },
  {
    title: 'a body without messages',
    asked: { path, body: '{}' },
    status: 400,
    name: 'ValidationException',
    message: /conversation/,
  },
  {
    title: 'empty messages',
    asked: { path, body: '{"messages": []}' },
    status: 400,
    name: 'ValidationException',
    message: /conversation/,
  },
  {
    title: 'messages of the wrong type',
    asked: { path, body: '{"messages": "Hello"}' },
    status: 400,
    name: 'SerializationException|ValidationException',
    message: /\S/,
  },
  {
    title: "a block in the format of Claude's own API",
    asked: { path, body: messageOf([{ type: 'text', text: 'Hello' }]) },
    status: 400,
    name: 'ValidationException',
    message:
      /^Malformed input request: #\/messages\/0\/content\/0: extraneous key \[type\] is not permitted, please reformat your input and try again\.$/,
  },
  {
    title: 'an unknown operation',
    asked: { path: path.replace('/converse', '/talk'), body: hello },
    status: 404,
    name: 'UnknownOperationException',
    message: /\S/,
  },
  {
    title: 'an unknown path',
    asked: { path: '/nowhere', method: 'GET' },
    status: 404,
    name: 'UnknownOperationException',
    message: /\S/,
  },
  {
    title: 'a path with a broken percent-encoding',
    asked: { path: '/model/%E0%A4%A/converse', body: hello },
    status: 404,
    name: 'UnknownOperationException',
    message: /\S/,
  },
  {
    title: 'an unknown model',
    asked: { path: '/model/meta.llama3-1-70b-instruct/converse', body: hello },
    status: 404,
    name: 'ResourceNotFoundException',
    message: /^Could not resolve the foundation model .*meta\.llama3-1-70b-instruct-v1:0/,
  },
  {
    title: 'a malformed model ID',
    asked: { path: '/model/no%20such%20model/converse', body: hello },
    status: 400,
    name: 'ValidationException',
    message: /The provided model identifier is invalid\.|failed to satisfy constraint/,
  },
  {
    title: 'a host that is not this machine',
    asked: { path, body: hello, headers: { host: 'attacker.example' } },
    status: 403,
    name: 'AccessDeniedException',
    message: /\S/,
  },
  {
    title: "another site's page",
    asked: { path, body: hello, headers: { origin: 'https://attacker.example' } },
    status: 403,
    name: 'AccessDeniedException',
    message: /\S/,
  },
  {
    title: "a script sent by another site's page",
    asked: {
      path: '/_openconverse/script',
      body: '{"text": "x"}',
      headers: { origin: 'https://attacker.example' },
    },
    status: 403,
    name: 'AccessDeniedException',
    message: /\S/,
  },
];

for (const version of versions) {
  for (const { title, asked, status, name, message } of badRequests) {
    test(`${title} is refused over HTTP/${version}`, async () => {
      const answer = await ask(version, asked);
      const exception = exceptionOf(answer);
      expect(exception.status).toBe(status);
      expect(exception.name).toMatch(new RegExp(`^(${name})$`));
      expect(exception.message).toMatch(message);
      expect(answer.headers['x-amzn-requestid']).toMatch(/^[0-9a-f-]{36}$/);
      expect(answer.headers['content-type']).toBe('application/json');
    });
  }

  test(`a wrong method is refused over HTTP/${version}`, async () => {
    const answer = await ask(version, { path, method: 'GET' });
    expect([404, 405]).toContain(answer.status);
    expect(exceptionOf(answer).name).toBe('UnknownOperationException');
  });

  test(`a body over 25 MB is refused in words over HTTP/${version}`, async () => {
    const body = messageOf([{ text: 'x'.repeat(25_000_001) }]);
    const exception = exceptionOf(await ask(version, { path, body }));
    expect(exception).toMatchObject({ status: 400, name: 'ValidationException' });
    expect(exception.message).toMatch(/25000000|25,000,000|25 MB/);
  });

  test(`a body of nearly 25 MB is answered over HTTP/${version}`, async () => {
    const body = messageOf([{ text: 'x'.repeat(24_900_000) }]);
    expect(await ask(version, { path, body })).toMatchObject({ status: 200 });
  });

  test(`a refused stream is a plain typed error over HTTP/${version}`, async () => {
    const stream = path.replace('/converse', '/converse-stream');
    const answer = await ask(version, { path: stream, body: '{"messages": []}' });
    expect(exceptionOf(answer)).toMatchObject({ status: 400, name: 'ValidationException' });
    expect(answer.headers['content-type']).toBe('application/json');
  });
}

test('a body that comes a few bytes at a time is answered', async () => {
  const { socket, answer } = await open();
  socket.write(headOf(hello.length));
  for (const byte of hello) {
    socket.write(byte);
    await turnOfTheLoop();
  }
  expect(await answer(/"stopReason":"end_turn"/)).toMatch(/^HTTP\/1\.1 200 /);
  socket.destroy();
});

test('clients that stop in mid-body hold up nobody', async () => {
  const stalled = await Promise.all(Array.from({ length: 100 }, open));
  for (const { socket } of stalled) socket.write(headOf(hello.length) + hello.slice(0, 20));
  expect(await ask('2.0', { path, body: hello })).toMatchObject({ status: 200 });
  expect(await ask('1.1', { path, body: hello })).toMatchObject({ status: 200 });
  for (const [index, { socket }] of stalled.entries()) {
    if (index % 2 === 0) socket.end();
    else socket.resetAndDestroy();
  }
});

test('connections that say nothing hold up nobody', async () => {
  const silent = await Promise.all(Array.from({ length: 100 }, open));
  expect(await ask('1.1', { path, body: hello })).toMatchObject({ status: 200 });
  for (const { socket } of silent) socket.destroy();
});

test('clients that never read their streams hold up nobody', async () => {
  const body = messageOf([{ text: 'word '.repeat(200_000) }]);
  const deaf = await Promise.all(Array.from({ length: 5 }, open));
  for (const { socket } of deaf) {
    socket.pause();
    socket.write(headOf(body.length).replace('/converse', '/converse-stream') + body);
  }
  expect(await ask('1.1', { path, body: hello })).toMatchObject({ status: 200 });
  expect(await ask('2.0', { path, body: hello })).toMatchObject({ status: 200 });
  for (const { socket } of deaf) socket.resetAndDestroy();
});

test('bytes that are no HTTP are answered by a close, not by silence', async () => {
  for (const bytes of ['\0\u0001\u0002 nonsense\r\n\r\n', 'PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n']) {
    const { socket } = await open();
    const closed = once(socket.resume(), 'close');
    socket.write(bytes);
    await closed;
  }
});

test('headers longer than any client needs are refused', async () => {
  const asked = { path, body: hello, headers: { 'x-filler': 'x'.repeat(60_000) } };
  const answer = await ask('1.1', asked);
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.status).toBeLessThan(500);
});

test('a port in use ends the start with a sentence that names the cure', async () => {
  const { code, stderr } = await runServer(['--simulated', '--listen', `127.0.0.1:${server.port}`]);
  expect(code).not.toBe(0);
  expect(code).not.toBeNull();
  expect(stderr).toContain(String(server.port));
  expect(stderr).toContain('--listen');
  expect(stderr).not.toMatch(/^\s+at /m);
});

function ask(version: (typeof versions)[number], asked: Asked): Promise<Answer> {
  return exchange(server.url, version, asked);
}

function messageOf(content: readonly object[]): string {
  return JSON.stringify({ messages: [{ role: 'user', content }] });
}

function headOf(length: number): string {
  const headers = ['host: 127.0.0.1', 'content-type: application/json'];
  return `POST ${path} HTTP/1.1\r\n${headers.join('\r\n')}\r\ncontent-length: ${length}\r\n\r\n`;
}

function turnOfTheLoop(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

interface Opened {
  readonly socket: Socket;
  /** All that came, once it holds what is awaited. */
  readonly answer: (awaited: RegExp) => Promise<string>;
}

async function open(): Promise<Opened> {
  const socket = connect({ port: server.port, host: '127.0.0.1', noDelay: true });
  // A reset by either side is what some of these tests are about.
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return { socket, answer: (awaited) => readUntil(socket, awaited) };
}

async function readUntil(socket: Socket, awaited: RegExp): Promise<string> {
  let text = '';
  for await (const part of socket) {
    text += String(part);
    if (awaited.test(text)) return text;
  }
  throw new Error(`the connection closed after: ${text}`);
}
