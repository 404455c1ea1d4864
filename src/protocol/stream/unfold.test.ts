// Whole responses as the events that the service would have sent.

import { expect, test } from 'vitest';
import type { ContentBlock, ConverseResponse } from '../api/types.generated.ts';
import { assemble } from './assemble.ts';
import { unfold, type UnfoldOptions } from './unfold.ts';

const inPairs = (text: string) => text.match(/[^]{1,2}/g) ?? [];
const options: UnfoldOptions = { splitText: inPairs, splitInput: (json) => [json] };

function responseOf(...content: readonly ContentBlock[]): ConverseResponse {
  return {
    output: { message: { role: 'assistant', content } },
    stopReason: 'end_turn',
    usage: { inputTokens: 1, outputTokens: 2, totalTokens: 3 },
    metrics: { latencyMs: 4 },
  };
}

/** The events of the first block. */
function blockEvents(block: ContentBlock) {
  return [...unfold(responseOf(block), options)].slice(1, -2);
}

const delta = (value: object) => ({ contentBlockDelta: { delta: value, contentBlockIndex: 0 } });
const start = (value: object) => ({ contentBlockStart: { start: value, contentBlockIndex: 0 } });
const stop = { contentBlockStop: { contentBlockIndex: 0 } };
const reasoning = (value: object) => delta({ reasoningContent: value });

test('a message without content is its frame alone', () => {
  const { usage, metrics } = responseOf();
  expect([...unfold(responseOf(), options)]).toEqual([
    { messageStart: { role: 'assistant' } },
    { messageStop: { stopReason: 'end_turn' } },
    { metadata: { usage, metrics } },
  ]);
});

const bytes = new Uint8Array([1, 2]);
const image = { format: 'png', source: { bytes } } as const;
const citation = { title: 't', sourceContent: [{ text: 's' }] };
const toolUse = { toolUseId: 'a', name: 'f', input: { b: 1 } };

test.each<[string, ContentBlock, readonly object[]]>([
  ['text', { text: 'abc' }, [delta({ text: 'ab' }), delta({ text: 'c' })]],
  ['empty text', { text: '' }, [delta({ text: '' })]],
  [
    'a tool use',
    { toolUse },
    [start({ toolUse: { toolUseId: 'a', name: 'f' } }), delta({ toolUse: { input: '{"b":1}' } })],
  ],
  [
    'a tool use of the server',
    { toolUse: { ...toolUse, type: 'server_tool_use' } },
    [
      start({ toolUse: { toolUseId: 'a', name: 'f', type: 'server_tool_use' } }),
      delta({ toolUse: { input: '{"b":1}' } }),
    ],
  ],
  [
    'reasoning',
    { reasoningContent: { reasoningText: { text: 'abc', signature: 'sig' } } },
    [reasoning({ text: 'ab' }), reasoning({ text: 'c' }), reasoning({ signature: 'sig' })],
  ],
  [
    'reasoning without text',
    { reasoningContent: { reasoningText: { text: '', signature: 'sig' } } },
    [reasoning({ signature: 'sig' })],
  ],
  [
    'empty reasoning',
    { reasoningContent: { reasoningText: { text: '' } } },
    [reasoning({ text: '' })],
  ],
  [
    'redacted reasoning',
    { reasoningContent: { redactedContent: bytes } },
    [reasoning({ redactedContent: bytes })],
  ],
  [
    'citations',
    { citationsContent: { content: [{ text: 'ab' }, { text: 'c' }], citations: [citation, {}] } },
    [delta({ text: 'ab' }), delta({ text: 'c' }), delta({ citation }), delta({ citation: {} })],
  ],
  ['empty citations', { citationsContent: {} }, [delta({ text: '' })]],
  [
    'a tool result of the server',
    { toolResult: { toolUseId: 'a', status: 'success', content: [{ json: { b: 1 } }] } },
    [
      start({ toolResult: { toolUseId: 'a', status: 'success' } }),
      delta({ toolResult: [{ json: { b: 1 } }] }),
    ],
  ],
  [
    'an image',
    { image },
    [start({ image: { format: 'png' } }), delta({ image: { source: image.source } })],
  ],
])('%s is unfolded', (_case, block, events) => {
  expect(blockEvents(block)).toEqual([...events, stop]);
});

test('a block that a stream cannot carry is our mistake', () => {
  expect(() => blockEvents({ cachePoint: { type: 'default' } })).toThrow('cannot carry cachePoint');
});

test('what is unfolded and assembled again is what it was', async () => {
  const content: readonly ContentBlock[] = [
    { reasoningContent: { reasoningText: { text: 'hmm', signature: 's' } } },
    { text: 'Hello' },
    { citationsContent: { content: [{ text: 'x' }], citations: [citation] } },
    { toolUse },
  ];
  const response: ConverseResponse = {
    ...responseOf(...content),
    stopReason: 'tool_use',
    additionalModelResponseFields: { a: [1] },
    trace: { promptRouter: { invokedModelId: 'm' } },
    performanceConfig: { latency: 'optimized' },
    serviceTier: { type: 'flex' },
  };
  const stream = (async function* () {
    for (const event of unfold(response, options)) yield [event];
  })();
  expect(await assemble(stream)).toEqual(response);
});

test('the metrics are read last', () => {
  const seen: string[] = [];
  const response = {
    ...responseOf({ text: 'a' }),
    get metrics() {
      seen.push('measured');
      return { latencyMs: 1 };
    },
  };
  for (const event of unfold(response, options)) seen.push(Object.keys(event)[0] ?? '');
  expect(seen.slice(-3)).toEqual(['messageStop', 'measured', 'metadata']);
});
