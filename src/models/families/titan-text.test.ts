import { expect, test } from 'vitest';
import type { AnswerContext } from './family.ts';
import type { JsonObject } from './native-json.ts';
import { titanText } from './titan-text.ts';

const context: AnswerContext = {
  modelId: 'amazon.titan-text-express-v1',
  maxTokens: 8000,
  request: { messages: [{ role: 'user', content: [{ text: 'Hello' }] }] },
  responseId: '0123456789abcdef01234567',
  createdSeconds: 1_700_000_000,
  latencyMs: () => 5,
  createToolUseId: () => 'tooluse_0000000000000000000001',
};

const user = (text: string) => ({ role: 'user', content: [{ text }] });
const assistant = (text: string) => ({ role: 'assistant', content: [{ text }] });

test.each([
  ['a prompt in no form', 'What is new?', [user('What is new?')]],
  ['one turn', 'User: Hello\nBot:', [user('Hello')]],
  ['one turn with a space after it', 'User: Hello\nBot: ', [user('Hello')]],
  [
    'three turns',
    'User: Hello\nBot: Hi\nUser: How are you?\nBot:',
    [user('Hello'), assistant('Hi'), user('How are you?')],
  ],
  ['lines within a turn', 'User: One\nTwo\n\nBot:', [user('One\nTwo\n')]],
  ['words before the first turn', 'Be kind.\nUser: a\nBot:', [user('Be kind.\nUser: a\nBot:')]],
  ['a begun answer', 'User: a\nBot: b', [user('User: a\nBot: b')]],
])('%s is read', (_name, inputText, messages) => {
  expect(titanText.decodeRequest({ inputText }, context).value.messages).toEqual(messages);
});

test('all settings are carried there and back', () => {
  const textGenerationConfig = {
    maxTokenCount: 8192,
    temperature: 0.5,
    topP: 0.9,
    stopSequences: ['|'],
  };
  const native = { inputText: 'User: Hello\nBot:', textGenerationConfig };
  const { value } = titanText.decodeRequest(native, context);
  expect(value.inferenceConfig).toEqual({
    maxTokens: 8192,
    temperature: 0.5,
    topP: 0.9,
    stopSequences: ['|'],
  });
  expect(titanText.encodeRequest(value, context)).toEqual({ value: native, losses: [] });
});

test('an answer that the caller has begun is gone on with', () => {
  const messages = [
    { role: 'user', content: [{ text: 'Count' }] },
    { role: 'assistant', content: [{ text: 'One,' }] },
  ] as const;
  const { value } = titanText.encodeRequest({ messages }, context);
  expect(value).toEqual({ inputText: 'User: Count\nBot: One,' });
});

test('a text that holds a mark at the start of a line goes out as it is, and that is told', () => {
  const messages = [{ role: 'user', content: [{ text: 'He wrote:\nBot: no' }] }] as const;
  const { value, losses } = titanText.encodeRequest({ messages }, context);
  expect(value).toEqual({ inputText: 'User: He wrote:\nBot: no\nBot:' });
  expect(losses).toEqual([
    {
      member: 'messages.0.content',
      handling: 'changed',
      reason: 'its text holds "Bot:" at the start of a line, which begins a turn',
    },
  ]);
});

const malformed = (told: string) =>
  `Malformed input request: ${told}, please reformat your input and try again.`;

test.each<[JsonObject, string]>([
  [{}, '#: required key [inputText] not found'],
  [{ inputText: '' }, '#/inputText: expected minLength: 1, actual: 0'],
  [{ inputText: 'a', top_k: 1 }, '#: extraneous key [top_k] is not permitted'],
  [
    { inputText: 'a', textGenerationConfig: { maxTokenCount: 8193 } },
    '#/textGenerationConfig/maxTokenCount: 8193 is not less or equal to 8192',
  ],
  [
    { inputText: 'a', textGenerationConfig: { temperature: 2 } },
    '#/textGenerationConfig/temperature: 2 is not less or equal to 1',
  ],
  [{ inputText: 1, textGenerationConfig: { topP: 'x' } }, '2 schema violations found'],
])('the body %j is refused', (native, told) => {
  expect(() => titanText.decodeRequest(native, context)).toThrow(malformed(told));
});

test.each([
  [{ system: [{ text: 'Be brief.' }] }, 'system'],
  [{ toolConfig: { tools: [] } }, 'toolConfig'],
])('%j is refused', (further, field) => {
  expect(() => titanText.encodeRequest({ messages: [], ...further }, context)).toThrow(
    `This model doesn't support the ${field} field. Remove ${field} and try again.`,
  );
});

