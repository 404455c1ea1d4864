import { expect, test } from 'vitest';
import { assemble } from './assemble.ts';
import type { ConverseStreamEvent } from './events.ts';

const usage = { inputTokens: 1, outputTokens: 2, totalTokens: 3 };
const head: ConverseStreamEvent = { messageStart: { role: 'assistant' } };
const tail: ConverseStreamEvent[] = [
  { messageStop: { stopReason: 'tool_use', additionalModelResponseFields: { a: 1 } } },
  { metadata: { usage, metrics: { latencyMs: 5 } } },
];

async function* stream(...batches: ConverseStreamEvent[][]): AsyncGenerator<ConverseStreamEvent[]> {
  for (const batch of batches) yield batch;
}

const delta = (contentBlockIndex: number, value: object) =>
  ({ contentBlockDelta: { contentBlockIndex, delta: value } }) as ConverseStreamEvent;
const stop = (contentBlockIndex: number): ConverseStreamEvent => ({
  contentBlockStop: { contentBlockIndex },
});

test('reasoning, text and a tool use are put together', async () => {
  const start = { toolUse: { toolUseId: 't', name: 'n' } };
  const response = await assemble(
    stream(
      [head, delta(0, { reasoningContent: { text: 'Hm' } })],
      [
        delta(0, { reasoningContent: { text: '.' } }),
        delta(0, { reasoningContent: { signature: 's' } }),
      ],
      [stop(0), delta(1, { text: 'Let ' }), delta(1, { text: 'me.' }), stop(1)],
      [
        { contentBlockStart: { contentBlockIndex: 2, start } },
        delta(2, { toolUse: { input: '{"a"' } }),
      ],
      [delta(2, { toolUse: { input: ':1}' } }), stop(2), ...tail],
    ),
  );
  expect(response).toEqual({
    additionalModelResponseFields: { a: 1 },
    metrics: { latencyMs: 5 },
    output: {
      message: {
        role: 'assistant',
        content: [
          { reasoningContent: { reasoningText: { text: 'Hm.', signature: 's' } } },
          { text: 'Let me.' },
          { toolUse: { toolUseId: 't', name: 'n', input: { a: 1 } } },
        ],
      },
    },
    stopReason: 'tool_use',
    usage,
  });
});

test('a tool use without deltas has an empty input', async () => {
  const start = { toolUse: { toolUseId: 't', name: 'n' } };
  const response = await assemble(
    stream([head, { contentBlockStart: { contentBlockIndex: 0, start } }, stop(0), ...tail]),
  );
  expect(response.output).toMatchObject({ message: { content: [{ toolUse: { input: {} } }] } });
});

test('a tool input that is no JSON is an error of the model', async () => {
  const start = { toolUse: { toolUseId: 't', name: 'n' } };
  const events = [head, { contentBlockStart: { contentBlockIndex: 0, start } }];
  const bad = stream([...events, delta(0, { toolUse: { input: '{' } }), stop(0), ...tail]);
  await expect(assemble(bad)).rejects.toMatchObject({ name: 'ModelErrorException' });
});

test.each([
  ['a stream without metadata', [head, tail[0]]],
  ['an empty stream', []],
  ['a delta before the message', [delta(0, { text: 'x' })]],
  ['a block that skips an index', [head, delta(1, { text: 'x' })]],
  ['a second block inside the first', [head, delta(0, { text: 'x' }), delta(1, { text: 'y' })]],
  ['a stop without its block', [head, stop(0)]],
  ['an end inside a block', [head, delta(0, { text: 'x' }), ...tail]],
  ['events after metadata', [head, ...tail, head]],
])('%s is refused', async (_name, events) => {
  await expect(assemble(stream(events as ConverseStreamEvent[]))).rejects.toMatchObject({
    name: 'InternalServerException',
  });
});
