import { expect, test } from 'vitest';
import { checkModelIdForm, nearestModelIds, resolveModelId } from './model-id.ts';

const sonnet = 'anthropic.claude-sonnet-4-20250514-v1:0';

test.each([
  ['anthropic.claude-sonnet-4-20250514', sonnet],
  ['anthropic.claude-3-5-haiku-20241022-v1:0', 'anthropic.claude-3-5-haiku-20241022-v1:0'],
  ['anthropic.claude-opus-4-20250514', 'anthropic.claude-opus-4-20250514-v1:0'],
  ['meta.llama3-1-70b-instruct-v1:0', 'meta.llama3-1-70b-instruct-v1:0'],
  ['meta.llama3-1-8b-instruct-v1:0', 'meta.llama3-1-8b-instruct-v1:0'],
  ['mistral.mistral-large-2407-v1:0', 'mistral.mistral-large-2407-v1:0'],
  ['mistral.mistral-small-2402-v1:0', 'mistral.mistral-small-2402-v1:0'],
  ['meta.llama3-70b-instruct-v1:0', 'meta.llama3-70b-instruct-v1:0'],
  ['us.' + sonnet, sonnet],
  ['global.' + sonnet, sonnet],
  ['arn:aws:bedrock:us-east-1::foundation-model/' + sonnet, sonnet],
  ['arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.' + sonnet, sonnet],
  ['anthropic.claude-sonnet-4-20250514-v1:0:200k', sonnet],
])('%s stands for %s', (modelId, expected) => {
  expect(resolveModelId(modelId)?.model.modelId).toBe(expected);
});

test('a profile is named in full', () => {
  const resolved = resolveModelId(
    `arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.${sonnet}`,
  );
  expect(resolved).toMatchObject({ inferenceProfileId: `us.${sonnet}`, isOfficial: true });
});

test('an alias is no official spelling', () => {
  expect(resolveModelId('anthropic.claude-sonnet-4-20250514')?.isOfficial).toBe(false);
  expect(resolveModelId(sonnet)?.isOfficial).toBe(true);
});

test.each([
  'meta.llama3-1-70b-instruct',
  'xx.' + sonnet,
  'gpt-4',
  'arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abcdefghijkl',
])('%s stands for no model', (modelId) => {
  expect(resolveModelId(modelId)).toBeUndefined();
});

test.each(['no spaces here', 'a/b', 'x'.repeat(2049), 'é'])('%j is malformed', (modelId) => {
  expect(() => checkModelIdForm({ modelId })).toThrow(
    expect.objectContaining({
      name: 'ValidationException',
      message: 'The provided model identifier is invalid.',
    }),
  );
});

test('a catalogue ID has a form of the service', () => {
  expect(() => checkModelIdForm({ modelId: `us.${sonnet}` })).not.toThrow();
});

test('the nearest IDs of a misspelt one begin with the one meant', () => {
  expect(nearestModelIds('meta.llama3-1-70b-instruct-v1', 3)[0]).toBe(
    'meta.llama3-1-70b-instruct-v1:0',
  );
  expect(nearestModelIds('anthropic.claude-sonnet-4', 3)).toContain('anthropic.claude-sonnet-4-6');
});
