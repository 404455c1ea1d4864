// Places over HTTP behind the whole service: what the configuration says is what is sent.

import { devNull } from 'node:os';
import { expect, onTestFinished, test } from 'vitest';
import { createEnvironment } from '../../src/environment.ts';
import type { Environment } from '../../src/environment.ts';
import type { ConfigInput } from '../../src/service/config.ts';
import { loadConfig } from '../../src/service/config.ts';
import type { Engine } from '../../src/service/engine.ts';
import { createEngine, createNotes } from '../../src/service/engine.ts';
import type { ServedOperation } from '../../src/service/operations/index.ts';
import type { OperationOutput } from '../../src/service/operations/operation.ts';
import { exchanges } from './providers-exchanges.ts';
import { answerEvents, answerJson, startPlace } from './providers-server.ts';

type Providers = NonNullable<ConfigInput['providers']>;

interface Starting {
  readonly variables?: Environment['variables'];
  readonly model?: string;
}

/** A service all of whose models are at the place `there`. */
async function startEngine(there: Providers[string], { variables = {}, model }: Starting = {}) {
  const models = { '*': { provider: 'there', ...(model !== undefined && { model }) } };
  const engine = await createEngine({
    config: loadConfig({ file: devNull, flags: { providers: { there }, models } }),
    environment: { ...createEnvironment({ logLevel: 'silent' }), variables },
    weights: () => Promise.reject(new Error('A place beyond this process needs no weights.')),
  });
  onTestFinished(() => engine.close());
  return engine;
}

interface Ran {
  readonly output: OperationOutput;
  readonly servedBy: string | undefined;
}

async function run(engine: Engine, operation: ServedOperation, input: object): Promise<Ran> {
  const notes = createNotes();
  const { signal } = new AbortController();
  const call = { signal, notes, region: null };
  const output = await engine.run(operation, input as never, call);
  return { output, servedBy: notes.servedBy };
}

async function drain({ output }: Ran): Promise<readonly object[]> {
  const stream = 'events' in output ? output.events : 'chunks' in output ? output.chunks : [];
  const all: object[] = [];
  for await (const batch of stream) all.push(...batch);
  return all;
}

const [anthropic, , open] = exchanges;
const claudeId = 'us.anthropic.claude-sonnet-4-20250514-v1:0';
const messages = [{ role: 'user', content: [{ text: 'Hello' }] }];
const inferenceConfig = { maxTokens: 9 };

test("a model's ID is its maker's name for it, and a configured one is as it stands", async () => {
  const place = await startPlace(answerJson(anthropic?.whole));
  const settings = { type: 'anthropic', baseUrl: place.origin } as const;
  const request = { modelId: claudeId, messages };
  const first = await run(await startEngine(settings), 'Converse', request);
  expect(first.servedBy).toBe('anthropic/claude-sonnet-4-20250514');
  await run(await startEngine(settings, { model: 'claude-next' }), 'Converse', request);
  expect(place.got.map(({ body }) => body['model'])).toEqual([
    'claude-sonnet-4-20250514',
    'claude-next',
  ]);
});

test("Claude's native request goes through as it is, but for what stands in headers", async () => {
  const place = await startPlace(answerJson(anthropic?.whole));
  const engine = await startEngine({ type: 'anthropic', baseUrl: `${place.origin}/v1` });
  const native = {
    max_tokens: 9,
    messages: [{ role: 'user', content: 'Hello' }],
    context_management: { edits: [] },
  };
  const versions = {
    anthropic_version: 'bedrock-2023-05-31',
    anthropic_beta: ['context-management-2025-06-27', 'b'],
  };
  const body = Buffer.from(JSON.stringify({ ...native, ...versions }));
  const { output } = await run(engine, 'InvokeModel', { modelId: claudeId, body });
  expect(place.got[0]).toMatchObject({
    path: '/v1/messages',
    headers: {
      'anthropic-version': '2023-06-01',
      'anthropic-beta': 'context-management-2025-06-27,b',
    },
  });
  expect(place.got[0]?.body).toEqual({ ...native, model: 'claude-sonnet-4-20250514' });
  expect(JSON.stringify(output)).toContain('msg_01composed');
});

