// DeepSeek-R1: its prompt, character by character, its answers, and its streams at every cut.

import { expect, test } from 'vitest';
import type { Message } from '../../protocol/api/types.generated.ts';
import { assemble } from '../../protocol/stream/assemble.ts';
import { pushAll } from '../../protocol/stream/decoder.ts';
import type { ConverseStreamEvent } from '../../protocol/stream/events.ts';
import { deepseekR1 } from './deepseek-r1.ts';
import type { AnswerContext, Conversation } from './family.ts';
import type { JsonObject } from './native-json.ts';

const user = (text: string): Message => ({ role: 'user', content: [{ text }] });
const assistant = (text: string): Message => ({ role: 'assistant', content: [{ text }] });

function contextOf(request: Conversation = { messages: [user('Hello')] }): AnswerContext {
  return {
    modelId: 'deepseek.r1-v1:0',
    maxTokens: 8192,
    request,
    responseId: '0123456789abcdef01234567',
    createdSeconds: 0,
    latencyMs: () => 5,
    createToolUseId: () => 'tooluse_0000000000000000000001',
  };
}

const begin = '<｜begin▁of▁sentence｜>';
const end = '<｜end▁of▁sentence｜>';

test.each<[string, string, Conversation]>([
  ['one turn', `${begin}<｜User｜>Hello<｜Assistant｜><think>\n`, { messages: [user('Hello')] }],
  [
    'system text and three turns',
    `${begin}Be kind.<｜User｜>Hello<｜Assistant｜>Hi${end}<｜User｜>And?<｜Assistant｜><think>\n`,
    {
      system: [{ text: 'Be kind.' }],
      messages: [user('Hello'), assistant('Hi'), user('And?')],
    },
  ],
  [
    'a begun answer',
    `${begin}<｜User｜>Count<｜Assistant｜>One,`,
    { messages: [user('Count'), assistant('One,')] },
  ],
  [
    'begun reasoning',
    `${begin}<｜User｜>Count<｜Assistant｜><think>\nWell`,
    { messages: [user('Count'), assistant('<think>\nWell')] },
  ],
])('a prompt: %s, carried both ways', (_name, prompt, conversation) => {
  expect(deepseekR1.decodeRequest({ prompt }, contextOf())).toEqual({
    value: conversation,
    losses: [],
  });
  expect(deepseekR1.encodeRequest(conversation, contextOf()).value).toEqual({ prompt });
});

test.each<[string, string, readonly Message[], number]>([
  ['in no form', 'What is new?', [user('What is new?')], 0],
  ['without its beginning', '<｜User｜>Hello<｜Assistant｜><think>\n', [user('Hello')], 0],
  ['that opens no reasoning', `${begin}<｜User｜>Hello<｜Assistant｜>`, [user('Hello')], 1],
  ['with another line', `${begin}<｜User｜>Hello<｜Assistant｜><think>`, [user('Hello')], 1],
  ['that ends with the user', `${begin}<｜User｜>Hello`, [user('Hello')], 1],
  [
    'that ends with a whole turn',
    `${begin}<｜User｜>Hello<｜Assistant｜>Hi${end}`,
    [user('Hello'), assistant('Hi')],
    1,
  ],
])('a prompt %s is read', (_name, ...[prompt, messages, losses]) => {
  const decoded = deepseekR1.decodeRequest({ prompt }, contextOf());
  expect(decoded.value.messages).toEqual(messages);
  expect(decoded.losses.length).toBe(losses);
});

test('all settings are carried there and back', () => {
  const prompt = `${begin}<｜User｜>Hello<｜Assistant｜><think>\n`;
  const native = { prompt, max_tokens: 5, temperature: 0.5, top_p: 0.9, stop: ['END'], seed: 7 };
  const { value } = deepseekR1.decodeRequest(native, contextOf());
  expect(value).toMatchObject({
    inferenceConfig: { maxTokens: 5, temperature: 0.5, topP: 0.9, stopSequences: ['END'] },
    additionalModelRequestFields: { seed: 7 },
  });
  expect(deepseekR1.encodeRequest(value, contextOf())).toEqual({ value: native, losses: [] });
});

test.each([['<｜User｜>'], ['<｜tool▁calls▁begin｜>'], [end], ['<think>'], ['</think>']])(
  'a text that holds %s goes out as it is, and that is told',
  (marker) => {
    const { value, losses } = deepseekR1.encodeRequest(
      { messages: [user(`a${marker}`)] },
      contextOf(),
    );
    expect(value).toEqual({ prompt: `${begin}<｜User｜>a${marker}<｜Assistant｜><think>\n` });
    expect(losses).toEqual([
      {
        member: 'messages.0.content',
        handling: 'changed',
        reason: `its text holds ${marker}, which is a mark of the prompt`,
      },
    ]);
  },
);

test('reasoning of history is left out, and tools are refused', () => {
  const reasoned = { reasoningContent: { reasoningText: { text: 'a' } } };
  const messages: Message[] = [
    user('Hello'),
    { role: 'assistant', content: [reasoned, { text: 'Hi' }] },
    user('And?'),
  ];
  const { value, losses } = deepseekR1.encodeRequest({ messages }, contextOf());
  expect(value['prompt']).toContain(`<｜Assistant｜>Hi${end}`);
  expect(losses).toMatchObject([
    { member: 'messages.1.content.0.reasoningContent', handling: 'left out' },
  ]);
  const toolConfig = { tools: [{ toolSpec: { name: 'a', inputSchema: { json: {} } } }] };
  expect(() => deepseekR1.encodeRequest({ messages, toolConfig }, contextOf())).toThrow(
    "This model doesn't support the toolConfig field.",
  );
});

