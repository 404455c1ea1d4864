// What every SDK is asked of InvokeModel and its stream: bodies of Claude and Llama, and what the
// SDK shows of the answer's headers.

import { expect } from 'vitest';
import { claude, roundsOf } from './cases.ts';
import type { Case } from './cases.ts';
import type { Call, Outcome } from './job.ts';

const llama = 'meta.llama3-1-8b-instruct-v1:0';
const metrics = 'amazon-bedrock-invocationMetrics';

const answers: readonly Case[] = [
  {
    name: "a question in Claude's format is answered in it",
    call: invoke({ body: toClaude('Grüße an Claude') }),
    expected: () => ({
      native: {
        id: expect.stringMatching(/^msg_bdrk_/) as unknown,
        type: 'message',
        role: 'assistant',
        content: [{ type: 'text', text: 'echo: Grüße an Claude' }],
        stop_reason: 'end_turn',
        usage: { input_tokens: 3, output_tokens: 4 },
      },
      head: { contentType: 'application/json' },
    }),
    statuses: () => [200],
  },
  {
    name: "a question in Claude's format is streamed in it",
    call: invokeStream({ body: toClaude('streamed, chère Claude') }),
    expected: () => ({
      chunks: [
        { type: 'message_start', message: { type: 'message', role: 'assistant' } },
        { type: 'content_block_start', index: 0, content_block: { type: 'text' } },
        ...['echo:', ' streamed,', ' chère', ' Claude'].map((text) => ({
          type: 'content_block_delta',
          index: 0,
          delta: { type: 'text_delta', text },
        })),
        { type: 'content_block_stop', index: 0 },
        { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 4 } },
        {
          type: 'message_stop',
          [metrics]: {
            inputTokenCount: 3,
            outputTokenCount: 4,
            invocationLatency: expect.any(Number) as unknown,
            firstByteLatency: expect.any(Number) as unknown,
          },
        },
      ],
      head: { contentType: 'application/json' },
    }),
    statuses: () => [200],
  },
  {
    name: "a question in Llama's format is answered in it",
    call: invoke({ modelId: llama, body: toLlama('Grüße an Llama') }),
    expected: () => ({
      native: {
        generation: 'echo: Grüße an Llama',
        prompt_token_count: 3,
        generation_token_count: 4,
        stop_reason: 'stop',
      },
      head: { contentType: 'application/json' },
    }),
    statuses: () => [200],
  },
  {
    name: "a question in Llama's format is streamed in it",
    call: invokeStream({ modelId: llama, body: toLlama('streamed, cher Llama') }),
    expected: () => ({
      chunks: [
        { generation: 'echo:' },
        { generation: ' streamed,' },
        { generation: ' cher' },
        { generation: ' Llama' },
        {
          generation: '',
          generation_token_count: 4,
          stop_reason: 'stop',
          [metrics]: { inputTokenCount: 3, outputTokenCount: 4 },
        },
      ],
    }),
  },
  {
    name: 'max_gen_len ends an answer of Llama',
    call: invoke({ modelId: llama, body: { ...toLlama('cut, cher Llama'), max_gen_len: 2 } }),
    expected: () => ({ native: { generation: 'echo: cut,', stop_reason: 'length' } }),
  },
  {
    name: 'the speed is asked for in a header and said again in one',
    call: invoke({ body: toClaude('be fast'), performanceConfigLatency: 'optimized' }),
    expected: () => ({ head: { performanceConfigLatency: 'optimized' } }),
  },
  {
    name: 'the speed of a stream is said again in a header',
    call: invokeStream({ body: toClaude('stream fast'), performanceConfigLatency: 'optimized' }),
    expected: () => ({ head: { performanceConfigLatency: 'optimized' } }),
  },
  {
    name: 'the tier is asked for in a header and said again in one',
    call: invoke({ body: toClaude('be flexible'), serviceTier: 'flex' }),
    expected: () => ({ head: { serviceTier: 'flex' } }),
    able: ({ hasTiers }) => hasTiers,
  },
  {
    name: 'the tier of a stream is said again in a header',
    call: invokeStream({ body: toClaude('stream flexibly'), serviceTier: 'flex' }),
    expected: () => ({ head: { serviceTier: 'flex' } }),
    able: ({ hasTiers }) => hasTiers,
  },
];

