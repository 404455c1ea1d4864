// The flags of providers that cost money, and what is said of keys that nothing uses.

import { devNull } from 'node:os';
import { expect, test } from 'vitest';
import type { Config, ConfigInput } from '../service/config.ts';
import { ConfigError, loadConfig } from '../service/config.ts';
import { createRouter } from '../service/route.ts';
import type { PaidFlags } from './paid-providers.ts';
import { unusedKeys, withPaid } from './paid-providers.ts';

const keys = { ANTHROPIC_API_KEY: 'a', MISTRAL_API_KEY: 'm' };

function configWith(flags: PaidFlags, input: Partial<ConfigInput> = {}): Config {
  return withPaid(loadConfig({ file: devNull, flags: input }), flags, keys);
}

/** The places of a model: provider and the ID there. */
function placesOf(config: Config, modelId: string): readonly string[] {
  const { places } = createRouter(config, () => 0)(modelId, {
    region: 'eu-west-1',
    key: undefined,
  });
  return places.map(({ provider, model }) => `${provider} ${model.id}`);
}

const claude = 'anthropic.claude-sonnet-4-20250514-v1:0';
const large = 'mistral.mistral-large-2407-v1:0';
const llama = 'meta.llama3-8b-instruct-v1:0';

test('without a flag a key in the environment switches nothing on', () => {
  const config = configWith({});
  expect(config.providers).toEqual({});
  expect(placesOf(config, claude)).toEqual([`local ${claude}`]);
});

test("a maker's models go to it, others stay where they are", () => {
  const config = configWith({ anthropic: true, mistral: true });
  expect(config.providers).toEqual({
    anthropic: { type: 'anthropic', apiKey: 'a' },
    mistral: { type: 'mistral', apiKey: 'm' },
  });
  expect(placesOf(config, `eu.${claude}`)).toEqual(['anthropic claude-sonnet-4-20250514']);
  expect(placesOf(config, large)).toEqual(['mistral mistral-large-2407']);
  expect(placesOf(config, llama)).toEqual([`local ${llama}`]);
});

test('Bedrock takes every model, after its maker', () => {
  const config = configWith({ aws: true, anthropic: true });
  expect(placesOf(config, llama)).toEqual([`aws ${llama}`]);
  expect(placesOf(config, claude)).toEqual([
    'anthropic claude-sonnet-4-20250514',
    `aws eu.${claude}`,
  ]);
  expect(config.providers['aws']).toEqual({ type: 'bedrock' });
});

test('patterns of the file come first, but for the one of all the rest', () => {
  const providers = { tests: { type: 'simulated' } } as const;
  const models = { '*': { provider: 'tests' }, 'anthropic.claude-3-*': { provider: 'tests' } };
  const config = configWith({ anthropic: true }, { providers, models });
  expect(Object.keys(config.models)).toEqual(['anthropic.claude-3-*', 'anthropic.*', '*']);
  expect(placesOf(config, llama)).toEqual([`tests ${llama}`]);
});

test('a configured provider of the name is the one that is meant', () => {
  const anthropic = { type: 'anthropic', apiKey: 'mine' } as const;
  const config = configWith({ anthropic: true }, { providers: { anthropic } });
  expect(config.providers['anthropic']).toMatchObject({ apiKey: 'mine' });
  const other = { providers: { anthropic: { type: 'simulated' } } } as const;
  expect(() => configWith({ anthropic: true }, other)).toThrow('has another of that name');
});

test('a flag without its key is an error that names the variable', () => {
  const config = loadConfig({ file: devNull });
  expect(() => withPaid(config, { mistral: true }, {})).toThrow(ConfigError);
  expect(() => withPaid(config, { mistral: true }, {})).toThrow('set MISTRAL_API_KEY');
});

test('of a key that nothing uses the start says which flag does', () => {
  const lines = (flags: PaidFlags, more = {}) =>
    unusedKeys(configWith(flags), { ...keys, ...more });
  const mistral = 'MISTRAL_API_KEY is set; --mistral uses it.';
  expect(lines({})).toEqual(['ANTHROPIC_API_KEY is set; --anthropic uses it.', mistral]);
  expect(lines({ anthropic: true })).toEqual([mistral]);
  const both = { anthropic: true, mistral: true };
  // Whoever calls us sets anything.
  expect(lines(both, { AWS_ACCESS_KEY_ID: 'any' })).toEqual([]);
  const own = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE' };
  expect(lines(both, own)).toEqual(['AWS credentials are set; --aws uses them.']);
  expect(lines({ ...both, aws: true }, own)).toEqual([]);
});
