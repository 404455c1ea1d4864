// The same on real sockets and real time: places over HTTP that fail, and a client that goes away.

import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { ConverseStreamEvent } from '../../src/protocol/stream/events.ts';
import { loadConfig } from '../../src/service/config.ts';
import type { Engine } from '../../src/service/engine.ts';
import { createEngine, createNotes } from '../../src/service/engine.ts';
import { createManualEnvironment } from '../manual-clock.ts';
import { createEnvironment } from '../../src/environment.ts';

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** A server of OpenAI's format: each answer is given once, in order, and the last for good. */
async function place(...answers: readonly Answer[]): Promise<string> {
  let asked = 0;
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      answers[Math.min(asked, answers.length - 1)]?.(response, request);
      asked += 1;
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

async function engineOver(...baseUrls: readonly string[]): Promise<Engine> {
  const providers = Object.fromEntries(
    baseUrls.map((baseUrl, at) => [`place-${at}`, { type: 'openai-compatible' as const, baseUrl }]),
  );
  const route = Object.keys(providers).map((provider) => ({ provider }));
  const models = { world: route, '*': route };
  const engine = await createEngine({
    config: loadConfig({ flags: { providers, models }, file: '/dev/null' }),
    environment: { ...createManualEnvironment(), clock: createEnvironment().clock },
    weights: () => Promise.reject(new Error('Nothing is embedded here.')),
  });
  onTestFinished(() => engine.close());
  return engine;
}

const input = { modelId: 'world', messages: [{ role: 'user', content: [{ text: 'Hello' }] }] };

async function streamed(engine: Engine, leaving = new AbortController()) {
  const notes = createNotes();
  const call = { signal: leaving.signal, notes, region: null };
  const output = await engine.run('ConverseStream', input, call);
  if (!('events' in output)) throw new Error('ConverseStream answers in events.');
  return { notes, events: output.events[Symbol.asyncIterator]() };
}

async function textOf(events: AsyncIterator<readonly ConverseStreamEvent[]>): Promise<string> {
  let text = '';
  for (let read = await events.next(); read.done !== true; read = await events.next()) {
    text += JSON.stringify(read.value);
  }
  return text;
}

function sse(value: object): string {
  return `data: ${JSON.stringify({ id: 'c', ...value })}\n\n`;
}

function chunk(content: string): string {
  return sse({ choices: [{ index: 0, delta: { role: 'assistant', content } }] });
}

const end =
  sse({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }) +
  sse({ choices: [], usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } }) +
  'data: [DONE]\n\n';

const begin = (response: ServerResponse): ServerResponse =>
  response.writeHead(200, { 'content-type': 'text/event-stream' });
const whole: Answer = (response) => begin(response).end(chunk('Hello from here') + end);
const busy: Answer = (response) => response.writeHead(503).end();
const reset: Answer = (_, { socket }) => socket.resetAndDestroy();

test.each([
  ['is busy', busy],
  ['resets the connection', reset],
  ['breaks off before its first event', (response: ServerResponse) => begin(response).end()],
  [
    'answers with a page',
    (response: ServerResponse) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<p>Welcome</p>'),
  ],
])('where the first place %s the next one gives the stream', async (_, answer: Answer) => {
  const engine = await engineOver(await place(answer), await place(whole));
  const { notes, events } = await streamed(engine);
  expect(await textOf(events)).toContain('Hello from here');
  expect(notes.servedBy).toContain('openai-compatible');
  expect(engine.placeStates()).toMatchObject([{ running: 0 }, { running: 0 }]);
});

test('a place that is back the second time answers', async () => {
  const engine = await engineOver(await place(busy, whole));
  expect(await textOf((await streamed(engine)).events)).toContain('Hello from here');
});

test('a stream that is cut after it began is not begun again', async () => {
  const cut: Answer = (response, { socket }) =>
    void begin(response).write(chunk('Hello'), () => socket.resetAndDestroy());
  const engine = await engineOver(await place(cut), await place(whole));
  const { events } = await streamed(engine);
  await expect(textOf(events)).rejects.toMatchObject({ name: 'ModelStreamErrorException' });
  expect(engine.placeStates()).toMatchObject([{ running: 0 }, { running: 0 }]);
});

test('a client that goes away closes the connection to its place', async () => {
  const closed = Promise.withResolvers<void>();
  const open: Answer = (response, { socket }) => {
    socket.on('close', () => closed.resolve());
    begin(response).write(chunk('Hello'));
  };
  const engine = await engineOver(await place(open));
  const leaving = new AbortController();
  const { events } = await streamed(engine, leaving);
  const left = expect(textOf(events)).rejects.toThrow('gone');
  leaving.abort(new Error('gone'));
  expect(engine.placeStates()).toMatchObject([{ running: 0 }]);
  await left;
  await closed.promise;
});
