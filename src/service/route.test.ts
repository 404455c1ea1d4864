// Which places serve which model IDs, and which IDs lead nowhere.

import { devNull } from 'node:os';
import { expect, test } from 'vitest';
import type { ConfigInput } from './config.ts';
import { loadConfig } from './config.ts';
import type { Asker, Route } from './route.ts';
import { createLookup, createRouter, reachableProviders } from './route.ts';

const sonnet = 'anthropic.claude-sonnet-4-20250514-v1:0';

interface Asked {
  readonly asker?: Partial<Asker>;
  readonly chance?: number;
}

function route(modelId: string, flags: Partial<ConfigInput> = {}, asked: Asked = {}) {
  const config = loadConfig({ file: devNull, flags });
  const asker = { region: 'us-east-1', key: undefined, ...asked.asker };
  return createRouter(config, () => asked.chance ?? 0)(modelId, asker);
}

const providers = { other: { type: 'simulated' }, third: { type: 'simulated' } } as const;

function names({ places }: Route): readonly string[] {
  return places.map(({ provider }) => provider);
}

test('a catalogue model that nothing matches is served by a stand-in', () => {
  expect(route(sonnet).places).toMatchObject([{ provider: 'local', standIn: true }]);
});

test('the first pattern that matches the ID or its model wins', () => {
  const flags = {
    providers,
    models: { 'meta.*': { provider: 'other' }, 'my-model': { provider: 'third', model: 'it' } },
  };
  expect(route('us.meta.llama3-1-8b-instruct-v1:0', flags)).toMatchObject({
    pattern: 'meta.*',
    family: 'llama',
    places: [{ provider: 'other', standIn: false, model: { template: 'llama3' } }],
  });
  expect(route('my-model', flags)).toMatchObject({
    resolved: undefined,
    family: 'openai-chat',
    places: [{ provider: 'third', model: { id: 'it' } }],
  });
  expect(names(route(sonnet, flags))).toEqual(['local']);
  expect(() => route('my-other-model', flags)).toThrow('Could not resolve the foundation model');
});

test('a list is tried in its order, and by weight the first of it is drawn', () => {
  const places = [{ provider: 'other' }, { provider: 'third' }];
  expect(names(route(sonnet, { providers, models: { '*': places } }))).toEqual(['other', 'third']);
  const weighed = [
    { provider: 'other', weight: 1 },
    { provider: 'third', weight: 1 },
  ];
  const flags = { providers, models: { '*': weighed } };
  expect(names(route(sonnet, flags, { chance: 0.49 }))).toEqual(['other', 'third']);
  expect(names(route(sonnet, flags, { chance: 0.51 }))).toEqual(['third', 'other']);
});

test('a place can be for some regions or keys only', () => {
  const models = {
    '*': [
      { provider: 'other', regions: ['eu-west-1'] },
      { provider: 'third', keys: ['ci'] },
    ],
  };
  const flags = { providers, models };
  expect(names(route(sonnet, flags))).toEqual(['local']);
  expect(names(route(sonnet, flags, { asker: { region: 'eu-west-1' } }))).toEqual(['other']);
  expect(names(route(sonnet, flags, { asker: { key: 'ci' } }))).toEqual(['third']);
});

test('a provider that no model leads to is not reachable', () => {
  const reachable = (models: ConfigInput['models']) => [
    ...reachableProviders(loadConfig({ file: devNull, flags: { providers, models } })),
  ];
  expect(reachable({ 'meta.*': { provider: 'other' } })).toEqual(['other', 'local']);
  expect(reachable({ '*': { provider: 'other' } })).toEqual(['other']);
  expect(reachable({ '*': { provider: 'other', keys: ['ci'] } })).toEqual(['other', 'local']);
});

test('a model that a place lists is there, but the configuration comes first', () => {
  const found = {
    modelId: 'vllm.m-1',
    provider: 'vllm',
    name: 'M/1',
    family: 'openai-chat',
  } as const;
  const live = { find: (id: string) => (id === 'vllm.m-1' ? found : undefined) };
  const lead = (models: ConfigInput['models']) => {
    const config = loadConfig({ file: devNull, flags: { providers, models } });
    const router = createRouter(config, () => 0, live);
    return router('vllm.m-1', { region: 'us-east-1', key: undefined });
  };
  for (const models of [{}, { '*': { provider: 'other' } }]) {
    expect(lead(models)).toMatchObject({
      places: [{ provider: 'vllm', standIn: false, model: { id: 'M/1' } }],
    });
  }
  expect(names(lead({ 'vllm.*': { provider: 'other' } }))).toEqual(['other']);
});

