// Streams of Claude, chunk by chunk, both ways.

import { expect, test } from 'vitest';
import { pushAll } from '../../../protocol/stream/decoder.ts';
import type { ConverseStreamEvent } from '../../../protocol/stream/events.ts';
import type { AnswerContext, Conversation } from '../family.ts';
import type { JsonObject } from '../native-json.ts';
import { createStreamDecoder } from './stream-decoder.ts';
import { createStreamEncoder } from './stream-encoder.ts';

function contextOf(request: Conversation = {}): AnswerContext {
  return {
    modelId: 'anthropic.claude-sonnet-4-20250514-v1:0',
    maxTokens: 9,
    request,
    responseId: '0123456789abcdef01234567',
    createdSeconds: 0,
    latencyMs: () => 5,
    createToolUseId: () => 'tooluse_0000000000000000000000',
  };
}

function startOf(block: JsonObject, index = 0): JsonObject {
  return { type: 'content_block_start', index, content_block: block };
}

function deltaOf(delta: JsonObject, index = 0): JsonObject {
  return { type: 'content_block_delta', index, delta };
}

function stopOf(index = 0): JsonObject {
  return { type: 'content_block_stop', index };
}

const head = {
  type: 'message_start',
  message: {
    id: 'msg_bdrk_0123456789abcdef01234567',
    type: 'message',
    role: 'assistant',
    model: 'claude-sonnet-4-20250514',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: 0, output_tokens: 1 },
  },
};
const reason = { stop_reason: 'end_turn', stop_sequence: null };
const counts = { input_tokens: 3, output_tokens: 4 };
const tail = [{ type: 'message_delta', delta: reason, usage: counts }, { type: 'message_stop' }];

function events(chunks: readonly JsonObject[], request?: Conversation) {
  const decoder = createStreamDecoder(contextOf(request));
  const pushed = [...pushAll(chunks, decoder), ...decoder.end()];
  return { pushed, losses: decoder.losses };
}

function chunks(pushed: readonly ConverseStreamEvent[], request?: Conversation) {
  const encoder = createStreamEncoder(contextOf(request));
  return { pushed: [...pushAll(pushed, encoder), ...encoder.end()], losses: encoder.losses };
}

const begun: ConverseStreamEvent = { messageStart: { role: 'assistant' } };
const ended: readonly ConverseStreamEvent[] = [
  { messageStop: { stopReason: 'end_turn' } },
  {
    metadata: {
      usage: { inputTokens: 3, outputTokens: 4, totalTokens: 7 },
      metrics: { latencyMs: 5 },
    },
  },
];

type Delta = Extract<ConverseStreamEvent, { contentBlockDelta: unknown }>;

function delta(inner: Delta['contentBlockDelta']['delta'], contentBlockIndex = 0): Delta {
  return { contentBlockDelta: { delta: inner, contentBlockIndex } };
}

function stop(contentBlockIndex = 0): ConverseStreamEvent {
  return { contentBlockStop: { contentBlockIndex } };
}

const bytes = Buffer.from('secret');
const hit = { type: 'web_search_result', url: 'https://example.com' };
const page = {
  type: 'page_location',
  cited_text: 'so',
  document_index: 0,
  document_title: 'Report',
  start_page_number: 1,
  end_page_number: 2,
};

