// Events as the chunks of a streamed answer in OpenAI's format.

import { expect, test } from 'vitest';
import { pushAll } from '../../../protocol/stream/decoder.ts';
import type { ConverseStreamEvent } from '../../../protocol/stream/events.ts';
import type { AnswerContext, Family } from '../family.ts';
import { createOpenaiChat, openaiChat } from '../openai-chat.ts';

const context: AnswerContext = {
  modelId: 'openai.gpt-oss-20b-1:0',
  maxTokens: 9,
  request: {},
  responseId: '0123456789abcdef01234567',
  createdSeconds: 1_700_000_000,
  latencyMs: () => 5,
  createToolUseId: () => 'tooluse_0000000000000000000001',
};

const head = {
  id: 'chatcmpl-0123456789abcdef01234567',
  object: 'chat.completion.chunk',
  created: 1_700_000_000,
  model: 'openai.gpt-oss-20b-1:0',
};
const chunk = (delta: object, reason: string | null = null) => ({
  ...head,
  choices: [{ index: 0, delta, finish_reason: reason }],
  usage: null,
});
const usage = { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 };

const start: ConverseStreamEvent = { messageStart: { role: 'assistant' } };
const delta = (contentBlockIndex: number, it: object): ConverseStreamEvent =>
  ({ contentBlockDelta: { delta: it, contentBlockIndex } }) as ConverseStreamEvent;
const close = (contentBlockIndex: number): ConverseStreamEvent => ({
  contentBlockStop: { contentBlockIndex },
});
const open = (contentBlockIndex: number, toolUseId: string): ConverseStreamEvent => ({
  contentBlockStart: { start: { toolUse: { toolUseId, name: 'f' } }, contentBlockIndex },
});
const reasoning = (index: number, text: string) => delta(index, { reasoningContent: { text } });
const end: readonly ConverseStreamEvent[] = [
  { messageStop: { stopReason: 'tool_use' } },
  {
    metadata: {
      usage: { inputTokens: 7, outputTokens: 3, totalTokens: 10 },
      metrics: { latencyMs: 5 },
    },
  },
];

const answer: readonly ConverseStreamEvent[] = [
  start,
  reasoning(0, 'a'),
  close(0),
  reasoning(1, 'b'),
  delta(1, { reasoningContent: { signature: 'c' } }),
  close(1),
  delta(2, { text: 'd' }),
  close(2),
  open(3, 'x'),
  delta(3, { toolUse: { input: '{"a":' } }),
  delta(3, { toolUse: { input: '1}' } }),
  close(3),
  open(4, 'y'),
  close(4),
  ...end,
];

const callOf = (index: number, id: string) =>
  chunk({ tool_calls: [{ index, id, type: 'function', function: { name: 'f', arguments: '' } }] });
const argumentsOf = (index: number, text: string) =>
  chunk({ tool_calls: [{ index, function: { arguments: text } }] });
const calls = [
  callOf(0, 'x'),
  argumentsOf(0, '{"a":'),
  argumentsOf(0, '1}'),
  callOf(1, 'y'),
  argumentsOf(1, '{}'),
];

function encode(events: readonly ConverseStreamEvent[], family: Family = openaiChat) {
  const encoder = family.createStreamEncoder(context);
  return { chunks: [...pushAll(events, encoder), ...encoder.end()], losses: encoder.losses };
}

test('an answer goes out in chunks, its counts last', () => {
  const { chunks, losses } = encode(answer);
  expect(chunks).toEqual([
    chunk({ role: 'assistant', content: '' }),
    chunk({ reasoning_content: 'a' }),
    chunk({ reasoning_content: '\nb' }),
    chunk({ content: 'd' }),
    ...calls,
    chunk({}, 'tool_calls'),
    { ...head, choices: [], usage },
  ]);
  expect(losses).toMatchObject([{ member: 'reasoningContent.signature', handling: 'left out' }]);
});

test('reasoning goes between tags where the server has it there', () => {
  const family = createOpenaiChat({ reasoningField: 'think-tags' });
  const late = [start, ...answer.slice(1, 7), close(2), reasoning(3, 'e'), close(3), ...end];
  const { chunks, losses } = encode(late, family);
  expect(chunks.slice(1, -2)).toEqual([
    chunk({ content: '<think>\na' }),
    chunk({ content: '\nb' }),
    chunk({ content: '\n</think>\n\nd' }),
  ]);
  expect(losses.map(({ member }) => member)).toEqual([
    'reasoningContent.signature',
    'reasoningContent',
  ]);
});

test('reasoning is closed before a call and before the end', () => {
  const family = createOpenaiChat({ reasoningField: 'reasoning-tags' });
  const called = encode(
    [start, reasoning(0, 'a'), close(0), open(1, 'x'), close(1), ...end],
    family,
  );
  expect(called.chunks.slice(1, -2)).toEqual([
    chunk({ content: '<reasoning>a' }),
    chunk({ content: '</reasoning>' }),
    callOf(0, 'x'),
    argumentsOf(0, '{}'),
  ]);
  const cut = encode([start, reasoning(0, 'a'), close(0), ...end], family);
  expect(cut.chunks.slice(1, -2)).toEqual([
    chunk({ content: '<reasoning>a' }),
    chunk({ content: '</reasoning>' }),
  ]);
});

test('counts stand where the server has them', () => {
  const { usage: _, ...last } = chunk({}, 'tool_calls');
  const inLast = encode([start, ...end], createOpenaiChat({ streamUsage: 'last-chunk' }));
  expect(inLast.chunks.slice(1)).toEqual([{ ...last, usage }]);
  const nowhere = encode([start, ...end], createOpenaiChat({ streamUsage: 'none' }));
  expect(nowhere.chunks.slice(1)).toEqual([last]);
});

test('what a stream cannot carry is told once', () => {
  const image: ConverseStreamEvent = {
    contentBlockStart: { start: { image: { format: 'png' } }, contentBlockIndex: 0 },
  };
  const piece = delta(0, { image: { source: { bytes: Buffer.of(1) } } });
  const opening = delta(1, { text: '<think>a' });
  const { losses } = encode([start, image, piece, piece, close(0), opening, close(1), ...end]);
  expect(losses.map(({ member, handling }) => `${member} ${handling}`)).toEqual([
    'image left out',
    'text changed',
  ]);
});
