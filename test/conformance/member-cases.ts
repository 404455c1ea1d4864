// Cases of what every operation shares: model IDs in each form, and members that come back.

import type { Case } from './case.ts';
import { asking } from './build.ts';

const haiku = 'anthropic.claude-3-5-haiku-20241022-v1:0';
const sonnet = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
const nova = 'amazon.nova-pro-v1:0';
const invalid = 'The provided model identifier is invalid.';
const noModel = (near: string) => ({
  status: 404,
  error: 'ResourceNotFoundException',
  message: `Could not resolve the foundation model from the provided model identifier. The nearest model IDs are: ${near}.`,
});

const accepted: readonly (readonly [check: string, modelId: string])[] = [
  ['a model ID', haiku],
  ['a spelling of the guide', 'anthropic.claude-opus-4-20250514'],
  ['a context-window suffix', `${sonnet}:200k`],
  ['a profile of a geography', `us.${haiku}`],
  ['a profile of the world', `global.${sonnet}`],
  ['the ARN of a model', `arn:aws:bedrock:us-east-1::foundation-model/${haiku}`],
  ['the ARN of a profile', `arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.${haiku}`],
  [
    'the ARN of a custom model',
    'arn:aws:bedrock:us-east-1:123456789012:custom-model/amazon.titan-text-lite-v1/abcdefghij12',
  ],
];

const refusedForms: readonly (readonly [check: string, modelId: string])[] = [
  ['no white space', 'anthropic claude'],
  ['no ARN of another service', 'arn:aws:s3:::bucket/key'],
  ['no characters beyond the alphabet', 'modèle'],
  ['no slash in an ID', 'anthropic/claude'],
];

const ended = {
  status: 404,
  error: 'ResourceNotFoundException',
  message:
    'This model version has reached the end of its life. Please refer to the AWS documentation for more details.',
};

const ids: readonly Omit<Case, 'operation' | 'body'>[] = [
  ...accepted.map(([check, modelId]) => ({
    member: 'modelId',
    check,
    source: 'M' as const,
    modelId,
  })),
  ...refusedForms.map(([check, modelId]) => ({
    member: 'modelId',
    check,
    source: 'R' as const,
    modelId,
    refused: invalid,
  })),
  {
    member: 'modelId',
    check: 'a model that there is',
    source: 'O',
    modelId: 'anthropic.claude-3-5-haiku-20241022-v9:0',
    refused: noModel(
      'anthropic.claude-3-5-haiku-20241022-v1:0, anthropic.claude-3-5-haiku-20241022, anthropic.claude-3-5-sonnet-20241022-v2:0',
    ),
  },
  {
    member: 'modelId',
    check: 'a model that there is',
    source: 'R',
    mode: 'aws',
    modelId: 'anthropic.claude-3-5-haiku-20241022-v9:0',
    refused: invalid,
  },
  {
    member: 'modelId',
    check: 'no spelling of the guide',
    source: 'R',
    mode: 'aws',
    modelId: 'anthropic.claude-opus-4-20250514',
    refused: invalid,
  },
  {
    member: 'modelId',
    check: 'no model past its end',
    source: 'F',
    mode: 'aws',
    modelId: haiku,
    refused: ended,
  },
  {
    member: 'modelId',
    check: 'a profile where the model has only profiles',
    source: 'F',
    mode: 'aws',
    modelId: sonnet,
    refused: `Invocation of model ID ${sonnet} with on-demand throughput isn’t supported. Retry your request with the ID or ARN of an inference profile that contains this model.`,
  },
  {
    member: 'modelId',
    check: 'a chat model',
    source: 'F',
    mode: 'aws',
    modelId: 'ai21.j2-mid-v1',
    refused:
      "This action doesn't support the model that you provided. Try again with a supported text or chat model.",
  },
];

const tier = { type: 'priority' };
const fast = { latency: 'optimized' };

export const memberCases: readonly Case[] = [
  ...ids.flatMap((row) => [
    { operation: 'Converse' as const, ...row, body: asking },
    { operation: 'ConverseStream' as const, ...row, body: asking },
  ]),
  {
    operation: 'Converse',
    member: 'serviceTier',
    check: 'comes back in the answer',
    source: 'M',
    modelId: nova,
    body: { ...asking, serviceTier: tier },
    answer: { serviceTier: tier },
  },
  {
    operation: 'Converse',
    member: 'serviceTier',
    check: 'comes back where AWS has it',
    source: 'M',
    mode: 'aws',
    modelId: nova,
    body: { ...asking, serviceTier: tier },
    answer: { serviceTier: tier },
  },
  {
    operation: 'Converse',
    member: 'performanceConfig',
    check: 'comes back in the answer',
    source: 'M',
    modelId: nova,
    body: { ...asking, performanceConfig: fast },
    answer: { performanceConfig: fast },
  },
  {
    operation: 'Converse',
    member: 'performanceConfig',
    check: 'comes back where AWS has it',
    source: 'M',
    mode: 'aws',
    modelId: `us.${nova}`,
    body: { ...asking, performanceConfig: fast },
    answer: { performanceConfig: fast },
  },
  {
    operation: 'Converse',
    member: 'messages',
    check: 'answered with role, reason, usage, time',
    source: 'R',
    body: asking,
    answer: {
      output: { message: { role: 'assistant', content: [{ text: 'echo: Hello' }] } },
      stopReason: 'end_turn',
      usage: { inputTokens: 1, outputTokens: 2, totalTokens: 3 },
    },
  },
  {
    operation: 'CountTokens',
    member: 'input.converse',
    check: 'counted',
    source: 'R',
    body: { input: { converse: asking } },
    answer: { inputTokens: 1 },
  },
  {
    operation: 'CountTokens',
    member: 'input',
    check: 'required',
    source: 'I',
    body: {},
    refused:
      "1 validation error detected: Value null at 'input' failed to satisfy constraint: Member must not be null",
  },
  {
    operation: 'CountTokens',
    member: 'input',
    check: 'a union with no member',
    source: 'I',
    body: { input: {} },
    refused:
      'The CountTokensInput at input has no member. Set exactly one of invokeModel, converse and try again.',
  },
  {
    operation: 'CountTokens',
    member: 'modelId',
    check: 'no profile',
    source: 'R',
    mode: 'aws',
    modelId: `us.${sonnet}`,
    body: { input: { converse: asking } },
    refused: "The provided model doesn't support counting tokens.",
  },
  {
    operation: 'CountTokens',
    member: 'modelId',
    check: 'a model that counts',
    source: 'R',
    mode: 'aws',
    modelId: nova,
    body: { input: { converse: asking } },
    refused: "The provided model doesn't support counting tokens.",
  },
];
