import { expect, test } from 'vitest';
import type { Message } from '../../../protocol/api/types.generated.ts';
import { pushAll } from '../../../protocol/stream/decoder.ts';
import type { ConverseStreamEvent } from '../../../protocol/stream/events.ts';
import type { AnswerContext } from '../family.ts';
import type { JsonObject } from '../native-json.ts';
import { createStreamDecoder, createStreamEncoder } from './completion-stream.ts';

const ask: Message = { role: 'user', content: [{ text: 'Hello' }] };
const tools = [{ toolSpec: { name: 'add', inputSchema: { json: { type: 'object' } } } }];

const context: AnswerContext = {
  modelId: 'mistral.mistral-large-2407-v1:0',
  template: 'mistral-v3',
  maxTokens: 8192,
  request: { messages: [ask], toolConfig: { tools } },
  responseId: '0123456789abcdef01234567',
  createdSeconds: 1_700_000_000,
  latencyMs: () => 5,
  createToolUseId: () => 'tooluse_1',
};

const called = '[TOOL_CALLS] [{"name": "add", "arguments": {"a": 1}, "id": "VvvODy9mT"}]';

const malformed =
  'Model produced invalid sequence as part of ToolUse. ' +
  'Please refer to the model tool use troubleshooting guide.';

const metrics = {
  'amazon-bedrock-invocationMetrics': { inputTokenCount: 7, outputTokenCount: 2 },
};
const piece = (text: string, stop_reason: string | null = null): JsonObject => ({
  outputs: [{ text, stop_reason }],
});

function stream(chunks: readonly JsonObject[]): readonly ConverseStreamEvent[] {
  const decoder = createStreamDecoder(context);
  return [...pushAll(chunks, decoder), ...decoder.end()];
}

test('a stream of text and a call becomes events, counted by the service', () => {
  const [first, second] = [called.slice(0, 40), called.slice(40)];
  const events = stream([
    piece(' I add'),
    piece('.'),
    piece(first),
    piece(second),
    { ...piece('', 'stop'), ...metrics },
  ]);
  const at = (contentBlockIndex: number, delta: object) => ({
    contentBlockDelta: { delta, contentBlockIndex },
  });
  const start = { toolUse: { toolUseId: 'VvvODy9mT', name: 'add' } };
  expect(events).toEqual([
    { messageStart: { role: 'assistant' } },
    at(0, { text: 'I add' }),
    at(0, { text: '.' }),
    { contentBlockStop: { contentBlockIndex: 0 } },
    { contentBlockStart: { start, contentBlockIndex: 1 } },
    at(1, { toolUse: { input: '{"a":1}' } }),
    { contentBlockStop: { contentBlockIndex: 1 } },
    { messageStop: { stopReason: 'tool_use' } },
    {
      metadata: {
        usage: { inputTokens: 7, outputTokens: 2, totalTokens: 9 },
        metrics: { latencyMs: 5 },
      },
    },
  ]);
});

test('an input that is no JSON is passed on as it is', () => {
  const text = String.raw`[TOOL_CALLS] [{"name": "add", "arguments": "{\"a\": 1"}]`;
  expect(stream([piece(text), piece('', 'stop')])).toContainEqual({
    contentBlockDelta: { delta: { toolUse: { input: '{"a": 1' } }, contentBlockIndex: 0 },
  });
});

test.each([
  ['what is no call', [piece('[TOOL_CALLS] add(1)')], 'ModelStreamErrorException', malformed],
  [
    'half a call',
    [piece('[TOOL_CALLS] [{"name"'), piece('', 'stop')],
    'ModelStreamErrorException',
    malformed,
  ],
  [
    'no last chunk',
    [piece(' Hello')],
    'ModelStreamErrorException',
    'The stream ended before its last chunk.',
  ],
  [
    'an error',
    [piece(' Hello'), { throttlingException: { message: 'Too many.' } }],
    'ThrottlingException',
    'Too many.',
  ],
])('a stream with %s ends in an exception', (_name, ...[chunks, name, message]) => {
  expect(() => stream(chunks)).toThrow(expect.objectContaining({ name, message }));
});

test('a call cut at the most tokens is no exception in a stream, and is told', () => {
  const decoder = createStreamDecoder(context);
  const events = pushAll([piece('[TOOL_CALLS] [{"name"'), piece('', 'length')], decoder);
  expect(events[1]).toEqual({ messageStop: { stopReason: 'max_tokens' } });
  expect(decoder.losses).toHaveLength(1);
});

test('what comes after the last chunk is passed over', () => {
  const decoder = createStreamDecoder(context);
  decoder.push(piece(' Hello', 'stop'));
  expect(decoder.push(piece(' again', 'stop'))).toEqual([]);
});

test('events become pieces, a call whole, and the reason comes last', () => {
  const events: readonly ConverseStreamEvent[] = [
    { messageStart: { role: 'assistant' } },
    { contentBlockDelta: { delta: { text: 'I ' }, contentBlockIndex: 0 } },
    { contentBlockDelta: { delta: { text: 'add.' }, contentBlockIndex: 0 } },
    { contentBlockStop: { contentBlockIndex: 0 } },
    {
      contentBlockStart: {
        start: { toolUse: { toolUseId: 'VvvODy9mT', name: 'add' } },
        contentBlockIndex: 1,
      },
    },
    { contentBlockDelta: { delta: { toolUse: { input: '{"a"' } }, contentBlockIndex: 1 } },
    { contentBlockDelta: { delta: { toolUse: { input: ':1}' } }, contentBlockIndex: 1 } },
    { contentBlockStop: { contentBlockIndex: 1 } },
    { messageStop: { stopReason: 'tool_use' } },
    {
      metadata: {
        usage: { inputTokens: 1, outputTokens: 2, totalTokens: 3 },
        metrics: { latencyMs: 5 },
      },
    },
  ];
  expect(pushAll(events, createStreamEncoder(context))).toEqual([
    piece(' I '),
    piece('add.'),
    piece(called.slice(0, -1)),
    piece(']', 'tool_calls'),
  ]);
});

test('a delta that the stream has no place for is told', () => {
  const encoder = createStreamEncoder(context);
  const delta = { reasoningContent: { text: 'Hm' } };
  expect(encoder.push({ contentBlockDelta: { delta, contentBlockIndex: 0 } })).toEqual([]);
  expect(encoder.losses).toEqual([
    { member: 'reasoningContent', handling: 'left out', reason: 'the native stream is text' },
  ]);
});