const malformed = (told: string) =>
  `Malformed input request: ${told}, please reformat your input and try again.`;

test.each<[JsonObject, string]>([
  [{}, '#: required key [prompt] not found'],
  [{ prompt: 'a', max_tokens: 32_769 }, '#/max_tokens: 32769 is not less or equal to 32768'],
  [{ prompt: 'a', temperature: 1.5 }, '#/temperature: 1.5 is not less or equal to 1'],
  [
    { prompt: 'a', stop: Array.from({ length: 11 }, String) },
    '#/stop: expected maximum item count: 10, found: 11',
  ],
])('refused: %o', (native, told) => {
  expect(() => deepseekR1.decodeRequest(native, contextOf())).toThrow(
    expect.objectContaining({ name: 'ValidationException', message: malformed(told) }),
  );
});

const text = (it: string) => ({ text: it });
const reasoned = (it: string) => ({ reasoningContent: { reasoningText: { text: it } } });

test.each([
  ['both', 'Well.\n</think>\n\nHi', [text('Hi'), reasoned('Well.')]],
  ['the tag again', '<think>\nWell.\n</think>\n\nHi', [text('Hi'), reasoned('Well.')]],
  ['no reasoning', '\n</think>\n\nHi', [text('Hi')]],
  ['cut reasoning', 'Well', [reasoned('Well')]],
])('an answer of %s shows its text first', (_name, native, content) => {
  const choices = [{ text: native, stop_reason: 'stop' }];
  const { value } = deepseekR1.decodeResponse({ choices }, contextOf());
  expect(value).toMatchObject({ output: { message: { content } }, stopReason: 'end_turn' });
});

test('an answer that goes on with a text is text', () => {
  const context = contextOf({ messages: [user('Count'), assistant('One,')] });
  const choices = [{ text: ' two', stop_reason: 'length' }];
  const { value } = deepseekR1.decodeResponse({ choices }, context);
  expect(value).toMatchObject({
    output: { message: { content: [text(' two')] } },
    stopReason: 'max_tokens',
  });
  const { value: native, losses } = deepseekR1.encodeResponse(
    { ...value, output: { message: { role: 'assistant', content: [text('a'), reasoned('b')] } } },
    context,
  );
  expect(native).toEqual({ choices: [{ text: 'a', stop_reason: 'length' }] });
  expect(losses).toMatchObject([{ handling: 'left out' }]);
});

async function* batchOf(events: readonly ConverseStreamEvent[]) {
  yield events;
}

const metrics = { 'amazon-bedrock-invocationMetrics': { inputTokenCount: 7, outputTokenCount: 3 } };

test('a stream is the same however it is cut, in the order in which it comes', async () => {
  const whole = 'Well, </thin> no.\n</think>\n\nHi\n';
  for (let at = 0; at <= whole.length; at += 1) {
    const decoder = deepseekR1.createStreamDecoder(contextOf());
    const pieces = [whole.slice(0, at), whole.slice(at)];
    const chunks: JsonObject[] = pieces.map((piece) => ({
      choices: [{ text: piece, stop_reason: null }],
    }));
    chunks.push({ choices: [{ text: '', stop_reason: 'stop' }], ...metrics });
    const response = await assemble(batchOf([...pushAll(chunks, decoder), ...decoder.end()]));
    expect(response).toMatchObject({
      output: { message: { content: [reasoned('Well, </thin> no.'), text('Hi\n')] } },
      usage: { inputTokens: 7, outputTokens: 3, totalTokens: 10 },
    });
  }
});

test('a stream without its last chunk has no proper end, and an error is thrown', () => {
  const decoder = deepseekR1.createStreamDecoder(contextOf());
  decoder.push({ choices: [{ text: 'a', stop_reason: null }] });
  expect(() => decoder.end()).toThrow('The stream ended before its last chunk.');
  expect(() => decoder.push({ throttlingException: { message: 'Slow down' } })).toThrow(
    expect.objectContaining({ name: 'ThrottlingException', message: 'Slow down' }),
  );
});

test('a stream of ours closes the reasoning before the text, and leaves later reasoning out', () => {
  const encoder = deepseekR1.createStreamEncoder(contextOf());
  const delta = (contentBlockIndex: number, it: object): ConverseStreamEvent =>
    ({ contentBlockDelta: { delta: it, contentBlockIndex } }) as ConverseStreamEvent;
  const chunks = pushAll(
    [
      delta(0, { reasoningContent: { text: 'a' } }),
      delta(1, { text: 'b' }),
      delta(2, { reasoningContent: { text: 'c' } }),
      { messageStop: { stopReason: 'max_tokens' } },
      {
        metadata: {
          usage: { inputTokens: 7, outputTokens: 3, totalTokens: 10 },
          metrics: { latencyMs: 5 },
        },
      },
    ],
    encoder,
  );
  const chunk = (it: string, reason: string | null = null) => ({
    choices: [{ text: it, stop_reason: reason }],
  });
  expect(chunks).toEqual([chunk('a'), chunk('\n</think>\n\nb'), chunk('', 'length')]);
  expect(encoder.losses).toMatchObject([{ handling: 'left out' }]);
});
