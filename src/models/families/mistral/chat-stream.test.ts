import { expect, test } from 'vitest';
import { pushAll } from '../../../protocol/stream/decoder.ts';
import type { ConverseStreamEvent } from '../../../protocol/stream/events.ts';
import type { AnswerContext } from '../family.ts';
import type { JsonObject } from '../native-json.ts';
import { createStreamDecoder } from './chat-stream-decoder.ts';
import { createStreamEncoder } from './chat-stream-encoder.ts';

const context: AnswerContext = {
  modelId: 'mistral.magistral-small-2509',
  maxTokens: 8192,
  request: { messages: [{ role: 'user', content: [{ text: 'Hello' }] }] },
  responseId: '0123456789abcdef01234567',
  createdSeconds: 1_700_000_000,
  latencyMs: () => 5,
  createToolUseId: () => 'tooluse_1',
};

const piece = (message: JsonObject, stop_reason: string | null = null): JsonObject => ({
  choices: [{ index: 0, message: { role: 'assistant', ...message }, stop_reason }],
});
const delta = (delta: JsonObject, finish_reason: string | null = null): JsonObject => ({
  choices: [{ index: 0, delta, finish_reason }],
});
const usage = { prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 };
const counted = { inputTokens: 7, outputTokens: 2, totalTokens: 9 };

function stream(chunks: readonly JsonObject[]): readonly ConverseStreamEvent[] {
  const decoder = createStreamDecoder(context);
  return [...pushAll(chunks, decoder), ...decoder.end()];
}

/** The events but for the first and the last two, each block as a line. */
function blocksOf(chunks: readonly JsonObject[]): readonly unknown[] {
  const lines: unknown[] = [];
  for (const event of stream(chunks)) {
    if ('contentBlockStart' in event) lines.push(event.contentBlockStart.start);
    if ('contentBlockDelta' in event) lines.push(event.contentBlockDelta.delta);
    if ('contentBlockStop' in event) lines.push('end');
  }
  return lines;
}

const start = (toolUseId: string, name = 'add') => ({ toolUse: { toolUseId, name } });
const input = (text: string) => ({ toolUse: { input: text } });
const callOf = (id: string, index?: number) => ({
  id,
  ...(index !== undefined && { index }),
  function: { name: 'add', arguments: '{"a":1}' },
});

const streams: readonly (readonly [string, readonly JsonObject[], readonly unknown[]])[] = [
  [
    'messages',
    [piece({ content: 'H' }), piece({ content: 'i' }, 'stop')],
    [{ text: 'H' }, { text: 'i' }, 'end'],
  ],
  ['deltas', [delta({ content: 'H' }), delta({ content: '' }, 'stop')], [{ text: 'H' }, 'end']],
  [
    'calls whole, in one chunk and in several',
    [
      piece({ content: '', tool_calls: [callOf('a'), callOf('b')] }),
      piece({ tool_calls: [callOf('c')] }, 'tool_calls'),
    ],
    ['a', 'b', 'c'].flatMap((id) => [start(id), input('{"a":1}'), 'end']),
  ],
  [
    'calls in fragments',
    [
      delta({ tool_calls: [{ index: 0, id: 'a', function: { name: 'add', arguments: '' } }] }),
      delta({ tool_calls: [{ index: 0, function: { arguments: '{"a"' } }] }),
      delta({ content: '', tool_calls: [{ index: 0, function: { arguments: ':1}' } }] }),
      delta({ tool_calls: [{ index: 1, id: 'b', function: { name: 'sub' } }] }),
      delta({}, 'tool_calls'),
    ],
    [start('a'), input('{"a"'), input(':1}'), 'end', start('b', 'sub'), 'end'],
  ],
  [
    'fragments that repeat ID and name',
    [
      delta({ tool_calls: [{ index: 0, id: 'a', function: { name: 'add', arguments: '{' } }] }),
      delta({ tool_calls: [{ index: 0, id: 'a', function: { name: 'add', arguments: '}' } }] }),
      delta({}, 'tool_calls'),
    ],
    [start('a'), input('{'), input('}'), 'end'],
  ],
  [
    'calls without IDs',
    [piece({ tool_calls: [{ function: { name: 'add', arguments: { a: 1 } } }] }, 'stop')],
    [start('tooluse_1'), input('{"a":1}'), 'end'],
  ],
  [
    'an input that is no JSON',
    [piece({ tool_calls: [{ id: 'a', function: { name: 'add', arguments: '{"a' } }] }, 'stop')],
    [start('a'), input('{"a'), 'end'],
  ],
  [
    'reasoning in chunks',
    [
      delta({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'Hm' }] }] }),
      delta({ content: [{ type: 'text', text: 'Hi' }] }, 'stop'),
    ],
    [{ reasoningContent: { text: 'Hm' } }, 'end', { text: 'Hi' }, 'end'],
  ],
  [
    'reasoning between tags, in pieces',
    ['<thi', 'nk>H', 'm</th', 'ink>\n', '\nHi']
      .map((content) => delta({ content }))
      .concat(delta({}, 'stop')),
    [
      { reasoningContent: { text: 'H' } },
      { reasoningContent: { text: 'm' } },
      'end',
      { text: 'Hi' },
      'end',
    ],
  ],
  [
    'the beginning of a tag before a call',
    [piece({ content: '<' }), piece({ tool_calls: [callOf('a')] }, 'tool_calls')],
    [{ text: '<' }, 'end', start('a'), input('{"a":1}'), 'end'],
  ],
];

