// Every provider over HTTP, against its maker's exchanges on a server of this machine.

import { devNull } from 'node:os';
import { expect, test } from 'vitest';
import { families } from '../../src/models/families/index.ts';
import type { ConverseRequest } from '../../src/protocol/api/types.generated.ts';
import type { ConverseStreamEvent } from '../../src/protocol/stream/events.ts';
import type { CallNotes, NativeProvider, ProviderCall } from '../../src/providers/provider.ts';
import { isNative } from '../../src/providers/provider.ts';
import { providers } from '../../src/providers/index.ts';
import { createEnvironment } from '../../src/environment.ts';
import { loadConfig } from '../../src/service/config.ts';
import { createNotes } from '../../src/service/engine.ts';
import { overFamily } from '../../src/service/over-family.ts';
import { createSimulation } from '../../src/simulation/simulation.ts';
import { exchanges } from './providers-exchanges.ts';
import type { Exchanges } from './providers-exchanges.ts';
import { answerEvents, answerJson, startPlace } from './providers-server.ts';
import type { Answer, TestPlace } from './providers-server.ts';

const environment = createEnvironment({ logLevel: 'silent' });

async function createNative(
  { type, basePath }: Exchanges,
  { origin }: TestPlace,
): Promise<NativeProvider> {
  const weights = (): never => {
    throw new Error('A place beyond this process needs no weights.');
  };
  const provider = await providers[type](
    { baseUrl: `${origin}${basePath}`, apiKey: 'secret-key', headers: { 'x-team': 'a' } },
    { environment, simulation: createSimulation(environment), weights },
  );
  if (!isNative(provider)) throw new Error('It speaks a native format.');
  return provider;
}

interface Calling {
  readonly signal?: AbortSignal;
  readonly notes?: CallNotes;
  readonly request?: Partial<ConverseRequest>;
}

const messages = [{ role: 'user', content: [{ text: 'Say hello.' }] }] as const;

function callOf({ model }: Exchanges, { signal, notes, request }: Calling = {}): ProviderCall {
  return {
    operation: 'Converse',
    modelId: 'my-model',
    foundationModelId: null,
    model: { id: model, template: undefined, maxTokens: 64 },
    request: { messages, inferenceConfig: { maxTokens: 32 }, ...request },
    signal: signal ?? new AbortController().signal,
    notes: notes ?? createNotes(),
    headers: { 'x-openconverse-via': 'test' },
  };
}

async function start(exchange: Exchanges, answer: Answer) {
  const place = await startPlace(answer);
  const native = await createNative(exchange, place);
  const provider = overFamily(native, families[native.format.family], environment);
  return { place, native, provider };
}

async function eventsOf(
  stream: AsyncIterable<readonly ConverseStreamEvent[]>,
): Promise<readonly ConverseStreamEvent[]> {
  const events: ConverseStreamEvent[] = [];
  for await (const batch of stream) events.push(...batch);
  return events;
}

function textOf(events: readonly ConverseStreamEvent[]): string {
  return events
    .map((event) =>
      'contentBlockDelta' in event && 'text' in event.contentBlockDelta.delta
        ? event.contentBlockDelta.delta.text
        : '',
    )
    .join('');
}

/** The events of an answer up to its first text. */
function beginningOf({ events }: Exchanges): string {
  const all = events.split('\n\n');
  const last = all.findIndex((event) => event.includes('Hello, w'));
  return `${all.slice(0, last + 1).join('\n\n')}\n\n`;
}

test.each(exchanges)('$type gives a whole answer, and is sent what it wants', async (exchange) => {
  const { place, provider } = await start(exchange, answerJson(exchange.whole));
  const notes = createNotes();
  const response = await provider.send(callOf(exchange, { notes }));
  expect(response).toMatchObject({
    output: { message: { role: 'assistant', content: [{ text: 'Hello, wörld!' }] } },
    stopReason: 'end_turn',
    usage: exchange.usage,
  });
  const [got] = place.got;
  expect(got).toMatchObject({
    method: 'POST',
    path: exchange.path,
    headers: {
      ...exchange.headers,
      'content-type': 'application/json',
      'user-agent': 'openconverse',
      'x-openconverse-via': 'test',
      'x-team': 'a',
    },
    body: { model: exchange.model, messages: [{ role: 'user' }] },
  });
  expect(got?.body).not.toHaveProperty('stream');
  expect(notes).toMatchObject({ servedBy: `${exchange.type}/${exchange.model}`, losses: [] });
});

test.each(exchanges)('$type streams, however its bytes are cut', async (exchange) => {
  for (const pieceBytes of [1, 7, 100_000]) {
    const { place, provider } = await start(exchange, answerEvents(exchange.events, pieceBytes));
    const events = await eventsOf(await provider.stream(callOf(exchange)));
    expect(textOf(events)).toBe('Hello, wörld!');
    expect(events.at(-2)).toEqual({ messageStop: { stopReason: 'end_turn' } });
    expect(events.at(-1)).toMatchObject({ metadata: { usage: exchange.usage } });
    expect(place.got[0]?.body).toMatchObject(exchange.streamMembers);
  }
});

