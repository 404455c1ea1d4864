// Whole answers of OpenAI's format, as many servers write them, and ours.

import { expect, test } from 'vitest';
import type {
  ContentBlock,
  ConverseResponse,
  StopReason,
} from '../../../protocol/api/types.generated.ts';
import type { AnswerContext, Conversation } from '../family.ts';
import type { JsonObject } from '../native-json.ts';
import { createOpenaiChat, openaiChat } from '../openai-chat.ts';

function contextOf(request: Conversation = {}): AnswerContext {
  let ids = 0;
  return {
    modelId: 'openai.gpt-oss-20b-1:0',
    maxTokens: 9,
    request,
    responseId: '0123456789abcdef01234567',
    createdSeconds: 1_700_000_000,
    latencyMs: () => 5,
    createToolUseId: () => `tooluse_${String((ids += 1)).padStart(22, '0')}`,
  };
}

const usage = { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 };

function answerOf(message: JsonObject, choice: JsonObject = {}): JsonObject {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    choices: [
      { index: 0, message: { role: 'assistant', ...message }, finish_reason: 'stop', ...choice },
    ],
    usage,
  };
}

function decode(native: JsonObject, request?: Conversation): ConverseResponse {
  return openaiChat.decodeResponse(native, contextOf(request)).value;
}

const reasoned = (text: string): ContentBlock => ({
  reasoningContent: { reasoningText: { text } },
});
const called = (id: string, input = {}): ContentBlock => ({
  toolUse: { toolUseId: id, name: 'weather', input },
});
const callOf = (rest: JsonObject, given: unknown = '{}'): JsonObject => ({
  type: 'function',
  function: { name: 'weather', arguments: given },
  ...rest,
});
const newId = 'tooluse_0000000000000000000001';

test.each<[string, JsonObject, readonly ContentBlock[]]>([
  ['text', { content: 'Hi' }, [{ text: 'Hi' }]],
  ['nothing', { content: null }, []],
  [
    'parts',
    {
      content: [
        { type: 'text', text: 'a' },
        { type: 'text', text: 'b' },
      ],
    },
    [{ text: 'ab' }],
  ],
  [
    'reasoning as a part',
    {
      content: [
        { type: 'thinking', thinking: [{ type: 'text', text: 'a' }] },
        { type: 'text', text: 'b' },
      ],
    },
    [reasoned('a'), { text: 'b' }],
  ],
  ['reasoning_content', { content: 'Hi', reasoning_content: 'a' }, [reasoned('a'), { text: 'Hi' }]],
  ['reasoning', { content: 'Hi', reasoning: 'a' }, [reasoned('a'), { text: 'Hi' }]],
  [
    'reasoning under both names',
    { content: 'Hi', reasoning: 'a', reasoning_content: 'a' },
    [reasoned('a'), { text: 'Hi' }],
  ],
  [
    'reasoning in details',
    {
      content: 'Hi',
      reasoning_details: [
        { type: 'reasoning.summary', summary: 'a' },
        { type: 'reasoning.text', text: 'b', signature: 'c' },
        { type: 'reasoning.encrypted', data: 'd' },
      ],
    },
    [reasoned('ab'), { text: 'Hi' }],
  ],
  [
    'reasoning between tags',
    { content: '<think>\na\n</think>\n\nb' },
    [reasoned('a'), { text: 'b' }],
  ],
  ["gpt-oss's reasoning", { content: '<reasoning>a</reasoning>b' }, [reasoned('a'), { text: 'b' }]],
  ['reasoning that was cut', { content: '<think>a' }, [reasoned('a')]],
  [
    'a tag in the text where reasoning has a member',
    { content: '<think>a', reasoning: 'b' },
    [reasoned('b'), { text: '<think>a' }],
  ],
  [
    'a call',
    { tool_calls: [callOf({ id: 'call_1' }, '{"city":"Rome"}')] },
    [called('call_1', { city: 'Rome' })],
  ],
  [
    "Kimi's ID",
    { tool_calls: [callOf({ id: 'functions.weather:0' })] },
    [called('functions.weather:0')],
  ],
  ['a call without an ID', { tool_calls: [callOf({})] }, [called(newId)]],
  ['an ID that Converse does not take', { tool_calls: [callOf({ id: 'a b' })] }, [called(newId)]],
  ['arguments as JSON', { tool_calls: [callOf({ id: 'a' }, { b: 1 })] }, [called('a', { b: 1 })]],
  ['no arguments', { tool_calls: [callOf({ id: 'a' }, '')] }, [called('a')]],
  ["gpt-oss's no arguments", { tool_calls: [callOf({ id: 'a' }, '{"": {}}')] }, [called('a')]],
  ['a call of old', { function_call: { name: 'weather', arguments: '{}' } }, [called(newId)]],
  ['blanks beside a call', { content: '\n\n', tool_calls: [callOf({ id: 'a' })] }, [called('a')]],
  [
    'all at once',
    { content: 'b', reasoning: 'a', tool_calls: [callOf({ id: 'c' }), callOf({ id: 'd' })] },
    [reasoned('a'), { text: 'b' }, called('c'), called('d')],
  ],
])('the content of an answer: %s', (_name, message, content) => {
  expect(decode(answerOf(message)).output.message).toEqual({ role: 'assistant', content });
});

