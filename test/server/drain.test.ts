// A server that is told to end: as a process with real signals, and the port's part of it.

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:http2';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStreamCodec } from '@smithy/eventstream-codec';
import { fromUtf8, toUtf8 } from '@smithy/util-utf8';
import { expect, onTestFinished, test } from 'vitest';
import { http2Request, http2Session, rawClient, startPort, echo } from './fixture.ts';
import { modelId } from './seen.ts';

test('a stream that is open at SIGTERM comes whole, and the process ends in peace', async () => {
  const server = await startProcess('drain: { delayMs: 400 }');
  await script(server, { text: 'one two three four five', stream: { delayMs: 250 } });
  const response = await stream(server);
  const reader = response.body?.getReader();
  const first = await reader?.read();
  server.child.kill('SIGTERM');
  await expect.poll(async () => (await readiness(server)).status).toBe(503);
  const during = await readiness(server);
  expect(during.headers.get('connection')).toBe('close');
  expect(await during.json()).toMatchObject({ status: 'draining' });
  const late = fetch(`${server.url}/model/${modelId}/converse`, conversation('still served'));
  expect((await late).status).toBe(200);

  const bytes = [...(first?.value ?? [])];
  for (;;) {
    const next = await reader?.read();
    if (next === undefined || next.done) break;
    bytes.push(...next.value);
  }
  await expect(readiness(server)).rejects.toThrow();
  const types = framesOf(Uint8Array.from(bytes)).map(({ type }) => type);
  expect(types.slice(-2)).toEqual(['messageStop', 'metadata']);
  expect(await server.ended).toEqual([0, null]);
  const texts = framesOf(Uint8Array.from(bytes)).map(({ text }) => text);
  expect(texts.join('')).toContain('five');
});

test('a stream that outlives the drain ends in an exception, not in silence', async () => {
  const server = await startProcess('drain: { delayMs: 0, timeoutMs: 200 }');
  await script(server, { text: 'one two three', stream: { delayMs: 60_000 } });
  const response = await stream(server);
  const whole = response.arrayBuffer();
  server.child.kill('SIGTERM');
  const frames = framesOf(new Uint8Array(await whole));
  expect(frames.at(-1)).toMatchObject({
    type: 'serviceUnavailableException',
    text: expect.stringContaining('shutting down') as string,
  });
  expect(await server.ended).toEqual([0, null]);
});

test('a whole answer that outlives the drain is an exception with its status', async () => {
  const server = await startProcess('drain: { delayMs: 0, timeoutMs: 200 }');
  await script(server, { text: 'late', delayMs: 60_000 });
  const answer = fetch(`${server.url}/model/${modelId}/converse`, conversation('hi'));
  await expect.poll(() => waitingOf(server)).toBe(0);
  server.child.kill('SIGTERM');
  const response = await answer;
  expect(response.status).toBe(503);
  expect(response.headers.get('x-amzn-errortype')).toBe('ServiceUnavailableException');
  expect(await server.ended).toEqual([0, null]);
});

test('where nothing is open the process ends at once', async () => {
  const server = await startProcess('drain: { delayMs: 60000 }');
  server.child.kill('SIGINT');
  expect(await server.ended).toEqual([0, null]);
});

test('a second signal ends it at once, but not the echo of the first', async () => {
  const server = await startProcess('');
  await script(server, { text: 'one two three', stream: { delayMs: 60_000 } });
  const response = await stream(server);
  const reader = response.body?.getReader();
  await reader?.read();
  server.child.kill('SIGINT');
  server.child.kill('SIGINT');
  await expect.poll(async () => (await readiness(server)).status).toBe(503);
  const cut = expect(reader?.read()).rejects.toThrow();
  const again = setInterval(() => server.child.kill('SIGINT'), 50);
  onTestFinished(() => clearInterval(again));
  expect(await server.ended).toEqual([130, null]);
  await cut;
});

test('a port that drains serves who still comes, and tells them to connect anew', async () => {
  const port = await startPort({ handler: echo });
  const session = http2Session(port);
  await http2Request(session);
  const announced = once(session, 'goaway');
  port.drain();
  const [code, lastStreamId] = (await announced) as [number, number];
  expect([code, lastStreamId]).toEqual([constants.NGHTTP2_NO_ERROR, 2 ** 31 - 1]);
  const client = rawClient(port);
  client.socket.write('GET / HTTP/1.1\r\nhost: h\r\n\r\n');
  expect(await client.closed()).toMatch(/^HTTP\/1\.1 200 [^]*connection: close/i);
  const late = http2Session(port);
  const told = once(late, 'goaway');
  await told;
  await port.close({ graceMs: 60_000 });
  const refused = connect(port.port, '127.0.0.1');
  await expect(once(refused, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

const bin = fileURLToPath(new URL('../../bin/openconverse.js', import.meta.url));

interface Server {
  readonly url: string;
  readonly child: ChildProcess;
  /** Exit code and signal. */
  readonly ended: Promise<readonly unknown[]>;
}

/** `serve --simulated` with a configuration; ended by its ID when the test is over. */
async function startProcess(config: string): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'openconverse-drain-'));
  const file = join(folder, 'openconverse.yaml');
  writeFileSync(file, config);
  const flags = ['serve', '--simulated', '--listen', '127.0.0.1:0', '--config', file];
  const child = spawn(process.execPath, [bin, ...flags], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'] },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });
  const ended = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /^listening on (\S+)/.exec(line)?.[1];
    if (url === undefined) continue;
    child.stdout.resume();
    return { url, child, ended };
  }
  throw new Error('the server ended before it listened');
}

async function script({ url }: Server, turn: object): Promise<void> {
  const response = await fetch(`${url}/_openconverse/script`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(turn),
  });
  expect(response.status).toBe(200);
}

async function waitingOf({ url }: Server): Promise<number> {
  const response = await fetch(`${url}/_openconverse/script`);
  return ((await response.json()) as { readonly turns: readonly object[] }).turns.length;
}

function conversation(text: string): RequestInit {
  const messages = [{ role: 'user', content: [{ text }] }];
  return { method: 'POST', body: JSON.stringify({ messages }) };
}

async function stream({ url }: Server): Promise<Response> {
  const response = await fetch(`${url}/model/${modelId}/converse-stream`, conversation('hi'));
  expect(response.status).toBe(200);
  return response;
}

/** On a connection of its own, as a probe asks. */
function readiness({ url }: Server): Promise<Response> {
  return fetch(`${url}/readyz`, { headers: { connection: 'close' } });
}

interface Frame {
  readonly type: string;
  readonly text: string;
}

/** Each frame by AWS's own codec, which checks its sums. */
function framesOf(bytes: Uint8Array): readonly Frame[] {
  const codec = new EventStreamCodec(toUtf8, fromUtf8);
  const frames: Frame[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length; at += view.getUint32(at)) {
    const { headers, body } = codec.decode(bytes.subarray(at, at + view.getUint32(at)));
    const type = headers[':event-type'] ?? headers[':exception-type'];
    frames.push({ type: String(type?.value), text: Buffer.from(body).toString() });
  }
  return frames;
}