// The events of a block, and the chunks: each are the other's exact counterpart.
const blocks: readonly (readonly [
  string,
  readonly ConverseStreamEvent[],
  readonly JsonObject[],
])[] = [
  [
    'text',
    [delta({ text: 'a' }), delta({ text: 'b' })],
    [
      startOf({ type: 'text', text: '' }),
      deltaOf({ type: 'text_delta', text: 'a' }),
      deltaOf({ type: 'text_delta', text: 'b' }),
    ],
  ],
  [
    'a call',
    [
      {
        contentBlockStart: {
          start: { toolUse: { toolUseId: 'a', name: 'f' } },
          contentBlockIndex: 0,
        },
      },
      delta({ toolUse: { input: '{"x"' } }),
      delta({ toolUse: { input: ':1}' } }),
    ],
    [
      startOf({ type: 'tool_use', id: 'a', name: 'f', input: {} }),
      deltaOf({ type: 'input_json_delta', partial_json: '' }),
      deltaOf({ type: 'input_json_delta', partial_json: '{"x"' }),
      deltaOf({ type: 'input_json_delta', partial_json: ':1}' }),
    ],
  ],
  [
    'a search and its hits',
    [
      {
        contentBlockStart: {
          start: { toolResult: { toolUseId: 'a', type: 'web_search_tool_result' } },
          contentBlockIndex: 0,
        },
      },
      delta({ toolResult: [{ json: hit }] }),
    ],
    [startOf({ type: 'web_search_tool_result', tool_use_id: 'a', content: [hit] })],
  ],
  [
    'reasoning and its signature',
    [
      delta({ reasoningContent: { text: 'Hm' } }),
      delta({ reasoningContent: { signature: 'c2ln' } }),
    ],
    [
      startOf({ type: 'thinking', thinking: '', signature: '' }),
      deltaOf({ type: 'thinking_delta', thinking: 'Hm' }),
      deltaOf({ type: 'signature_delta', signature: 'c2ln' }),
    ],
  ],
  [
    'reasoning that is kept secret',
    [delta({ reasoningContent: { redactedContent: bytes } })],
    [startOf({ type: 'redacted_thinking', data: bytes.toString('base64') })],
  ],
  [
    'cited text',
    [
      delta({ text: 'a' }),
      delta({
        citation: {
          title: 'Report',
          sourceContent: [{ text: 'so' }],
          location: { documentPage: { documentIndex: 0, start: 1, end: 2 } },
        },
      }),
    ],
    [
      startOf({ type: 'text', text: '' }),
      deltaOf({ type: 'text_delta', text: 'a' }),
      deltaOf({ type: 'citations_delta', citation: page }),
    ],
  ],
];

test.each(blocks)('%s is streamed the same in both formats', (_name, converse, native) => {
  const inEvents = [begun, ...converse, stop(), ...ended];
  const inChunks = [head, ...native, stopOf(), ...tail];
  expect(events(inChunks)).toEqual({ pushed: inEvents, losses: [] });
  expect(chunks(inEvents)).toEqual({ pushed: inChunks, losses: [] });
});

test('blocks are counted, and what one begins with comes at once', () => {
  const cited = { type: 'text', text: 'a', citations: [page] };
  const { pushed } = events([
    head,
    { type: 'ping' },
    startOf({ type: 'server_tool_use', id: '', name: 'f', input: { x: 1 } }),
    stopOf(),
    startOf(cited, 1),
    stopOf(1),
    ...tail,
  ]);
  expect(pushed.slice(1, 7)).toMatchObject([
    {
      contentBlockStart: {
        start: {
          toolUse: {
            toolUseId: 'tooluse_0000000000000000000000',
            name: 'f',
            type: 'server_tool_use',
          },
        },
        contentBlockIndex: 0,
      },
    },
    delta({ toolUse: { input: '{"x":1}' } }),
    stop(),
    delta({ text: 'a' }, 1),
    { contentBlockDelta: { delta: { citation: { title: 'Report' } }, contentBlockIndex: 1 } },
    stop(1),
  ]);
});

test('a block that was never closed ends where the next begins', () => {
  const text = { type: 'text', text: 'a' };
  const { pushed } = events([head, startOf(text), startOf(text, 1), ...tail]);
  const [first, second] = [delta({ text: 'a' }), delta({ text: 'a' }, 1)];
  expect(pushed).toEqual([begun, first, stop(), second, stop(1), ...ended]);
});

