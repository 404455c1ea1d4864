import { expect, test } from 'vitest';
import type { AnswerContext } from './family.ts';
import { j2 } from './j2.ts';
import type { JsonObject } from './native-json.ts';

const context: AnswerContext = {
  modelId: 'ai21.j2-ultra-v1',
  maxTokens: 8191,
  request: { messages: [{ role: 'user', content: [{ text: 'Hello' }] }] },
  responseId: '0123456789abcdef01234567',
  createdSeconds: 1_700_000_000,
  latencyMs: () => 5,
  createToolUseId: () => 'tooluse_0000000000000000000001',
};

test('each member of a request there and back', () => {
  const native = {
    prompt: 'Tell me of the sea.',
    temperature: 0.5,
    topP: 0.5,
    maxTokens: 200,
    stopSequences: ['##'],
    countPenalty: { scale: 0 },
    presencePenalty: { scale: 0 },
    frequencyPenalty: { scale: 0 },
  };
  const { value } = j2.decodeRequest(native, context);
  expect(value).toEqual({
    messages: [{ role: 'user', content: [{ text: 'Tell me of the sea.' }] }],
    inferenceConfig: { maxTokens: 200, temperature: 0.5, topP: 0.5, stopSequences: ['##'] },
    additionalModelRequestFields: {
      countPenalty: { scale: 0 },
      presencePenalty: { scale: 0 },
      frequencyPenalty: { scale: 0 },
    },
  });
  expect(j2.encodeRequest(value, context)).toEqual({ value: native, losses: [] });
});

test.each<[JsonObject, string]>([
  [{}, '#: required key [prompt] not found'],
  [{ prompt: 'a', max_tokens: 5 }, '#: extraneous key [max_tokens] is not permitted'],
  [{ prompt: 'a', maxTokens: 8192 }, '#/maxTokens: 8192 is not less or equal to 8191'],
  [{ prompt: ['a'] }, '#/prompt: expected type: String, found: JSONArray'],
])('the body %j is refused', (native, told) => {
  expect(() => j2.decodeRequest(native, context)).toThrow(
    `Malformed input request: ${told}, please reformat your input and try again.`,
  );
});

test.each([
  ['endoftext', 'end_turn'],
  ['length', 'max_tokens'],
  ['stop', 'stop_sequence'],
] as const)('the reason %s is %s, and the tokens are counted', (reason, stopReason) => {
  const native = {
    id: 1234,
    prompt: { text: 'Hello', tokens: [{ generatedToken: {} }] },
    completions: [{ data: { text: '\nHi', tokens: [{}, {}] }, finishReason: { reason } }],
  };
  const { value } = j2.decodeResponse(native, context);
  expect(value).toEqual({
    output: { message: { role: 'assistant', content: [{ text: '\nHi' }] } },
    stopReason,
    usage: { inputTokens: 1, outputTokens: 2, totalTokens: 3 },
    metrics: { latencyMs: 5 },
  });
  expect(j2.encodeResponse(value, context)).toEqual({
    value: {
      id: context.responseId,
      prompt: { text: 'Hello', tokens: [] },
      completions: [{ data: { text: '\nHi', tokens: [] }, finishReason: { reason } }],
    },
    losses: [],
  });
});

test('a reason that the format lacks is told', () => {
  const response = {
    output: { message: { role: 'assistant', content: [{ text: 'Hi' }] } },
    stopReason: 'content_filtered',
    usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
    metrics: { latencyMs: 5 },
  } as const;
  expect(j2.encodeResponse(response, context).losses).toEqual([
    {
      member: 'stopReason',
      handling: 'changed',
      reason: 'the native format has no such reason: end_turn is said',
    },
  ]);
});

test('answers in part are read as a stream', () => {
  const decoder = j2.createStreamDecoder(context);
  const piece = { completions: [{ data: { text: 'Hi' }, finishReason: null }] };
  const last = { completions: [{ data: { text: '!' }, finishReason: { reason: 'stop' } }] };
  const events = [...decoder.push(piece), ...decoder.push(last), ...decoder.end()];
  expect(events.map((event) => Object.keys(event)[0])).toEqual([
    'messageStart',
    'contentBlockDelta',
    'contentBlockDelta',
    'contentBlockStop',
    'messageStop',
    'metadata',
  ]);
});