test('an image is refused', () => {
  const image = { format: 'png', source: { bytes: new Uint8Array(1) } } as const;
  const messages = [{ role: 'user', content: [{ image }] }] as const;
  expect(() => titanText.encodeRequest({ messages }, context)).toThrow(
    "This model doesn't support the image content block that you provided.",
  );
});

test.each([
  ['FINISH', 'end_turn'],
  ['FINISHED', 'end_turn'],
  ['LENGTH', 'max_tokens'],
  ['STOP_CRITERIA_MET', 'stop_sequence'],
  ['CONTENT_FILTERED', 'content_filtered'],
  ['RAG_QUERY_WHEN_RAG_DISABLED', 'end_turn'],
  ['SOMETHING_NEW', 'end_turn'],
])('the reason %s is %s', (completionReason, stopReason) => {
  const native = {
    inputTextTokenCount: 3,
    results: [{ tokenCount: 4, outputText: 'Hi', completionReason }],
  };
  expect(titanText.decodeResponse(native, context).value).toEqual({
    output: { message: { role: 'assistant', content: [{ text: 'Hi' }] } },
    stopReason,
    usage: { inputTokens: 3, outputTokens: 4, totalTokens: 7 },
    metrics: { latencyMs: 5 },
  });
});

test.each([
  ['end_turn', 'FINISH', 0],
  ['max_tokens', 'LENGTH', 0],
  ['model_context_window_exceeded', 'LENGTH', 1],
  ['guardrail_intervened', 'CONTENT_FILTERED', 1],
  ['malformed_model_output', 'FINISH', 1],
] as const)('%s is written as %s', (stopReason, completionReason, count) => {
  const response = {
    output: { message: { role: 'assistant', content: [{ text: 'Hi' }] } },
    stopReason,
    usage: { inputTokens: 3, outputTokens: 4, totalTokens: 7 },
    metrics: { latencyMs: 5 },
  } as const;
  const { value, losses } = titanText.encodeResponse(response, context);
  expect(value).toEqual({
    inputTextTokenCount: 3,
    results: [{ tokenCount: 4, outputText: 'Hi', completionReason }],
  });
  expect(losses.map(({ member }) => member)).toEqual(Array(count).fill('stopReason'));
});

test('the members of an answer that pointers name are given', () => {
  const request = { additionalModelResponseFieldPaths: ['/results/0/tokenCount', '/nowhere'] };
  const native = { results: [{ tokenCount: 4, outputText: 'Hi' }] };
  const { value } = titanText.decodeResponse(native, { ...context, request });
  expect(value.additionalModelResponseFields).toEqual({ results: { 0: { tokenCount: 4 } } });
});

test('a stream is read, its prompt counted in the first chunk and its answer in the last', () => {
  const decoder = titanText.createStreamDecoder(context);
  const nothing = { totalOutputTextTokenCount: null, completionReason: null };
  const events = [
    { outputText: 'Hel', index: 0, inputTextTokenCount: 3, ...nothing },
    { outputText: 'lo', index: 0, inputTextTokenCount: null, ...nothing },
    { outputText: '', totalOutputTextTokenCount: 2, completionReason: 'FINISH' },
  ].map((chunk) => decoder.push(chunk));
  expect(events).toEqual([
    [
      { messageStart: { role: 'assistant' } },
      { contentBlockDelta: { delta: { text: 'Hel' }, contentBlockIndex: 0 } },
    ],
    [{ contentBlockDelta: { delta: { text: 'lo' }, contentBlockIndex: 0 } }],
    [
      { contentBlockStop: { contentBlockIndex: 0 } },
      { messageStop: { stopReason: 'end_turn' } },
      {
        metadata: {
          usage: { inputTokens: 3, outputTokens: 2, totalTokens: 5 },
          metrics: { latencyMs: 5 },
        },
      },
    ],
  ]);
  expect(decoder.end()).toEqual([]);
});

test("the service's own metrics count where the chunks do not", () => {
  const decoder = titanText.createStreamDecoder(context);
  const metrics = { inputTokenCount: 7, outputTokenCount: 9, invocationLatency: 4 };
  const events = decoder.push({
    outputText: 'Hi',
    completionReason: 'FINISH',
    'amazon-bedrock-invocationMetrics': metrics,
  });
  expect(events.at(-1)).toEqual({
    metadata: {
      usage: { inputTokens: 7, outputTokens: 9, totalTokens: 16 },
      metrics: { latencyMs: 5 },
    },
  });
});