const refusals: readonly Case[] = [
  {
    name: 'a native body that the format does not allow is a ValidationException',
    call: invoke({ modelId: llama, body: { ...toLlama('no tokens'), max_tokens: 5 } }),
    expected: () => ({
      error: {
        name: 'ValidationException',
        message:
          'Malformed input request: #: extraneous key [max_tokens] is not permitted, ' +
          'please reformat your input and try again.',
        status: 400,
        modeled: true,
      },
    }),
    statuses: () => [400],
  },
  {
    name: 'a native stream of a model that there is not cannot begin',
    call: invokeStream({ modelId: 'meta.llama3-1-70b-instruct-v2:0', body: toLlama('no llama') }),
    expected: () => ({
      error: { name: 'ResourceNotFoundException', status: 404, modeled: true },
    }),
    statuses: () => [404],
  },
  {
    name: 'a native request that is throttled at first is tried again',
    call: invoke({ body: toClaude('native, busy at first') }),
    script: [{ error: 'ThrottlingException', times: 2 }, { text: 'At last.' }],
    expected: () => ({ native: { content: [{ type: 'text', text: 'At last.' }] } }),
    statuses: () => [429, 429, 200],
  },
  {
    name: 'a native stream that is throttled at first is tried again',
    call: invokeStream({ body: toClaude('native stream, busy at first') }),
    script: [{ error: 'ThrottlingException' }, { text: 'At last.' }],
    expected: () => ({
      chunks: expect.arrayContaining([
        expect.objectContaining({ type: 'message_stop' }),
      ]) as unknown,
    }),
    statuses: () => [429, 200],
  },
];

/** The exceptions that InvokeModel has in the service model beside those of Converse. */
const exceptions = { ModelErrorException: 424, ServiceQuotaExceededException: 400 } as const;

const wholeExceptions = Object.entries(exceptions).map(([type, status]): Case => {
  const message = `told of ${type}`;
  return {
    name: `${type} of a native request has its type, its words and its status`,
    call: invoke({ body: toClaude(`native ${type}`) }),
    script: [{ error: { type, message }, times: 'always' }],
    expected: () => ({ error: { name: type, message, status, modeled: true } }),
  };
});

const inStream = [
  'InternalServerException',
  'ModelStreamErrorException',
  'ServiceUnavailableException',
  'ThrottlingException',
  'ValidationException',
];

const streamedExceptions = inStream.map((type): Case => {
  const error = { type, message: `told of ${type}` };
  return {
    name: `${type} ends a native stream after what came before`,
    call: invokeStream({ body: toClaude(`native stream ${type}`) }),
    script: [brokenBy(error)],
    expected: (sdk) => ({
      chunks: heardOf(roundsOf(type, sdk)),
      error: { message: error.message, ...sdk.inStream(type) },
    }),
    statuses: (sdk) => roundsOf(type, sdk),
  };
});

const cuts: readonly Case[] = [
  {
    name: 'a native stream that is cut is an error after what came before',
    call: invokeStream({ body: toClaude('native stream that is cut') }),
    script: [brokenBy('cut')],
    expected: (sdk) => ({
      chunks: heardOf(roundsOf('cut', sdk)),
      error: { modeled: false, message: expect.stringMatching(/\S/) as unknown },
    }),
    statuses: (sdk) => roundsOf('cut', sdk),
  },
];

export const nativeCases: readonly Case[] = [
  ...answers,
  ...refusals,
  ...wholeExceptions,
  ...streamedExceptions,
  ...cuts,
];

export function toClaude(content: string): object {
  return {
    anthropic_version: 'bedrock-2023-05-31',
    max_tokens: 100,
    messages: [{ role: 'user', content }],
  };
}

export function invoke(input: Call['input']): Call {
  return { operation: 'invoke_model', input: { modelId: claude, ...input } };
}

export function invokeStream(input: Call['input']): Call {
  const operation = 'invoke_model_with_response_stream';
  return { operation, input: { modelId: claude, ...input } };
}

function toLlama(text: string): object {
  const header = (role: string): string => `<|start_header_id|>${role}<|end_header_id|>\n\n`;
  return { prompt: `<|begin_of_text|>${header('user')}${text}<|eot_id|>${header('assistant')}` };
}

function brokenBy(error: object | string): object {
  return { text: 'one two three four', stream: { fault: { after: 2, error } }, times: 'always' };
}

/** What came before the break, as often as it was asked for. */
function heardOf(rounds: readonly number[]): Outcome['chunks'] & object[] {
  const types = ['message_start', 'content_block_start', 'content_block_delta'];
  const round = [...types, 'content_block_delta'].map((type) => ({ type }));
  return rounds.flatMap(() => round);
}