test.each(streams)('a stream of %s becomes events', (_name, chunks, expected) => {
  expect(blocksOf(chunks)).toEqual(expected);
});

const ends: readonly (readonly [string, readonly JsonObject[], object])[] = [
  ['the last chunk', [{ ...piece({ content: 'a' }, 'stop'), usage }], counted],
  ['a chunk of their own', [piece({ content: 'a' }, 'stop'), { choices: [], usage }], counted],
  [
    'the metrics of the service',
    [
      {
        ...piece({ content: 'a' }, 'stop'),
        'amazon-bedrock-invocationMetrics': { inputTokenCount: 7, outputTokenCount: 2 },
      },
    ],
    counted,
  ],
  [
    'no chunk',
    [piece({ content: 'a' }, 'stop')],
    { inputTokens: 0, outputTokens: 0, totalTokens: 0 },
  ],
];

test.each(ends)('counts in %s come last', (_name, chunks, expected) => {
  expect(stream(chunks).slice(-2)).toEqual([
    { messageStop: { stopReason: 'end_turn' } },
    { metadata: { usage: expected, metrics: { latencyMs: 5 } } },
  ]);
});

const malformed =
  'Model produced invalid sequence as part of ToolUse. ' +
  'Please refer to the model tool use troubleshooting guide.';

test.each([
  [
    'no last chunk',
    [piece({ content: 'a' })],
    'ModelStreamErrorException',
    'The stream ended before its last chunk.',
  ],
  [
    'a fragment of no call',
    [delta({ tool_calls: [{ index: 0, function: { arguments: '{}' } }] })],
    'ModelStreamErrorException',
    malformed,
  ],
  [
    'a fragment of another call',
    [
      delta({ tool_calls: [callOf('a', 0)] }),
      delta({ tool_calls: [{ index: 1, function: { arguments: '{}' } }] }),
    ],
    'ModelStreamErrorException',
    malformed,
  ],
  [
    'an error',
    [{ error: { type: 'rate_limited', message: 'Too many.', code: 429 } }],
    'ThrottlingException',
    'Too many.',
  ],
])('a stream with %s ends in an exception', (_name, ...[chunks, name, message]) => {
  expect(() => stream(chunks)).toThrow(expect.objectContaining({ name, message }));
});

test('a chunk that Converse has no place for is told', () => {
  const decoder = createStreamDecoder(context);
  decoder.push(delta({ content: [{ type: 'reference', reference_ids: [1] }] }));
  expect(decoder.losses.map(({ handling }) => handling)).toEqual(['left out']);
});

test('what comes after the counts is passed over', () => {
  const decoder = createStreamDecoder(context);
  decoder.push({ ...piece({ content: 'a' }, 'stop'), usage });
  expect(decoder.push({ ...piece({ content: 'b' }, 'stop'), usage })).toEqual([]);
  expect(decoder.end()).toEqual([]);
});

test('an answer that broke off ends in an exception', () => {
  expect(() => stream([delta({}, 'error')])).toThrow(
    expect.objectContaining({ name: 'ModelStreamErrorException' }),
  );
});

test('events become chunks of the service, a call whole', () => {
  const at = (contentBlockIndex: number, delta: object) =>
    ({ contentBlockDelta: { delta, contentBlockIndex } }) as ConverseStreamEvent;
  const events: readonly ConverseStreamEvent[] = [
    { messageStart: { role: 'assistant' } },
    at(0, { reasoningContent: { text: 'Hm' } }),
    at(0, { reasoningContent: { signature: 'c2ln' } }),
    { contentBlockStop: { contentBlockIndex: 0 } },
    at(1, { text: 'a' }),
    { contentBlockStop: { contentBlockIndex: 1 } },
    at(2, { text: 'b' }),
    { contentBlockStop: { contentBlockIndex: 2 } },
    {
      contentBlockStart: {
        start: { toolUse: { toolUseId: 'VvvODy9mT', name: 'add' } },
        contentBlockIndex: 3,
      },
    },
    at(3, { toolUse: { input: '{"a"' } }),
    at(3, { toolUse: { input: ':1}' } }),
    { contentBlockStop: { contentBlockIndex: 3 } },
    { messageStop: { stopReason: 'tool_use' } },
    { metadata: { usage: counted, metrics: { latencyMs: 5 } } },
  ];
  const encoder = createStreamEncoder(context);
  const chunks = pushAll(events, encoder);
  const thinking = [{ type: 'text', text: 'Hm' }];
  const call = {
    id: 'VvvODy9mT',
    type: 'function',
    index: 0,
    function: { name: 'add', arguments: '{"a":1}' },
  };
  const head = {
    id: '0123456789abcdef01234567',
    object: 'chat.completion.chunk',
    created: 1_700_000_000,
    model: 'mistral.magistral-small-2509',
  };
  expect(chunks).toEqual([
    { ...head, ...piece({ content: [{ type: 'thinking', thinking }] }) },
    { ...head, ...piece({ content: 'a' }) },
    { ...head, ...piece({ content: '\nb' }) },
    { ...head, ...piece({ content: '', tool_calls: [call] }) },
    { ...head, ...piece({ content: '' }, 'tool_calls'), usage },
  ]);
  expect(encoder.losses.map(({ member }) => member)).toEqual([
    'contentBlockDelta.delta.reasoningContent.signature',
  ]);
});
