// The sentences that say why a model ID leads where it leads.

import { devNull } from 'node:os';
import { expect, test } from 'vitest';
import { createManualEnvironment } from '../../test/manual-clock.ts';
import type { Provider } from '../providers/provider.ts';
import type { ConfigInput } from './config.ts';
import { loadConfig } from './config.ts';
import { explainRoute } from './explain-route.ts';
import { createLiveModels } from './live-models.ts';

function providerWith(rest: Partial<Provider>): Provider {
  const never = () => Promise.reject(new Error('no request is made to explain'));
  return {
    capabilities: new Set(['system', 'tools', 'reasoning', 'stopSequences', 'structuredOutput']),
    send: never,
    stream: never,
    countTokens: never,
    close: async () => {},
    ...rest,
  };
}

const baseUrl = 'http://127.0.0.1:9/v1';
const local = { type: 'simulated' } as const;
const gpu = { type: 'openai-compatible', baseUrl } as const;
const claude = { type: 'anthropic' } as const;

async function explain(modelId: string, flags: Partial<ConfigInput>): Promise<string> {
  const config = loadConfig({ file: devNull, flags });
  const environment = createManualEnvironment();
  const models = () => Promise.resolve(['Qwen/Qwen3-8B']);
  const providers = new Map([
    ['local', providerWith({})],
    ['gpu', providerWith({ models, health: () => Promise.resolve() })],
    ['claude', providerWith({ health: () => Promise.reject(new Error('The key is wrong.')) })],
  ]);
  const live = createLiveModels(
    new Map([['gpu', { type: 'openai-compatible', models }]]),
    environment,
  );
  const asker = { region: 'us-east-1', key: undefined };
  const explaining = { config, asker, live, providers, clock: environment.clock };
  return (await explainRoute(modelId, explaining)).join('\n');
}

const sonnet = 'anthropic.claude-sonnet-4-20250514-v1:0';

test.each([
  [`us.${sonnet}`, `us.${sonnet} is an inference profile of ${sonnet}.`],
  ['anthropic.claude-sonnet-4-20250514', `is an alias of ${sonnet}; AWS does not know it.`],
  [`arn:aws:bedrock:us-east-1::foundation-model/${sonnet}`, `The ARN names ${sonnet}.`],
  ['amazon.nova-pro-v1:0:300k', 'amazon.nova-pro-v1:0:300k stands for amazon.nova-pro-v1:0:'],
  [sonnet, 'The catalogue has it as Claude Sonnet 4 of Anthropic: 200,000 tokens of context'],
  ['no.such-model', 'The catalogue has no model of this ID.'],
])('of %s it is said how it was read', async (modelId, sentence) => {
  expect(await explain(modelId, {})).toContain(sentence);
});

test('of places it is said in which order, for whom, and whether they answer', async () => {
  const providers = { local, gpu, claude };
  const places = [
    { provider: 'claude', regions: ['eu-west-1'] },
    { provider: 'claude', weight: 2 },
    { provider: 'gpu', model: 'Qwen/Qwen3-8B', weight: 1 },
  ];
  const models = { 'meta.*': { provider: 'gpu' }, 'anthropic.*': places };
  const said = await explain(sonnet, { providers, models });
  expect(said.split('\n').slice(1, 7)).toEqual([
    'The pattern anthropic.* of the configuration matches; before it these do not: meta.*.',
    'Not asked: claude, only for requests signed for eu-west-1.',
    'Which place is asked first is drawn by the weights.',
    '1. claude (anthropic), asked for claude-sonnet-4-20250514, weight 2. ' +
      'It cannot serve now: The key is wrong.',
    '2. gpu (openai-compatible), asked for Qwen/Qwen3-8B, weight 1. It answers.',
    'Native requests (InvokeModel) are in the format claude: the catalogue says so.',
  ]);
});

test('of the first place it is said what it carries, what is emulated, and what is lost', async () => {
  const said = await explain(sonnet, { providers: { local, gpu } });
  expect(said).toContain('1. local (simulated), as a stand-in: nothing leads this ID elsewhere.');
  expect(said).toContain('carries: reasoning, stopSequences, structuredOutput, system, tools.');
  expect(said).toContain('Emulated for local: documents.');
  expect(said).toContain('for local: images, promptCaching.');
});

test('of a model that a place lists it is said where, and that AWS does not know it', async () => {
  const said = await explain('gpu.qwen-qwen3-8b', { providers: { local, gpu } });
  expect(said).toContain('The provider gpu lists a model of this ID: Qwen/Qwen3-8B.');
  expect(said).toContain('1. gpu (openai-compatible), asked for Qwen/Qwen3-8B. It answers.');
  expect(said).toContain('in the format openai-chat: it is what the place speaks.');
  expect(said.split('\n').at(-1)).toBe('AWS does not know this ID.');
});

test('what is refused, here or under aws, is said in the words of the refusal', async () => {
  const unknown = await explain('meta.llama9', {});
  expect(unknown).toContain('It is refused with ResourceNotFoundException: Could not resolve');
  const retired = await explain(sonnet, {});
  expect(retired).toContain(
    'Under fidelity aws it is refused with ResourceNotFoundException: This',
  );
  expect(await explain('meta.llama3-8b-instruct-v1:0', {})).toContain('aws the ID is taken');
});
