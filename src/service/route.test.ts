import { expect, test } from 'vitest';
import { families } from '../models/families/index.ts';
import type { Provider } from '../providers/provider.ts';
import type { ConfigInput } from './config.ts';
import { loadConfig } from './config.ts';
import { createRouter } from './route.ts';

const sonnet = 'anthropic.claude-sonnet-4-20250514-v1:0';

function providerOf(name: string): Provider {
  const refuse = () => Promise.reject(new Error(name));
  const capabilities = new Set<never>();
  return { capabilities, send: refuse, stream: refuse, countTokens: refuse, close: async () => {} };
}

const fallback = { provider: providerOf('fallback'), standIn: true };

function route(modelId: string, flags: Partial<ConfigInput> = {}) {
  const config = loadConfig({ flags });
  const other = providerOf('other');
  const providers = new Map([['other', other]]);
  const found = createRouter({ config, families, providers, fallback })(modelId);
  return { ...found, isOther: found.provider === other };
}

test('a catalogue model that nothing matches is served by a stand-in', () => {
  expect(route(sonnet)).toMatchObject({ isOther: false, standIn: true });
});

test('the first pattern that matches the ID or its model wins', () => {
  const models = { 'meta.*': { provider: 'other' }, 'my-model': { provider: 'other' } };
  const flags = { models, providers: { other: { type: 'simulated' as const } } };
  expect(route('us.meta.llama3-1-8b-instruct-v1:0', flags)).toMatchObject({
    isOther: true,
    standIn: false,
  });
  expect(route('my-model', flags)).toMatchObject({ isOther: true, resolved: undefined });
  expect(route(sonnet, flags)).toMatchObject({ isOther: false });
  expect(() => route('my-other-model', flags)).toThrow('Could not resolve the foundation model');
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
