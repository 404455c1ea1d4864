import { expect, test } from 'vitest';
import type { ContentBlock, ConverseResponse } from '../../../protocol/api/types.generated.ts';
import type { AnswerContext } from '../family.ts';
import type { JsonObject } from '../native-json.ts';
import { decodeResponse, encodeResponse } from './chat-answer.ts';

const context: AnswerContext = {
  modelId: 'mistral.magistral-small-2509',
  maxTokens: 8192,
  request: { messages: [{ role: 'user', content: [{ text: 'Hello' }] }] },
  responseId: '0123456789abcdef01234567',
  createdSeconds: 1_700_000_000,
  latencyMs: () => 5,
  createToolUseId: () => 'tooluse_1',
};

const call: ContentBlock = { toolUse: { toolUseId: 'VvvODy9mT', name: 'add', input: { a: 1 } } };
const nativeCall = { id: 'VvvODy9mT', function: { name: 'add', arguments: '{"a":1}' } };
const reasoning: ContentBlock = { reasoningContent: { reasoningText: { text: 'Hm' } } };
const noUsage = { inputTokens: 0, outputTokens: 0, totalTokens: 0 };

function answerOf(message: JsonObject, rest: JsonObject = { stop_reason: 'stop' }): JsonObject {
  return { choices: [{ index: 0, message: { role: 'assistant', ...message }, ...rest }] };
}

const read: readonly (readonly [string, JsonObject, readonly ContentBlock[], string])[] = [
  ['a text', answerOf({ content: 'Hi' }), [{ text: 'Hi' }], 'end_turn'],
  [
    'a text that was cut, in the words of the maker',
    answerOf({ content: 'Hi' }, { finish_reason: 'length' }),
    [{ text: 'Hi' }],
    'max_tokens',
  ],
  [
    'a full context',
    answerOf({ content: 'Hi' }, { finish_reason: 'model_length' }),
    [{ text: 'Hi' }],
    'model_context_window_exceeded',
  ],
  [
    'a call',
    answerOf({ content: '', tool_calls: [nativeCall] }, { stop_reason: 'tool_calls' }),
    [call],
    'tool_use',
  ],
  [
    'a call beside text, where the reason is another word',
    answerOf({ content: 'I add.', tool_calls: [nativeCall] }),
    [{ text: 'I add.' }, call],
    'tool_use',
  ],
  [
    'a call without an ID, whose input is an object',
    answerOf({
      content: null,
      tool_calls: [{ id: 'null', function: { name: 'add', arguments: { a: 1 } } }],
    }),
    [{ toolUse: { toolUseId: 'tooluse_1', name: 'add', input: { a: 1 } } }],
    'tool_use',
  ],
  [
    'a call without an input',
    answerOf({ tool_calls: [{ id: 'VvvODy9mT', function: { name: 'add', arguments: '' } }] }),
    [{ toolUse: { toolUseId: 'VvvODy9mT', name: 'add', input: {} } }],
    'tool_use',
  ],
  [
    'reasoning in chunks',
    answerOf({
      content: [
        {
          type: 'thinking',
          thinking: [
            { type: 'text', text: 'H' },
            { type: 'text', text: 'm' },
          ],
        },
        { type: 'text', text: 'Hi' },
      ],
    }),
    [reasoning, { text: 'Hi' }],
    'end_turn',
  ],
  [
    'reasoning between tags',
    answerOf({ content: '<think>Hm</think>\n\nHi' }),
    [reasoning, { text: 'Hi' }],
    'end_turn',
  ],
  [
    'reasoning between tokens',
    answerOf({ content: '[THINK]Hm[/THINK]Hi' }),
    [reasoning, { text: 'Hi' }],
    'end_turn',
  ],
  [
    'reasoning in a member of its own',
    answerOf({ reasoning_content: 'Hm', content: 'Hi' }),
    [reasoning, { text: 'Hi' }],
    'end_turn',
  ],
  ['nothing', {}, [], 'end_turn'],
];

test.each(read)('%s is read', (_name, ...[native, content, stopReason]) => {
  expect(decodeResponse(native, context).value).toEqual({
    output: { message: { role: 'assistant', content } },
    stopReason,
    usage: noUsage,
    metrics: { latencyMs: 5 },
  });
});

