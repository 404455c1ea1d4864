import { expect, test } from 'vitest';
import { checkModelIdForm, nearestModelIds, resolveModelId } from './model-id.ts';

const sonnet = 'anthropic.claude-sonnet-4-20250514-v1:0';
const account = 'arn:aws:bedrock:us-east-1:123456789012';

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
  ['arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/' + sonnet, sonnet],
  [
    `${account}:custom-model/meta.llama3-1-8b-instruct-v1/abcdefghij12`,
    'meta.llama3-1-8b-instruct-v1:0',
  ],
  [
    `${account}:custom-model/meta.llama3-1-8b-instruct-v1:0/abcdefghij12`,
    'meta.llama3-1-8b-instruct-v1:0',
  ],
  [`${account}:custom-model/amazon.nova-micro-v1:0:128k/abcdefghij12`, 'amazon.nova-micro-v1:0'],
  [`${account}:custom-model/amazon.titan-text-lite-v1/abcdefghij12`, 'amazon.titan-text-lite-v1'],
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

// Of these the ARN tells a number only.
const opaque = [
  `${account}:provisioned-model/abcdefghij12`,
  `${account}:imported-model/abcdefghij12`,
  `${account}:custom-model-deployment/abcdefghij12`,
  `${account}:application-inference-profile/abcdefghij12`,
  `${account}:prompt/ABCDEFGHIJ:1`,
  `${account}:default-prompt-router/anthropic.claude:1`,
  `${account}:prompt-router/abcdefghij12`,
  'arn:aws:sagemaker:us-east-1:123456789012:endpoint/my-endpoint',
];

test.each([
  'meta.llama3-1-70b-instruct',
  'meta.llama3-1-8b-instruct-v1',
  'xx.' + sonnet,
  'gpt-4',
  `${account}:custom-model/meta.llama9-8b-instruct-v1/abcdefghij12`,
  ...opaque,
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

test.each(opaque)('%s has a form of the service', (modelId) => {
  expect(() => checkModelIdForm({ modelId })).not.toThrow();
});

test("the control plane's ARN of a custom model is told in the runtime's form", () => {
  const modelId = `${account}:custom-model/meta.llama3-1-8b-instruct-v1:0/abcdefghij12`;
  expect(() => checkModelIdForm({ modelId })).toThrow(
    expect.objectContaining({
      hint: `Here the ARN of a custom model is written ${modelId.replace(':0/', '/')}.`,
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
