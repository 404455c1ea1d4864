import { expect, test } from 'vitest';
import type { ConverseStreamEvent } from '../../../protocol/stream/events.ts';
import type { AnswerContext } from '../family.ts';
import type { JsonObject } from '../native-json.ts';
import { createStreamDecoder, createStreamEncoder } from './stream.ts';

const context: AnswerContext = {
  modelId: 'amazon.nova-2-lite-v1:0',
  maxTokens: 64_000,
  request: {},
  responseId: '0123456789abcdef01234567',
  createdSeconds: 1_700_000_000,
  latencyMs: () => 5,
  createToolUseId: () => 'tooluse_0000000000000000000001',
};

const toolUse = { toolUseId: 'tooluse_0000000000000000000001', name: 'add' };
const usage = { inputTokens: 3, outputTokens: 4, totalTokens: 7 };

function delta(value: JsonObject, contentBlockIndex: number): JsonObject {
  return { contentBlockDelta: { delta: value, contentBlockIndex } };
}

const start: JsonObject = { messageStart: { role: 'assistant' } };
const stop = (contentBlockIndex: number): JsonObject => ({
  contentBlockStop: { contentBlockIndex },
});
const last = { metadata: { usage, metrics: {}, trace: {} } };

const wholeStream: readonly JsonObject[] = [
  start,
  delta({ reasoningContent: { text: 'Hm' } }, 0),
  delta({ reasoningContent: { signature: 'c2ln' } }, 0),
  stop(0),
  delta({ reasoningContent: { redactedContent: '/wA+' } }, 1),
  stop(1),
  delta({ text: 'I' }, 2),
  delta({ text: ' add.' }, 2),
  stop(2),
  { contentBlockStart: { start: { toolUse }, contentBlockIndex: 3 } },
  delta({ toolUse: { input: '{"a":1}' } }, 3),
  stop(3),
  { messageStop: { stopReason: 'tool_use' } },
  last,
];

const wholeEvents: readonly ConverseStreamEvent[] = [
  ...(wholeStream.slice(0, -1) as readonly unknown[] as readonly ConverseStreamEvent[]).map(
    (event) =>
      JSON.stringify(event).includes('/wA+')
        ? {
            contentBlockDelta: {
              delta: { reasoningContent: { redactedContent: Buffer.from([255, 0, 62]) } },
              contentBlockIndex: 1,
            },
          }
        : event,
  ),
  { metadata: { usage, metrics: { latencyMs: 5 } } },
];

test('every kind of chunk is an event, and every event a chunk', () => {
  const decoder = createStreamDecoder(context);
  const events = wholeStream.flatMap((chunk) => decoder.push(chunk));
  expect(events).toEqual(wholeEvents);
  expect(decoder.end()).toEqual([]);
  const encoder = createStreamEncoder();
  const chunks = wholeEvents.map((event) => encoder.push(event));
  const counts = { cacheReadInputTokenCount: 0, cacheWriteInputTokenCount: 0 };
  expect(chunks).toEqual([
    ...wholeStream.slice(0, -1).map((chunk) => [chunk]),
    [{ metadata: { usage: { ...usage, ...counts }, metrics: {}, trace: {} } }],
  ]);
});

test('a start of a text opens nothing, and an input that is JSON is made text', () => {
  const decoder = createStreamDecoder(context);
  const events = [
    start,
    { contentBlockStart: { start: {}, contentBlockIndex: 0 } },
    delta({ text: '' }, 0),
    stop(0),
    { contentBlockStart: { start: { toolUse }, contentBlockIndex: 1 } },
    delta({ toolUse: { input: { a: 1 } } }, 1),
  ].flatMap((chunk) => decoder.push(chunk));
  expect(events).toEqual([
    { messageStart: { role: 'assistant' } },
    { contentBlockStart: { start: { toolUse }, contentBlockIndex: 0 } },
    { contentBlockDelta: { delta: { toolUse: { input: '{"a":1}' } }, contentBlockIndex: 0 } },
  ]);
});

test('a stream without its metadata has no proper end', () => {
  for (const length of wholeStream.keys()) {
    const decoder = createStreamDecoder(context);
    for (const chunk of wholeStream.slice(0, length)) decoder.push(chunk);
    expect(() => decoder.end()).toThrow('The stream ended before its metadata.');
  }
});

test('a chunk that is an error is thrown as it', () => {
  const decoder = createStreamDecoder(context);
  decoder.push(start);
  expect(() => decoder.push({ throttlingException: { message: 'Slower.' } })).toThrow(
    expect.objectContaining({ name: 'ThrottlingException', message: 'Slower.' }),
  );
});

test("the service's own metrics count where the metadata does not", () => {
  const decoder = createStreamDecoder(context);
  decoder.push({ messageStop: { stopReason: 'end_turn' } });
  const metrics = { inputTokenCount: 1, outputTokenCount: 2, cacheReadInputTokenCount: 10 };
  expect(decoder.push({ metadata: {}, 'amazon-bedrock-invocationMetrics': metrics })).toEqual([
    {
      metadata: {
        usage: { inputTokens: 1, outputTokens: 2, totalTokens: 13, cacheReadInputTokens: 10 },
        metrics: { latencyMs: 5 },
      },
    },
  ]);
});