test('a place that is for some keys only is so by the IDs that it lists, too', () => {
  const found = {
    modelId: 'other.m',
    provider: 'other',
    name: 'm',
    family: 'openai-chat',
  } as const;
  const lead = (models: ConfigInput['models'], key: string | undefined) => {
    const config = loadConfig({ file: devNull, flags: { providers, models } });
    const router = createRouter(config, () => 0, { find: () => found });
    return router('other.m', { region: 'us-east-1', key }).places;
  };
  const held = { 'my-model': { provider: 'other', keys: ['ci'] } };
  expect(lead(held, 'ci')).toHaveLength(1);
  expect(() => lead(held, 'somebody')).toThrow('Could not resolve the foundation model');
  expect(() => lead(held, undefined)).toThrow('Could not resolve the foundation model');
  const open = { ...held, 'meta.*': { provider: 'other' } };
  expect(lead(open, undefined)).toHaveLength(1);
});

test('places are asked for IDs that nobody knows, and for no others', () => {
  const models = { 'my-*': { provider: 'other' }, '*': { provider: 'other' } };
  const config = loadConfig({ file: devNull, flags: { providers, models } });
  const asked: string[] = [];
  const lookFor = createLookup(config, {
    find: (id) =>
      id === 'other.known'
        ? { modelId: id, provider: 'other', name: 'known', family: 'claude' }
        : undefined,
    look(id) {
      asked.push(id);
      return undefined;
    },
  });
  for (const id of [sonnet, `us.${sonnet}`, 'my-model', 'other.known', 'other.new', undefined]) {
    expect(lookFor(id)).toBeUndefined();
  }
  expect(asked).toEqual(['other.new']);
});

test('a place beyond this process is reachable by what it lists', () => {
  const vllm = { type: 'openai-compatible', baseUrl: 'http://127.0.0.1:9/v1' } as const;
  const config = loadConfig({ file: devNull, flags: { providers: { ...providers, vllm } } });
  expect([...reachableProviders(config)]).toEqual(['vllm', 'local']);
});

test('places that share by prefix say so, each with its weight', () => {
  const places = [
    { provider: 'other', weight: 1 },
    { provider: 'third', weight: 2 },
  ];
  const models = { 'meta.*': { affinity: 'prefix', places } } as const;
  expect(route('meta.llama3-8b-instruct-v1:0', { providers, models })).toMatchObject({
    affinity: 'prefix',
    places: [{ weight: 1 }, { weight: 2 }],
  });
});

test('a wrong ID gets the error of the guide, with the nearest IDs', () => {
  expect(() => route('meta.llama3-1-70b-instruct-v1')).toThrow(
    expect.objectContaining({
      name: 'ResourceNotFoundException',
      message: expect.stringMatching(
        /^Could not resolve the foundation model from the provided model identifier\. The nearest model IDs are: meta\.llama3-1-70b-instruct-v1:0, /,
      ),
    }),
  );
});

test.each([
  ['meta.llama9', 'ValidationException', 'The provided model identifier is invalid.'],
  [
    'anthropic.claude-sonnet-4-20250514',
    'ValidationException',
    'The provided model identifier is invalid.',
  ],
  [
    'anthropic.claude-opus-4-20250514-v1:0',
    'ValidationException',
    'Invocation of model ID anthropic.claude-opus-4-20250514-v1:0 with on-demand throughput isn’t supported. Retry your request with the ID or ARN of an inference profile that contains this model.',
  ],
  [
    'us.anthropic.claude-3-5-haiku-20241022-v1:0',
    'ResourceNotFoundException',
    'This model version has reached the end of its life. Please refer to the AWS documentation for more details.',
  ],
  [
    'ai21.j2-mid-v1',
    'ValidationException',
    "This action doesn't support the model that you provided. Try again with a supported text or chat model.",
  ],
])('under aws %s is refused as there', (modelId, name, message) => {
  expect(() => route(modelId, { fidelity: 'aws' })).toThrow(
    expect.objectContaining({ name, message }),
  );
});
