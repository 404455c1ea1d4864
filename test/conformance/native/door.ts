// Cases of InvokeModel's door, the same for every format: bodies that are none, headers, traces.

import { base64 } from '../build.ts';
import type { Case } from '../case.ts';
import { malformed } from './build.ts';

const titan = 'amazon.titan-text-express-v1';
const claude = 'anthropic.claude-sonnet-4-20250514-v1:0';
const body = { inputText: 'Hello you' };
const cached = {
  anthropic_version: 'bedrock-2023-05-31',
  max_tokens: 100,
  messages: [
    { role: 'user', content: 'Hello' },
    { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'f', input: {} }] },
    {
      role: 'user',
      content: [
        {
          type: 'tool_result',
          tool_use_id: 'a',
          content: [{ type: 'text', text: 'Sun', cache_control: { type: 'ephemeral' } }],
        },
      ],
    },
  ],
  tools: [{ name: 'f', input_schema: { type: 'object' } }],
};
const lost = 'messages.2.content.0.content';
const nested = (levels: number) =>
  `{"inputText":"Hello you","deep":${'['.repeat(levels)}${']'.repeat(levels)}}`;
const enumeration = (value: string, at: string, values: string) =>
  `1 validation error detected: Value '${value}' at '${at}' failed to satisfy constraint: Member must satisfy enum value set: [${values}]`;
const notAnObject = (found: string) => malformed(`#: expected type: JSONObject, found: ${found}`);
const noJson = 'Malformed input request, please reformat your input and try again.';

type Row = Omit<Case, 'modelId' | 'operation'> & { readonly modelId?: string };

/** No JSON object at all. */
const broken: readonly Row[] = [
  { member: 'body', check: 'JSON', source: 'F', body, text: '{', refused: noJson, hint: 'no JSON' },
  { member: 'body', check: 'not empty', source: 'F', body, text: '', refused: noJson },
  { member: 'body', check: 'no form', source: 'F', body, text: 'inputText=Hello', refused: noJson },
  {
    member: 'body',
    check: 'an object, not a list',
    source: 'F',
    body: [body],
    refused: notAnObject('a list'),
  },
  {
    member: 'body',
    check: 'an object, not a text',
    source: 'F',
    body: 'Hello',
    refused: notAnObject('a string'),
  },
  {
    member: 'body',
    check: 'an object, not null',
    source: 'F',
    body: null,
    refused: notAnObject('null'),
  },
  {
    member: 'body',
    check: 'an object, not a number',
    source: 'F',
    body: 5,
    refused: notAnObject('a number'),
  },
  {
    member: 'body',
    check: 'no deeper than 200 levels',
    source: 'O',
    body,
    text: nested(200),
    refused: malformed('#: nests deeper than 200 levels'),
  },
  {
    member: 'body',
    check: 'no deeper than the stack',
    source: 'O',
    body,
    text: nested(200_000),
    refused: malformed('#: nests deeper than 200 levels'),
  },
  {
    member: 'modelId',
    check: 'a model that there is',
    source: 'O',
    modelId: 'amazon.titan-text-express-v9',
    body,
    refused: {
      status: 404,
      error: 'ResourceNotFoundException',
      message:
        'Could not resolve the foundation model from the provided model identifier. The nearest model IDs are: amazon.titan-text-express-v1, amazon.titan-text-lite-v1, amazon.titan-text-premier-v1:0.',
    },
  },
  {
    member: 'modelId',
    check: 'no white space',
    source: 'R',
    modelId: 'amazon titan',
    body,
    refused: 'The provided model identifier is invalid.',
  },
];

