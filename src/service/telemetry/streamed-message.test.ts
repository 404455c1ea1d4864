import { expect, test } from 'vitest';
import type { ConverseStreamEvent } from '../../protocol/stream/events.ts';
import { messageOf } from './streamed-message.ts';

function delta(
  contentBlockIndex: number,
  delta: Extract<
    ConverseStreamEvent,
    { readonly contentBlockDelta: unknown }
  >['contentBlockDelta']['delta'],
): ConverseStreamEvent {
  return { contentBlockDelta: { contentBlockIndex, delta } };
}

test('the blocks of a stream are put together by their index', () => {
  const toolUse = { toolUseId: 't1', name: 'weather' };
  const events: readonly ConverseStreamEvent[] = [
    { messageStart: { role: 'assistant' } },
    delta(0, { reasoningContent: { text: 'Look ' } }),
    delta(0, { reasoningContent: { text: 'it up.' } }),
    delta(0, { reasoningContent: { signature: 'c2ln' } }),
    delta(1, { text: 'One ' }),
    delta(1, { text: 'moment.' }),
    { contentBlockStart: { contentBlockIndex: 2, start: { toolUse } } },
    delta(2, { toolUse: { input: '{"city":' } }),
    delta(2, { toolUse: { input: '"Rome"}' } }),
  ];
  expect(messageOf(events)).toEqual([
    { kind: 'reasoning', text: 'Look it up.' },
    { kind: 'text', text: 'One moment.' },
    { kind: 'toolUse', text: '{"city":"Rome"}', name: 'weather', id: 't1' },
  ]);
});

test('what is no event of Converse is no message', () => {
  const native = { chunk: { bytes: new Uint8Array(3) } };
  expect(messageOf([native as unknown as ConverseStreamEvent])).toEqual([]);
});