test('a completion of a bare prompt is an answer', () => {
  const native = { choices: [{ text: 'Hi', finish_reason: 'stop' }], usage };
  expect(decode(native).output.message.content).toEqual([{ text: 'Hi' }]);
});

const aCall = { tool_calls: [callOf({ id: 'a' })] };

test.each<[unknown, JsonObject, StopReason]>([
  ['stop', {}, 'end_turn'],
  ['length', {}, 'max_tokens'],
  ['content_filter', {}, 'content_filtered'],
  ['eos', {}, 'end_turn'],
  [null, {}, 'end_turn'],
  ['tool_calls', aCall, 'tool_use'],
  ['stop', aCall, 'tool_use'],
  ['function_call', { function_call: { name: 'weather' } }, 'tool_use'],
  ['length', aCall, 'max_tokens'],
  ['tool_calls', {}, 'end_turn'],
  ['stop', { refusal: 'No.' }, 'content_filtered'],
])('%o means, of %o, %s', (reason, ...[message, stopReason]) => {
  expect(decode(answerOf(message, { finish_reason: reason })).stopReason).toBe(stopReason);
});

test('a stop sequence that is told is one of the request', () => {
  const request = { inferenceConfig: { stopSequences: ['END'] } };
  const native = answerOf({ content: 'a' }, { stop_reason: 'END' });
  expect(decode(native, request).stopReason).toBe('stop_sequence');
  expect(decode(native).stopReason).toBe('end_turn');
});

test.each<[string, JsonObject, ConverseResponse['usage']]>([
  ['plain', usage, { inputTokens: 7, outputTokens: 3, totalTokens: 10 }],
  [
    'of a cache',
    { ...usage, prompt_tokens_details: { cached_tokens: 5 } },
    { inputTokens: 2, outputTokens: 3, totalTokens: 10, cacheReadInputTokens: 5 },
  ],
  [
    "of DeepSeek's cache",
    { ...usage, prompt_cache_hit_tokens: 5, prompt_cache_miss_tokens: 2 },
    { inputTokens: 2, outputTokens: 3, totalTokens: 10, cacheReadInputTokens: 5 },
  ],
  [
    'with details that say nothing',
    { ...usage, prompt_tokens_details: null },
    { inputTokens: 7, outputTokens: 3, totalTokens: 10 },
  ],
])('counts %s', (_name, counts, expected) => {
  expect(decode({ ...answerOf({}), usage: counts }).usage).toEqual(expected);
});

test('what is not counted is nought, and told, unless the service counted it', () => {
  const { usage: _, ...native } = answerOf({ content: 'a' });
  const { value, losses } = openaiChat.decodeResponse(native, contextOf());
  expect(value.usage).toEqual({ inputTokens: 0, outputTokens: 0, totalTokens: 0 });
  expect(losses).toMatchObject([{ member: 'usage', handling: 'changed' }]);
  const metrics = { inputTokenCount: 7, outputTokenCount: 3 };
  const counted = { ...native, 'amazon-bedrock-invocationMetrics': metrics };
  expect(openaiChat.decodeResponse(counted, contextOf())).toMatchObject({
    value: { usage: { inputTokens: 7, outputTokens: 3, totalTokens: 10 } },
    losses: [],
  });
});

test('the first of several answers is taken, and that is told', () => {
  const native = answerOf({ content: 'a' });
  const choices = [...(native['choices'] as JsonObject[]), { index: 1, message: { content: 'b' } }];
  const { value, losses } = openaiChat.decodeResponse({ ...native, choices }, contextOf());
  expect(value.output.message.content).toEqual([{ text: 'a' }]);
  expect(losses).toMatchObject([{ member: 'choices', handling: 'left out' }]);
});

test('the tier, and members that the caller asks for, come with the answer', () => {
  const request = {
    additionalModelResponseFieldPaths: ['/system_fingerprint', '/choices/0/logprobs'],
  };
  const native = { ...answerOf({ content: 'a' }), service_tier: 'flex', system_fingerprint: 'fp' };
  expect(decode(native, request)).toMatchObject({
    serviceTier: { type: 'flex' },
    additionalModelResponseFields: { system_fingerprint: 'fp' },
  });
});

