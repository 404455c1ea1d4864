import { expect, test } from 'vitest';
import type { ConverseStreamEvent } from '../../../protocol/stream/events.ts';
import type { AnswerContext } from '../family.ts';
import type { JsonObject } from '../native-json.ts';
import { createStreamDecoder, createStreamEncoder } from './stream.ts';

function contextOf(): AnswerContext {
  let ids = 0;
  return {
    modelId: 'cohere.command-r-v1:0',
    maxTokens: 4000,
    request: { messages: [{ role: 'user', content: [{ text: 'Hello' }] }] },
    responseId: '0123456789abcdef01234567',
    createdSeconds: 1_700_000_000,
    latencyMs: () => 5,
    createToolUseId: () => `tooluse_${(ids += 1)}`,
  };
}

const text = (piece: string): JsonObject => ({ event_type: 'text-generation', text: piece });
const piece = (delta: JsonObject): JsonObject => ({
  event_type: 'tool-calls-chunk',
  tool_call_delta: delta,
});
const calls = (...names: readonly string[]): JsonObject => ({
  event_type: 'tool-calls-generation',
  tool_calls: names.map((name) => ({ name, parameters: { a: 1 } })),
});
const end = (reason: string): JsonObject => ({
  event_type: 'stream-end',
  is_finished: true,
  finish_reason: reason,
  response: { meta: { tokens: { input_tokens: 3, output_tokens: 4 } } },
});

function decode(chunks: readonly JsonObject[]): readonly ConverseStreamEvent[] {
  const decoder = createStreamDecoder(contextOf());
  return [...chunks.flatMap((chunk) => decoder.push(chunk)), ...decoder.end()];
}

/** `text:…` and `input:…` for deltas, `call:…` for starts, the reason of the stop. */
function told(events: readonly ConverseStreamEvent[]): readonly string[] {
  return events.flatMap((event) => {
    if ('contentBlockStart' in event) {
      const { start } = event.contentBlockStart;
      return 'toolUse' in start ? [`call:${start.toolUse.name}:${start.toolUse.toolUseId}`] : [];
    }
    if ('messageStop' in event) return [event.messageStop.stopReason];
    if (!('contentBlockDelta' in event)) return [];
    const { delta } = event.contentBlockDelta;
    if ('text' in delta) return [`text:${delta.text}`];
    return 'toolUse' in delta ? [`input:${delta.toolUse.input}`] : [];
  });
}

test.each<[string, readonly JsonObject[], readonly string[]]>([
  [
    'text',
    [{ event_type: 'stream-start' }, text('Hel'), text(''), text('lo'), end('COMPLETE')],
    ['text:Hel', 'text:lo', 'end_turn'],
  ],
  [
    'calls at once',
    [text('I look.'), calls('add', 'sub'), end('COMPLETE')],
    [
      'text:I look.',
      'call:add:tooluse_1',
      'input:{"a":1}',
      'call:sub:tooluse_2',
      'input:{"a":1}',
      'tool_use',
    ],
  ],
  [
    'calls in pieces, and at once again',
    [
      { event_type: 'tool-calls-chunk', text: 'I look.' },
      piece({ index: 0, name: 'add' }),
      piece({ index: 0, parameters: '{"a"' }),
      piece({ index: 0, parameters: ':1}' }),
      piece({ index: 1, name: 'add', parameters: '{}' }),
      { ...calls('add', 'add'), text: 'I look.' },
      end('COMPLETE'),
    ],
    [
      'text:I look.',
      'call:add:tooluse_1',
      'input:{"a"',
      'input::1}',
      'call:add:tooluse_2',
      'input:{}',
      'tool_use',
    ],
  ],
  [
    'a plan that comes with its calls',
    [{ ...calls('add'), text: 'I look.' }, end('COMPLETE')],
    ['text:I look.', 'call:add:tooluse_1', 'input:{"a":1}', 'tool_use'],
  ],
  [
    'calls that stand in the end only',
    [
      {
        ...end('COMPLETE'),
        response: { tool_calls: [{ name: 'add', parameters: { a: 1 } }] },
      },
    ],
    ['call:add:tooluse_1', 'input:{"a":1}', 'tool_use'],
  ],
  [
    'a call that is cut',
    [piece({ index: 0, name: 'add', parameters: '{"a": "wh' }), end('MAX_TOKENS')],
    ['call:add:tooluse_1', 'input:{"a": "wh', 'max_tokens'],
  ],
  [
    'searches and things unheard of',
    [
      { event_type: 'search-results', documents: [] },
      { event_type: 'something-new', text: 'not the answer' },
      text('Hi'),
      end('ERROR_TOXIC'),
    ],
    ['text:Hi', 'content_filtered'],
  ],
])('a stream of %s is read', (_name, chunks, expected) => {
  expect(told(decode(chunks))).toEqual(expected);
});