test('kinds that are not known yet are passed over and told', () => {
  const { pushed, losses } = events([
    head,
    startOf({ type: 'dream' }),
    deltaOf({ type: 'text_delta', text: 'hidden' }),
    stopOf(),
    startOf({ type: 'text', text: '' }, 1),
    deltaOf({ type: 'smell_delta' }, 1),
    deltaOf({ type: 'text_delta', text: 'a' }, 1),
    stopOf(1),
    { type: 'news' },
    ...tail,
  ]);
  expect(pushed).toEqual([begun, delta({ text: 'a' }), stop(), ...ended]);
  expect(losses.map(({ member }) => member)).toEqual(['content.0', 'delta']);
});

test('the counts of the start and of the end are put together', () => {
  const usage = { input_tokens: 3, output_tokens: 1, cache_read_input_tokens: 7 };
  const { pushed } = events([
    { type: 'message_start', message: { usage } },
    {
      type: 'message_delta',
      delta: { stop_reason: 'max_tokens' },
      usage: { output_tokens: 4, cache_read_input_tokens: null },
    },
    { type: 'message_stop', 'amazon-bedrock-invocationMetrics': { inputTokenCount: 99 } },
  ]);
  expect(pushed).toMatchObject([
    begun,
    { messageStop: { stopReason: 'max_tokens' } },
    {
      metadata: {
        usage: { inputTokens: 3, outputTokens: 4, totalTokens: 14, cacheReadInputTokens: 7 },
      },
    },
  ]);
});

test("the service's metrics count where the chunks do not", () => {
  const metrics = { inputTokenCount: 2, outputTokenCount: 3 };
  const { pushed } = events([
    { type: 'message_start', message: {} },
    { type: 'message_stop', 'amazon-bedrock-invocationMetrics': metrics },
  ]);
  expect(pushed.at(-1)).toMatchObject({ metadata: { usage: { totalTokens: 5 } } });
});

test('the sequence that ended a stream is given where it is asked for, and carried back', () => {
  const said = { stop_reason: 'stop_sequence', stop_sequence: 'END' };
  const inChunks = [head, { type: 'message_delta', delta: said, usage: counts }, tail[1] ?? {}];
  const asked = {
    inferenceConfig: { stopSequences: ['END', 'STOP'] },
    additionalModelResponseFieldPaths: ['/stop_sequence', '/delta/stop_sequence'],
  };
  const { pushed } = events(inChunks, asked);
  expect(pushed[1]).toEqual({
    messageStop: {
      stopReason: 'stop_sequence',
      additionalModelResponseFields: { stop_sequence: 'END', delta: { stop_sequence: 'END' } },
    },
  });
  expect(chunks(pushed, asked).pushed).toEqual(inChunks);
});

test('an image within a stream is left out, and the blocks after it are counted without it', () => {
  const { pushed, losses } = chunks([
    begun,
    { contentBlockStart: { start: { image: { format: 'png' } }, contentBlockIndex: 0 } },
    delta({ image: { source: { bytes } } }),
    stop(),
    delta({ text: 'a' }, 1),
    stop(1),
    ...ended,
  ]);
  expect(pushed).toEqual([
    head,
    startOf({ type: 'text', text: '' }),
    deltaOf({ type: 'text_delta', text: 'a' }),
    stopOf(),
    ...tail,
  ]);
  expect(losses).toHaveLength(1);
});

const errors = [
  ['overloaded_error', 'ServiceUnavailableException'],
  ['rate_limit_error', 'ThrottlingException'],
  ['invalid_request_error', 'ValidationException'],
  ['api_error', 'ModelStreamErrorException'],
] as const;

test.each(errors)('an error of the kind %s is a %s', (type, name) => {
  const decoder = createStreamDecoder(contextOf());
  decoder.push(head);
  expect(() => decoder.push({ type: 'error', error: { type, message: 'So' } })).toThrow(
    expect.objectContaining({ name, message: 'So' }),
  );
});

test('a stream that breaks off is told', () => {
  const decoder = createStreamDecoder(contextOf());
  pushAll([head, startOf({ type: 'text', text: 'a' })], decoder);
  expect(() => decoder.end()).toThrow(
    expect.objectContaining({ name: 'ModelStreamErrorException' }),
  );
});