const malformedCall =
  'Model produced invalid sequence as part of ToolUse. ' +
  'Please refer to the model tool use troubleshooting guide.';

test.each<[string, JsonObject, string, string]>([
  [
    'arguments cut',
    answerOf({ tool_calls: [callOf({}, '{"a')] }),
    'ModelErrorException',
    malformedCall,
  ],
  [
    'a list as arguments',
    answerOf({ tool_calls: [callOf({}, '[1]')] }),
    'ModelErrorException',
    malformedCall,
  ],
  ['no answer', { choices: [] }, 'ModelErrorException', 'unexpected error'],
  [
    'an end in error',
    answerOf({}, { finish_reason: 'error' }),
    'ModelErrorException',
    'unexpected error',
  ],
  ['an error', { error: { message: 'Slow down', code: 429 } }, 'ThrottlingException', 'Slow down'],
  [
    "vLLM's error",
    { object: 'error', message: 'Too long', type: 'BadRequestError', code: 400 },
    'ValidationException',
    'Too long',
  ],
])('thrown: %s', (_name, ...[native, name, message]) => {
  expect(() => decode(native)).toThrow(
    expect.objectContaining({ name, message: expect.stringContaining(message) }),
  );
});

function responseOf(
  content: readonly ContentBlock[],
  rest: Partial<ConverseResponse> = {},
): ConverseResponse {
  return {
    output: { message: { role: 'assistant', content } },
    stopReason: 'end_turn',
    usage: { inputTokens: 7, outputTokens: 3, totalTokens: 10 },
    metrics: { latencyMs: 5 },
    ...rest,
  };
}

const head = {
  id: 'chatcmpl-0123456789abcdef01234567',
  object: 'chat.completion',
  created: 1_700_000_000,
  model: 'openai.gpt-oss-20b-1:0',
};

test('an answer of ours has the form of OpenAI', () => {
  const response = responseOf([reasoned('a'), { text: 'b' }, called('c', { city: 'Rome' })], {
    stopReason: 'tool_use',
    serviceTier: { type: 'flex' },
    usage: {
      inputTokens: 2,
      outputTokens: 3,
      totalTokens: 11,
      cacheReadInputTokens: 5,
      cacheWriteInputTokens: 1,
    },
  });
  const { value, losses } = openaiChat.encodeResponse(response, contextOf());
  expect(value).toEqual({
    ...head,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: 'b',
          reasoning_content: 'a',
          tool_calls: [
            {
              id: 'c',
              type: 'function',
              function: { name: 'weather', arguments: '{"city":"Rome"}' },
            },
          ],
        },
        finish_reason: 'tool_calls',
      },
    ],
    usage: {
      prompt_tokens: 8,
      completion_tokens: 3,
      total_tokens: 11,
      prompt_tokens_details: { cached_tokens: 5 },
    },
    service_tier: 'flex',
  });
  expect(losses).toMatchObject([{ member: 'usage.cacheWriteInputTokens', handling: 'changed' }]);
});

test('reasoning is where the server has it', () => {
  const family = createOpenaiChat({ reasoningField: 'reasoning-tags' });
  const { value } = family.encodeResponse(responseOf([reasoned('a'), { text: 'b' }]), contextOf());
  expect(value).toMatchObject({
    choices: [{ message: { role: 'assistant', content: '<reasoning>a</reasoning>b' } }],
  });
});

test('an answer with an image goes out without it, and that is told', () => {
  const image: ContentBlock = { image: { format: 'png', source: { bytes: Buffer.of(1) } } };
  const { value, losses } = openaiChat.encodeResponse(
    responseOf([{ text: 'a' }, image]),
    contextOf(),
  );
  expect(value).toMatchObject({ choices: [{ message: { content: 'a' } }] });
  expect(losses).toMatchObject([
    { member: 'output.message.content.1.image', handling: 'left out' },
  ]);
});

test.each<[StopReason, string, boolean]>([
  ['end_turn', 'stop', false],
  ['tool_use', 'tool_calls', false],
  ['max_tokens', 'length', false],
  ['content_filtered', 'content_filter', false],
  ['stop_sequence', 'stop', true],
  ['guardrail_intervened', 'content_filter', true],
  ['model_context_window_exceeded', 'length', true],
  ['malformed_tool_use', 'stop', true],
])('%s is said as %s', (stopReason, ...[reason, isTold]) => {
  const { value, losses } = openaiChat.encodeResponse(
    responseOf([{ text: 'a' }], { stopReason }),
    contextOf(),
  );
  expect(value).toMatchObject({ choices: [{ finish_reason: reason }] });
  expect(losses.length).toBe(isTold ? 1 : 0);
});
