// Whole answers of Claude: why they ended, what they counted, and what is passed over.

import { expect, test } from 'vitest';
import type { ConverseResponse, TokenUsage } from '../../../protocol/api/types.generated.ts';
import type { AnswerContext, Conversation } from '../family.ts';
import type { JsonObject } from '../native-json.ts';
import { decodeResponse, encodeResponse } from './answer.ts';

function contextOf(request: Conversation = {}): AnswerContext {
  return {
    modelId: 'us.anthropic.claude-haiku-4-5-20251001-v1:0',
    maxTokens: 9,
    request,
    responseId: '0123456789abcdef01234567',
    createdSeconds: 0,
    latencyMs: () => 5,
    createToolUseId: () => 'tooluse_0000000000000000000000',
  };
}

const text = { type: 'text', text: 'Hi' };
const answer: ConverseResponse = {
  output: { message: { role: 'assistant', content: [{ text: 'Hi' }] } },
  stopReason: 'end_turn',
  usage: { inputTokens: 3, outputTokens: 4, totalTokens: 7 },
  metrics: { latencyMs: 5 },
};

function decode(native: JsonObject, request?: Conversation) {
  return decodeResponse({ content: [text], ...native }, contextOf(request));
}

function encode(members: Partial<ConverseResponse>, request?: Conversation) {
  return encodeResponse({ ...answer, ...members }, contextOf(request));
}

test('an answer has the form that was recorded', () => {
  expect(encode({}).value).toEqual({
    id: 'msg_bdrk_0123456789abcdef01234567',
    type: 'message',
    role: 'assistant',
    model: 'claude-haiku-4-5-20251001',
    content: [text],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 3, output_tokens: 4 },
  });
});

const reasons = [
  ['end_turn', 'end_turn'],
  ['tool_use', 'tool_use'],
  ['max_tokens', 'max_tokens'],
  ['stop_sequence', 'stop_sequence'],
  ['refusal', 'content_filtered'],
  ['model_context_window_exceeded', 'model_context_window_exceeded'],
] as const;

test.each(reasons)('%s is %s', (native, stopReason) => {
  const decoded = decode({ stop_reason: native });
  expect([decoded.value.stopReason, decoded.losses]).toEqual([stopReason, []]);
  const encoded = encode({ stopReason });
  expect([encoded.value['stop_reason'], encoded.losses]).toEqual([native, []]);
});

test('reasons that the other format lacks are told', () => {
  const paused = decode({ stop_reason: 'pause_turn' });
  expect(paused).toMatchObject({ value: { stopReason: 'end_turn' }, losses: [{}] });
  const blocked = encode({ stopReason: 'guardrail_intervened' });
  expect(blocked).toMatchObject({
    value: { stop_reason: 'refusal' },
    losses: [{ member: 'stopReason', handling: 'changed' }],
  });
});

const usages: readonly (readonly [string, TokenUsage, JsonObject])[] = [
  [
    'counts alone',
    { inputTokens: 3, outputTokens: 4, totalTokens: 7 },
    { input_tokens: 3, output_tokens: 4 },
  ],
  [
    'counts of the cache',
    {
      inputTokens: 3,
      outputTokens: 227,
      totalTokens: 1942,
      cacheReadInputTokens: 0,
      cacheWriteInputTokens: 1712,
      cacheDetails: [
        { ttl: '1h', inputTokens: 1000 },
        { ttl: '5m', inputTokens: 712 },
      ],
    },
    {
      input_tokens: 3,
      output_tokens: 227,
      cache_read_input_tokens: 0,
      cache_creation_input_tokens: 1712,
      cache_creation: { ephemeral_5m_input_tokens: 712, ephemeral_1h_input_tokens: 1000 },
    },
  ],
];

test.each(usages)('%s are the same in both formats', (_name, usage, native) => {
  expect(decode({ usage: native }).value.usage).toEqual(usage);
  expect(encode({ usage }).value['usage']).toEqual(native);
});

test('counts of nothing written are no details', () => {
  const creation = { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 };
  const usage = { input_tokens: 1, output_tokens: 1, cache_creation: creation };
  expect(decode({ usage }).value.usage).toEqual({
    inputTokens: 1,
    outputTokens: 1,
    totalTokens: 2,
  });
});

test("the service's metrics count where the answer does not", () => {
  const metrics = { inputTokenCount: 2, outputTokenCount: 3 };
  const { value } = decode({ 'amazon-bedrock-invocationMetrics': metrics });
  expect(value.usage).toEqual({ inputTokens: 2, outputTokens: 3, totalTokens: 5 });
});

const stopped = { stopReason: 'stop_sequence' } as const;

test('the sequence that ended an answer is given where it is asked for', () => {
  const native = { stop_reason: 'stop_sequence', stop_sequence: 'END' };
  const asked = { additionalModelResponseFieldPaths: ['/stop_sequence', '/nothing'] };
  const fields = { stop_sequence: 'END' };
  expect(decode(native, asked).value.additionalModelResponseFields).toEqual(fields);
  expect(decode(native).value).not.toHaveProperty('additionalModelResponseFields');
  const encoded = encode({ ...stopped, additionalModelResponseFields: fields });
  expect(encoded.value['stop_sequence']).toBe('END');
});

test('the only sequence that can have ended an answer has', () => {
  const one = { inferenceConfig: { stopSequences: ['END'] } };
  const two = { inferenceConfig: { stopSequences: ['END', 'STOP'] } };
  expect(encode(stopped, one).value['stop_sequence']).toBe('END');
  expect(encode(stopped, two).value['stop_sequence']).toBe(null);
  expect(encode({}, one).value['stop_sequence']).toBe(null);
});

test('blocks that are not known are passed over and told', () => {
  const { value, losses } = decode({ content: [{ type: 'dream', image: 'x' }, text] });
  expect(value.output.message.content).toEqual([{ text: 'Hi' }]);
  expect(losses).toMatchObject([{ member: 'content.0', handling: 'left out' }]);
});

test('a call without an ID is given one', () => {
  const { value } = decode({ content: [{ type: 'tool_use', name: 'f' }] });
  const toolUse = { toolUseId: 'tooluse_0000000000000000000000', name: 'f', input: {} };
  expect(value.output.message.content).toEqual([{ toolUse }]);
});

test('reasoning without a signature has an empty one, as clients expect', () => {
  const content = [{ reasoningContent: { reasoningText: { text: 'Hm' } } }];
  const { value } = encode({ output: { message: { role: 'assistant', content } } });
  expect(value['content']).toEqual([{ type: 'thinking', thinking: 'Hm', signature: '' }]);
  expect(decode({ content: value['content'] }).value.output.message.content).toEqual(content);
});

test('an image in an answer is left out and told', () => {
  const image = { format: 'png', source: { bytes: Buffer.from('a') } } as const;
  const message = { role: 'assistant', content: [{ image }, { text: 'Hi' }] } as const;
  const { value, losses } = encode({ output: { message } });
  expect(value['content']).toEqual([text]);
  expect(losses).toMatchObject([{ member: 'output.message.content.0.image' }]);
});

test('an error in place of an answer is an exception', () => {
  const error = { type: 'overloaded_error', message: 'Overloaded' };
  expect(() => decode({ type: 'error', error })).toThrow(
    expect.objectContaining({ name: 'ServiceUnavailableException', message: 'Overloaded' }),
  );
});