const headers: readonly Row[] = [
  {
    member: 'serviceTier',
    check: 'comes back in its header',
    source: 'M',
    headers: { 'x-amzn-bedrock-service-tier': 'flex' },
    body,
    answerHeaders: { 'x-amzn-bedrock-service-tier': 'flex' },
  },
  {
    member: 'serviceTier',
    check: 'nothing but its values',
    source: 'M',
    headers: { 'x-amzn-bedrock-service-tier': 'cheap' },
    body,
    refused: enumeration('cheap', 'serviceTier', 'priority, default, flex, reserved'),
  },
  {
    member: 'performanceConfigLatency',
    check: 'comes back in its header',
    source: 'M',
    headers: { 'x-amzn-bedrock-performanceconfig-latency': 'optimized' },
    body,
    answerHeaders: { 'x-amzn-bedrock-performanceconfig-latency': 'optimized' },
  },
  {
    member: 'performanceConfigLatency',
    check: 'nothing but its values',
    source: 'M',
    headers: { 'x-amzn-bedrock-performanceconfig-latency': 'fast' },
    body,
    refused: enumeration('fast', 'performanceConfigLatency', 'standard, optimized'),
  },
  {
    member: 'trace',
    check: 'enabled, without a guardrail',
    source: 'M',
    headers: { 'x-amzn-bedrock-trace': 'ENABLED' },
    body,
  },
  {
    member: 'trace',
    check: 'nothing but its values',
    source: 'M',
    headers: { 'x-amzn-bedrock-trace': 'on' },
    body,
    refused: enumeration('on', 'trace', 'ENABLED, DISABLED, ENABLED_FULL'),
  },
  {
    member: 'requestMetadata',
    check: 'JSON text',
    source: 'M',
    headers: { 'x-amzn-bedrock-request-metadata': '{"team":"blue"}' },
    body,
  },
  {
    member: 'contentType',
    check: 'any',
    source: 'R',
    headers: { 'content-type': 'application/octet-stream', accept: '*/*' },
    body,
  },
  {
    member: 'guardrailIdentifier',
    check: 'a guardrail that is there',
    source: 'R',
    headers: {
      'x-amzn-bedrock-guardrailidentifier': 'abcdefgh',
      'x-amzn-bedrock-guardrailversion': '1',
    },
    body,
    refused: 'The guardrail identifier or version provided in the request does not exist.',
    hint: 'no guardrails',
  },
  {
    member: 'guardrailVersion',
    check: 'not alone',
    source: 'I',
    headers: { 'x-amzn-bedrock-guardrailversion': '1' },
    body,
    refused: 'guardrailVersion is given without guardrailIdentifier. Provide both and try again.',
  },
  {
    member: 'x-openconverse-loss',
    check: 'what Converse cannot hold',
    source: 'O',
    modelId: claude,
    body: cached,
    loss: `${lost}: Converse has no cache points within a tool result`,
  },
  {
    member: 'strict',
    check: 'nothing that Converse cannot hold',
    source: 'O',
    mode: 'strict',
    modelId: claude,
    body: cached,
    refused: `The member ${lost} cannot be carried as it is: Converse has no cache points within a tool result. Leave it out, choose another model, or set strict to false.`,
  },
];

const whole: readonly Row[] = [
  {
    member: 'body',
    check: 'counted in headers',
    source: 'R',
    body: { inputText: 'Count me' },
    answerHeaders: {
      'x-amzn-bedrock-input-token-count': '2',
      'x-amzn-bedrock-output-token-count': '3',
    },
  },
  {
    member: 'x-openconverse-trace',
    check: 'says who answered, and what was lost',
    source: 'O',
    modelId: claude,
    headers: { 'x-openconverse-trace': 'losses' },
    body: cached,
    answer: {
      'amazon-bedrock-trace': {
        openconverse: {
          servedBy: 'simulated',
          losses: [{ member: lost, reason: 'Converse has no cache points within a tool result' }],
        },
      },
    },
  },
];

const both = ['InvokeModel', 'InvokeModelWithResponseStream'] as const;

export const doorCases: readonly Case[] = [
  ...[...broken, ...headers].flatMap((row) => both.map((operation) => caseOf(row, operation))),
  ...whole.map((row) => caseOf(row, 'InvokeModel')),
  ...broken.filter(({ text = '' }) => text.length > 1).map(countedOf),
];

function caseOf(row: Row, operation: Case['operation']): Case {
  return { modelId: titan, ...row, operation };
}

function countedOf({ text = '', ...row }: Row): Case {
  const body = { input: { invokeModel: { body: base64(text) } } };
  return caseOf({ ...row, body }, 'CountTokens');
}