const usages: readonly (readonly [string, JsonObject, object])[] = [
  [
    'counts of the model',
    { usage: { prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 } },
    { inputTokens: 7, outputTokens: 2, totalTokens: 9 },
  ],
  [
    'counts of the cache',
    {
      usage: {
        prompt_tokens: 7,
        completion_tokens: 2,
        prompt_tokens_details: { cached_tokens: 4 },
      },
    },
    { inputTokens: 3, outputTokens: 2, totalTokens: 9, cacheReadInputTokens: 4 },
  ],
  [
    'counts of the service',
    { 'amazon-bedrock-invocationMetrics': { inputTokenCount: 7, outputTokenCount: 2 } },
    { inputTokens: 7, outputTokens: 2, totalTokens: 9 },
  ],
  ['no counts', { usage: null }, noUsage],
];

test.each(usages)('%s are read', (_name, rest, usage) => {
  expect(decodeResponse({ ...answerOf({ content: 'Hi' }), ...rest }, context).value.usage).toEqual(
    usage,
  );
});

test.each(['{"a": 1', '[1]', '7'])(
  'the input %s is no JSON object: the model is to blame',
  (text) => {
    const native = answerOf({
      tool_calls: [{ id: 'a', function: { name: 'add', arguments: text } }],
    });
    expect(() => decodeResponse(native, context)).toThrow(
      expect.objectContaining({
        name: 'ModelErrorException',
        message:
          'Model produced invalid sequence as part of ToolUse. ' +
          'Please refer to the model tool use troubleshooting guide.',
      }),
    );
  },
);

test('an answer that broke off is an error of the model', () => {
  const native = answerOf({ content: 'Hi' }, { finish_reason: 'error' });
  expect(() => decodeResponse(native, context)).toThrow(
    expect.objectContaining({ name: 'ModelErrorException' }),
  );
});

function encode(content: readonly ContentBlock[], stopReason: ConverseResponse['stopReason']) {
  const usage = { inputTokens: 3, outputTokens: 2, totalTokens: 9, cacheReadInputTokens: 4 };
  const output = { message: { role: 'assistant', content } } as const;
  return encodeResponse({ output, stopReason, usage, metrics: { latencyMs: 5 } }, context);
}

test('an answer has the members of both published forms', () => {
  expect(encode([{ text: 'Hi' }, call], 'tool_use')).toEqual({
    value: {
      id: '0123456789abcdef01234567',
      object: 'chat.completion',
      created: 1_700_000_000,
      model: 'mistral.magistral-small-2509',
      choices: [
        {
          index: 0,
          message: {
            role: 'assistant',
            content: 'Hi',
            tool_calls: [{ type: 'function', ...nativeCall }],
          },
          stop_reason: 'tool_calls',
          finish_reason: 'tool_calls',
        },
      ],
      usage: {
        prompt_tokens: 7,
        completion_tokens: 2,
        total_tokens: 9,
        prompt_tokens_details: { cached_tokens: 4 },
      },
    },
    losses: [],
  });
});

const signed: ContentBlock = {
  reasoningContent: { reasoningText: { text: 'Hm', signature: 'c2ln' } },
};

const image: ContentBlock = { image: { format: 'png', source: { bytes: Buffer.from([1]) } } };

const lost: readonly (readonly [string, readonly ContentBlock[], readonly string[]])[] = [
  ['two texts', [{ text: 'a' }, { text: 'b' }], ['output.message.content']],
  ['text after a call', [call, { text: 'b' }], ['output.message.content']],
  ['an image', [image, { text: 'b' }], ['output.message.content.0.image']],
  [
    'a signature',
    [signed, { text: 'b' }],
    ['output.message.content.0.reasoningContent.reasoningText.signature'],
  ],
];

test.each(lost)('%s: what is lost of it is told', (_name, content, told) => {
  expect(encode(content, 'end_turn').losses.map(({ member }) => member)).toEqual(told);
});

test('a chunk that Converse has no place for is left out, and told', () => {
  const reference = { type: 'reference', reference_ids: [1] };
  const native = answerOf({ content: [reference, { type: 'text', text: 'Hi' }] });
  const { value, losses } = decodeResponse(native, context);
  expect(value.output.message.content).toEqual([{ text: 'Hi' }]);
  expect(losses).toEqual([
    {
      member: 'choices.0.message.content',
      handling: 'left out',
      reason: 'an answer has no place for a chunk of the type reference',
    },
  ]);
});

test('a reason that the format lacks is told as the nearest', () => {
  const { value, losses } = encode([{ text: 'Hi' }], 'stop_sequence');
  expect(value).toMatchObject({ choices: [{ stop_reason: 'stop' }] });
  expect(losses.map(({ member }) => member)).toEqual(['stopReason']);
});
