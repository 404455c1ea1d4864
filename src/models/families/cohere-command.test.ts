import { expect, test } from 'vitest';
import { cohereCommand } from './cohere-command.ts';
import type { AnswerContext } from './family.ts';
import type { JsonObject } from './native-json.ts';

const context: AnswerContext = {
  modelId: 'cohere.command-text-v14',
  maxTokens: 4096,
  request: { messages: [{ role: 'user', content: [{ text: 'Hello' }] }] },
  responseId: '0123456789abcdef01234567',
  createdSeconds: 1_700_000_000,
  latencyMs: () => 5,
  createToolUseId: () => 'tooluse_0000000000000000000001',
};

test('each member of a request there and back', () => {
  const native = {
    prompt: 'Write a haiku.',
    temperature: 1.5,
    p: 0.5,
    max_tokens: 100,
    stop_sequences: ['--'],
    k: 10,
    return_likelihoods: 'NONE',
    num_generations: 2,
    logit_bias: { 11: 1 },
    truncate: 'END',
  };
  const { value } = cohereCommand.decodeRequest(native, context);
  expect(value).toEqual({
    messages: [{ role: 'user', content: [{ text: 'Write a haiku.' }] }],
    inferenceConfig: { maxTokens: 100, temperature: 1.5, topP: 0.5, stopSequences: ['--'] },
    additionalModelRequestFields: {
      k: 10,
      return_likelihoods: 'NONE',
      num_generations: 2,
      logit_bias: { 11: 1 },
      truncate: 'END',
    },
  });
  expect(cohereCommand.encodeRequest(value, context)).toEqual({ value: native, losses: [] });
});

test('whether the answer is streamed is left to the operation', () => {
  const { value } = cohereCommand.decodeRequest({ prompt: 'a', stream: true }, context);
  expect(value).toEqual({ messages: [{ role: 'user', content: [{ text: 'a' }] }] });
});

test('a conversation is told in one prompt, and that is a loss', () => {
  const messages = [
    { role: 'user', content: [{ text: 'Hello' }] },
    { role: 'assistant', content: [{ text: 'Hi' }] },
    { role: 'user', content: [{ text: 'Who are you?' }] },
  ] as const;
  const { value, losses } = cohereCommand.encodeRequest({ messages }, context);
  expect(value).toEqual({ prompt: 'User: Hello\nChatbot: Hi\nUser: Who are you?\nChatbot:' });
  expect(losses).toEqual([
    {
      member: 'messages',
      handling: 'changed',
      reason: 'the native format has no turns: one prompt tells them all',
    },
  ]);
  expect(cohereCommand.decodeRequest(value, context).value.messages).toEqual(messages);
});

test("a client's own prompt of one turn stays what it is", () => {
  const prompt = 'User: Hello\nChatbot:';
  const { value } = cohereCommand.decodeRequest({ prompt }, context);
  expect(value.messages).toEqual([{ role: 'user', content: [{ text: prompt }] }]);
  const encoded = cohereCommand.encodeRequest(value, context);
  expect(encoded.value).toEqual({ prompt });
  expect(encoded.losses.map(({ member }) => member)).toEqual(['messages.0.content']);
});

test.each<[JsonObject, string]>([
  [{ max_tokens: 5 }, '#: required key [prompt] not found'],
  [{ prompt: 'a', message: 'b' }, '#: extraneous key [message] is not permitted'],
  [{ prompt: 'a', max_tokens: 0 }, '#/max_tokens: 0 is not greater or equal to 1'],
  [{ prompt: 'a', temperature: 6 }, '#/temperature: 6 is not less or equal to 5'],
  [
    { prompt: 'a', stop_sequences: ['1', '2', '3', '4', '5'] },
    '#/stop_sequences: expected maximum item count: 4, found: 5',
  ],
  [{ prompt: 'a', truncate: 'ALL' }, '#/truncate: ALL is not a valid enum value'],
])('the body %j is refused', (native, told) => {
  expect(() => cohereCommand.decodeRequest(native, context)).toThrow(
    `Malformed input request: ${told}, please reformat your input and try again.`,
  );
});

test.each([
  [{ system: [{ text: 'Be brief.' }] }, 'system'],
  [{ toolConfig: { tools: [] } }, 'toolConfig'],
])('%j is refused', (further, field) => {
  expect(() => cohereCommand.encodeRequest({ messages: [], ...further }, context)).toThrow(
    `This model doesn't support the ${field} field. Remove ${field} and try again.`,
  );
});

test.each([
  ['COMPLETE', 'end_turn'],
  ['MAX_TOKENS', 'max_tokens'],
  ['STOP_SEQUENCE', 'stop_sequence'],
  ['ERROR_TOXIC', 'content_filtered'],
  ['ERROR_LIMIT', 'model_context_window_exceeded'],
] as const)('the reason %s is %s, and back', (reason, stopReason) => {
  const generation = { finish_reason: reason, id: context.responseId, text: ' Hi' };
  const native = { generations: [generation], id: context.responseId, prompt: 'Hello' };
  const { value } = cohereCommand.decodeResponse(native, context);
  expect(value).toEqual({
    output: { message: { role: 'assistant', content: [{ text: ' Hi' }] } },
    stopReason,
    usage: { inputTokens: 0, outputTokens: 0, totalTokens: 0 },
    metrics: { latencyMs: 5 },
  });
  expect(cohereCommand.encodeResponse(value, context)).toEqual({ value: native, losses: [] });
});

test('an answer that is an error is thrown, whole and streamed', () => {
  const native = { generations: [{ finish_reason: 'ERROR', text: '' }] };
  expect(() => cohereCommand.decodeResponse(native, context)).toThrow(
    expect.objectContaining({ name: 'ModelErrorException' }),
  );
  const decoder = cohereCommand.createStreamDecoder(context);
  expect(() => decoder.push({ is_finished: true, finish_reason: 'ERROR' })).toThrow(
    expect.objectContaining({ name: 'ModelStreamErrorException' }),
  );
});

const metrics = { 'amazon-bedrock-invocationMetrics': { inputTokenCount: 2, outputTokenCount: 3 } };

test.each([
  [
    'pieces',
    [
      { index: 0, is_finished: false, text: ' He' },
      { index: 0, is_finished: false, text: 'llo' },
      { index: 0, is_finished: true, finish_reason: 'MAX_TOKENS', ...metrics },
    ],
  ],
  ['one chunk', [{ generations: [{ finish_reason: 'MAX_TOKENS', text: ' Hello' }], ...metrics }]],
])('a stream of %s is read', (_name, chunks) => {
  const decoder = cohereCommand.createStreamDecoder(context);
  const events = [...chunks.flatMap((chunk) => decoder.push(chunk)), ...decoder.end()];
  const texts = events.map((event) =>
    'contentBlockDelta' in event && 'text' in event.contentBlockDelta.delta
      ? event.contentBlockDelta.delta.text
      : '',
  );
  expect(texts.join('')).toBe(' Hello');
  expect(events.slice(-2)).toEqual([
    { messageStop: { stopReason: 'max_tokens' } },
    {
      metadata: {
        usage: { inputTokens: 2, outputTokens: 3, totalTokens: 5 },
        metrics: { latencyMs: 5 },
      },
    },
  ]);
});