test.each([
  [{ response: { meta: { billed_units: { input_tokens: 1, output_tokens: 2 } } } }, 3],
  [{ 'amazon-bedrock-invocationMetrics': { inputTokenCount: 5, outputTokenCount: 6 } }, 11],
  [{}, 0],
])('the tokens of %j are counted', (members, totalTokens) => {
  const events = decode([{ event_type: 'stream-end', finish_reason: 'COMPLETE', ...members }]);
  const usage = expect.objectContaining({ totalTokens }) as object;
  expect(events.at(-1)).toEqual({ metadata: { usage, metrics: { latencyMs: 5 } } });
});

test('citations are left out, and that is told once', () => {
  const decoder = createStreamDecoder(contextOf());
  const citation = { event_type: 'citation-generation' };
  for (const chunk of [text('Hi'), citation, citation]) decoder.push(chunk);
  expect(decoder.losses.map(({ member, handling }) => [member, handling])).toEqual([
    ['citations', 'left out'],
  ]);
});

test('an error at the end is thrown, and so is a stream without one', () => {
  const error = expect.objectContaining({ name: 'ModelStreamErrorException' }) as Error;
  expect(() => decode([text('Hi'), end('ERROR')])).toThrow(error);
  expect(() => decode([text('Hi')])).toThrow('The stream ended before its stream-end event.');
  expect(() => decode([{ error: { code: 429, message: 'Slow.' } }])).toThrow('Slow.');
});

const index = { contentBlockIndex: 1 };

test('events are written, and the last chunk says the whole answer again', () => {
  const context = contextOf();
  const encoder = createStreamEncoder(context);
  const events: readonly ConverseStreamEvent[] = [
    { messageStart: { role: 'assistant' } },
    { contentBlockDelta: { delta: { text: 'I look.' }, contentBlockIndex: 0 } },
    { contentBlockStop: { contentBlockIndex: 0 } },
    { contentBlockStart: { start: { toolUse: { toolUseId: 'x', name: 'add' } }, ...index } },
    { contentBlockDelta: { delta: { toolUse: { input: '{"a"' } }, ...index } },
    { contentBlockDelta: { delta: { toolUse: { input: ':1}' } }, ...index } },
    { contentBlockStop: index },
    { messageStop: { stopReason: 'tool_use' } },
    {
      metadata: {
        usage: { inputTokens: 3, outputTokens: 4, totalTokens: 7 },
        metrics: { latencyMs: 9 },
      },
    },
  ];
  const open = { is_finished: false };
  const tool_calls = [{ name: 'add', parameters: { a: 1 } }];
  const counted = { input_tokens: 3, output_tokens: 4 };
  expect(events.map((event) => encoder.push(event))).toEqual([
    [{ event_type: 'stream-start', ...open, generation_id: context.responseId }],
    [{ event_type: 'text-generation', ...open, text: 'I look.' }],
    [],
    [{ event_type: 'tool-calls-chunk', ...open, tool_call_delta: { index: 0, name: 'add' } }],
    [
      {
        event_type: 'tool-calls-chunk',
        ...open,
        tool_call_delta: { index: 0, parameters: '{"a"' },
      },
    ],
    [{ event_type: 'tool-calls-chunk', ...open, tool_call_delta: { index: 0, parameters: ':1}' } }],
    [],
    [{ event_type: 'tool-calls-generation', ...open, tool_calls }],
    [
      {
        event_type: 'stream-end',
        is_finished: true,
        finish_reason: 'COMPLETE',
        response: {
          response_id: context.responseId,
          text: 'I look.',
          generation_id: context.responseId,
          chat_history: [
            { role: 'USER', message: 'Hello' },
            { role: 'CHATBOT', message: 'I look.', tool_calls },
          ],
          finish_reason: 'COMPLETE',
          tool_calls,
          meta: { api_version: { version: '1' }, billed_units: counted, tokens: counted },
        },
      },
    ],
  ]);
});

test('an input that is no JSON is passed on as it is, and reasoning is left out', () => {
  const encoder = createStreamEncoder(contextOf());
  encoder.push({ contentBlockDelta: { delta: { reasoningContent: { text: 'Hm' } }, ...index } });
  encoder.push({ contentBlockDelta: { delta: { reasoningContent: { text: 'Hm' } }, ...index } });
  encoder.push({
    contentBlockStart: { start: { toolUse: { toolUseId: 'x', name: 'a' } }, ...index },
  });
  encoder.push({ contentBlockDelta: { delta: { toolUse: { input: '{"a":' } }, ...index } });
  const [chunk] = encoder.push({ messageStop: { stopReason: 'max_tokens' } });
  expect(chunk).toMatchObject({ tool_calls: [{ name: 'a', parameters: '{"a":' }] });
  expect(encoder.losses.map(({ member }) => member)).toEqual(['reasoningContent']);
});
