// Cases of what every operation shares: model IDs in each form, and members that come back.

import type { Case } from './case.ts';
import { asking } from './build.ts';

const haiku = 'anthropic.claude-3-5-haiku-20241022-v1:0';
const sonnet = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
const nova = 'amazon.nova-pro-v1:0';
const account = 'arn:aws:bedrock:us-east-1:123456789012';
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
  ['the ARN of a profile', `${account}:inference-profile/us.${haiku}`],
  ['the ARN of a custom model', `${account}:custom-model/amazon.titan-text-lite-v1/abcdefghij12`],
  [
    'the ARN of a custom model, without the colon of its base model',
    `${account}:custom-model/meta.llama3-1-8b-instruct-v1/abcdefghij12`,
  ],
];

// Well formed, but of what stands behind them this service knows nothing.
const unknown: readonly (readonly [check: string, modelId: string])[] = [
  ['a custom model of a base model', `${account}:custom-model/meta.llama9-v1/abcdefghij12`],
  ['provisioned throughput that there is', `${account}:provisioned-model/abcdefghij12`],
  ['an imported model that there is', `${account}:imported-model/abcdefghij12`],
  ['a deployment that there is', `${account}:custom-model-deployment/abcdefghij12`],
  ['an application profile that there is', `${account}:application-inference-profile/abcdefghij12`],
  ['a prompt that there is', `${account}:prompt/ABCDEFGHIJ:1`],
  ['a default router that there is', `${account}:default-prompt-router/anthropic.claude:1`],
  ['a router that there is', `${account}:prompt-router/abcdefghij12`],
  [
    'an endpoint of the marketplace that there is',
    'arn:aws:sagemaker:us-east-1:123456789012:endpoint/my-endpoint',
  ],
];

const refusedForms: readonly (readonly [check: string, modelId: string])[] = [
  ['no white space', 'anthropic claude'],
  ['no ARN of another service', 'arn:aws:s3:::bucket/key'],
  ['no characters beyond the alphabet', 'modèle'],
  ['no slash in an ID', 'anthropic/claude'],
  ['no ARN of a model without its name', 'arn:aws:bedrock:us-east-1::foundation-model/'],
  ['no provisioned throughput of another length', `${account}:provisioned-model/abc`],
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
    check: 'no colon in the ARN of a custom model',
    source: 'M',
    modelId: `${account}:custom-model/meta.llama3-1-8b-instruct-v1:0/abcdefghij12`,
    refused: invalid,
    hint: ':custom-model/meta.llama3-1-8b-instruct-v1/abcdefghij12',
  },
  ...unknown.map(([check, modelId]) => ({
    member: 'modelId',
    check,
    source: 'I' as const,
    mode: 'aws' as const,
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
