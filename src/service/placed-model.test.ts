// The IDs by which the catalogue's models are known at their places.

import { expect, test } from 'vitest';
import { resolveModelId } from '../models/catalog/model-id.ts';
import { placedId } from './placed-model.ts';

test.each([
  ['mistral', 'mistral.mistral-large-3-675b-instruct', 'mistral-large-2512'],
  ['mistral', 'eu.mistral.pixtral-large-2502-v1:0', 'pixtral-large-2411'],
  ['anthropic', 'anthropic.claude-v2:1', 'claude-2.1'],
  ['anthropic', 'us.anthropic.claude-opus-4-6-v1', 'claude-opus-4-6'],
  ['anthropic', 'anthropic.claude-sonnet-4-20250514', 'claude-sonnet-4-20250514'],
  ['anthropic', 'meta.llama3-8b-instruct-v1:0', 'meta.llama3-8b-instruct-v1:0'],
  ['openai-compatible', 'anthropic.claude-v2:1', 'anthropic.claude-v2:1'],
  ['bedrock', 'mistral.mistral-large-2407-v1:0', 'mistral.mistral-large-2407-v1:0'],
  ['bedrock', 'anthropic.claude-3-haiku-20240307', 'anthropic.claude-3-haiku-20240307-v1:0'],
] as const)('at %s %s is %s', (type, modelId, name) => {
  const resolved = resolveModelId(modelId);
  expect(placedId({ type, modelId, resolved, region: 'us-east-1' })).toBe(name);
});

test.each([
  ['us-west-2', 'us'],
  ['eu-central-1', 'eu'],
  ['ap-northeast-1', 'apac'],
  ['sa-east-1', 'global'],
])('in %s a model that Bedrock has by profiles only is asked for by that of %s', (region, of) => {
  const modelId = 'anthropic.claude-sonnet-4-20250514-v1:0';
  const resolved = resolveModelId(modelId);
  expect(resolved?.model.profileOnly).toBe(true);
  const place = { type: 'bedrock', resolved, region } as const;
  expect(placedId({ ...place, modelId })).toBe(`${of}.${modelId}`);
  const profile = `eu.${modelId}`;
  const named = { ...place, resolved: resolveModelId(profile), modelId: profile };
  expect(placedId(named)).toBe(profile);
});