test.each(exchanges)('$type calls tools in a stream', async (exchange) => {
  const { place, provider } = await start(exchange, answerEvents(exchange.toolEvents));
  const inputSchema = { json: { type: 'object', properties: { city: { type: 'string' } } } };
  const request = { toolConfig: { tools: [{ toolSpec: { name: 'weather', inputSchema } }] } };
  const events = await eventsOf(await provider.stream(callOf(exchange, { request })));
  const { toolUseId } = exchange;
  expect(events).toContainEqual({
    contentBlockStart: {
      start: { toolUse: { toolUseId, name: 'weather' } },
      contentBlockIndex: 0,
    },
  });
  const input = events.flatMap((event) =>
    'contentBlockDelta' in event && 'toolUse' in event.contentBlockDelta.delta
      ? [event.contentBlockDelta.delta.toolUse.input]
      : [],
  );
  expect(JSON.parse(input.join(''))).toEqual({ city: 'Paris' });
  expect(events.at(-2)).toEqual({ messageStop: { stopReason: 'tool_use' } });
  expect(place.got[0]?.body['tools']).toHaveLength(1);
});

test.each(exchanges)(
  '$type keeps its connections, after whole answers and streams',
  async (exchange) => {
    const ports = new Set<number | undefined>();
    const { provider } = await start(exchange, (response, got) => {
      ports.add(response.socket?.remotePort);
      const isStream = got.body['stream'] === true;
      (isStream ? answerEvents(exchange.events) : answerJson(exchange.whole))(response, got);
    });
    for (let round = 0; round < 5; round += 1) {
      await eventsOf(await provider.stream(callOf(exchange)));
      await provider.send(callOf(exchange));
    }
    // The next request may begin before the end of a stream has left its connection free.
    expect(ports.size).toBeLessThanOrEqual(2);
  },
);

test.each(exchanges)("$type refuses in its maker's words", async (exchange) => {
  const { provider } = await start(exchange, answerJson(exchange.refusal, 400));
  const refusal = {
    name: 'ValidationException',
    message: 'The model returned the following errors: messages: at least one is required',
    cause: { status: 400 },
  };
  await expect(provider.send(callOf(exchange))).rejects.toMatchObject(refusal);
  await expect(provider.stream(callOf(exchange))).rejects.toMatchObject(refusal);
});

test.each(exchanges)('an error within a stream of $type is its exception', async (exchange) => {
  const { provider } = await start(exchange, answerEvents(exchange.brokenEvents));
  const stream = await provider.stream(callOf(exchange));
  await expect(eventsOf(stream)).rejects.toMatchObject({ name: exchange.brokenAs });
});

test.each(exchanges)('an abort closes the request to $type', async (exchange) => {
  const { place, provider } = await start(exchange, (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(beginningOf(exchange));
  });
  const controller = new AbortController();
  const reason = new Error('gone');
  const stream = await provider.stream(callOf(exchange, { signal: controller.signal }));
  const reading = eventsOf(stream);
  controller.abort(reason);
  await expect(reading).rejects.toBe(reason);
  await place.gone;
});

test.each(exchanges)('an abort before the answer closes the request to $type', async (exchange) => {
  const controller = new AbortController();
  const { place, provider } = await start(exchange, () => controller.abort(new Error('gone')));
  const { signal } = controller;
  await expect(provider.send(callOf(exchange, { signal }))).rejects.toThrow('gone');
  await place.gone;
});

test.each(exchanges)('closing the stream closes the request to $type', async (exchange) => {
  const { place, provider } = await start(exchange, (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(beginningOf(exchange));
  });
  for await (const _batch of await provider.stream(callOf(exchange))) break;
  await place.gone;
});

test.each(exchanges)('$type lists its models, and is well where it can', async (exchange) => {
  const { place, native } = await start(exchange, answerJson(exchange.models));
  const { signal } = new AbortController();
  expect(await native.models?.(signal)).toEqual([exchange.model]);
  await native.health?.(signal);
  expect(place.got.map(({ method }) => method)).toEqual(['GET', 'GET']);
  expect(place.got[0]?.headers).toMatchObject(exchange.headers);
});

test.each(exchanges)('$type is not well where its key does not count', async (exchange) => {
  const message = 'Incorrect API key provided: secret-key';
  const { native } = await start(exchange, answerJson({ error: { message } }, 401));
  const { signal } = new AbortController();
  const error = await native.health?.(signal).catch((failure: unknown) => failure);
  expect(error).toMatchObject({ name: 'AccessDeniedException' });
  expect(JSON.stringify(error) + String(error)).not.toContain('secret-key');
});

test.each(exchanges)('a configuration names a place of the type $type', ({ type }) => {
  const providers = { there: { type, baseUrl: 'http://127.0.0.1:9/v1', apiKey: 'a' } };
  const config = loadConfig({ file: devNull, flags: { providers } });
  expect(config.providers['there']).toEqual(providers.there);
});