test('tokens are counted where Anthropic counts them, and it is asked for nothing else', async () => {
  const place = await startPlace(answerJson({ input_tokens: 14 }));
  const engine = await startEngine({ type: 'anthropic', baseUrl: place.origin });
  const converse = { messages, system: [{ text: 'Be brief.' }] };
  const { output } = await run(engine, 'CountTokens', { modelId: claudeId, input: { converse } });
  expect(output).toEqual({ body: { inputTokens: 14 } });
  expect(place.got[0]?.path).toBe('/v1/messages/count_tokens');
  expect(Object.keys(place.got[0]?.body ?? {}).toSorted()).toEqual(['messages', 'model', 'system']);
});

const usageAsked = { stream: true, stream_options: { include_usage: true } };

test.each([
  ['vllm', { ...usageAsked, max_tokens: 9 }, { authorization: 'Bearer k' }],
  ['openai', { ...usageAsked, max_completion_tokens: 9 }, { authorization: 'Bearer k' }],
  ['azure', { ...usageAsked, max_completion_tokens: 9 }, { 'api-key': 'k' }],
  ['together', { stream: true, max_tokens: 9 }, { authorization: 'Bearer k' }],
] as const)('%s is asked in its own way', async (vendor, members, headers) => {
  const place = await startPlace(answerEvents(open?.events ?? ''));
  const baseUrl = `${place.origin}/v1?api-version=1`;
  const settings = { type: 'openai-compatible', vendor, baseUrl, apiKey: 'k' } as const;
  const engine = await startEngine(settings, { model: 'm' });
  const request = { modelId: 'meta.llama3-8b-instruct-v1:0', messages, inferenceConfig };
  const events = await drain(await run(engine, 'ConverseStream', request));
  expect(events.at(-1)).toHaveProperty('metadata');
  const [got] = place.got;
  expect(got).toMatchObject({ path: '/v1/chat/completions?api-version=1', headers });
  const { messages: _messages, model: _model, ...rest } = got?.body ?? {};
  expect(rest).toEqual(members);
});

test('a place without a key is sent none', async () => {
  const place = await startPlace(answerJson(open?.whole));
  const engine = await startEngine({ type: 'openai-compatible', baseUrl: `${place.origin}/v1` });
  await run(engine, 'Converse', { modelId: 'meta.llama3-8b-instruct-v1:0', messages });
  expect(place.got[0]?.headers).not.toHaveProperty('authorization');
});

test('a failure is worth another try where its exception is', async () => {
  let failures = 1;
  const place = await startPlace((response, got) => {
    failures -= 1;
    answerJson(failures < 0 ? open?.whole : {}, failures < 0 ? 200 : 529)(response, got);
  });
  const settings = { type: 'openai-compatible', baseUrl: `${place.origin}/v1` } as const;
  const request = { modelId: 'meta.llama3-8b-instruct-v1:0', messages };
  const { output } = await run(await startEngine({ ...settings, retries: 1 }), 'Converse', request);
  expect(output).toHaveProperty('body.stopReason', 'end_turn');
  failures = 1;
  const once = run(await startEngine({ ...settings, retries: 0 }), 'Converse', request);
  await expect(once).rejects.toMatchObject({ name: 'ServiceUnavailableException' });
});

test('the proxy that the environment names is used, but not for this machine', async () => {
  const place = await startPlace(answerJson(open?.whole));
  // It answers for the place, whose host there is nowhere.
  const proxy = await startPlace(answerJson(open?.whole));
  const variables = { HTTP_PROXY: proxy.origin, NO_PROXY: 'other.invalid' };
  const request = { modelId: 'meta.llama3-8b-instruct-v1:0', messages };
  const ask = async (baseUrl: string): Promise<Ran> => {
    const settings = { type: 'openai-compatible', baseUrl, retries: 0 } as const;
    return run(await startEngine(settings, { variables }), 'Converse', request);
  };
  await ask('http://place.invalid:8000/v1');
  await ask(`${place.origin}/v1`);
  await expect(ask('http://other.invalid:8000/v1')).rejects.toThrow();
  await expect(ask('https://place.invalid:8000/v1')).rejects.toThrow();
  expect(proxy.got.map(({ path }) => path)).toEqual([
    'http://place.invalid:8000/v1/chat/completions',
  ]);
  expect(place.got).toHaveLength(1);
});
