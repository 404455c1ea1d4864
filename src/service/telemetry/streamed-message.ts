// The message that the events of a stream are, as far as they came, for whoever wants to read it.

import type { ConverseStreamEvent } from '../../protocol/stream/events.ts';

export interface ShownBlock {
  readonly kind: 'reasoning' | 'text' | 'toolUse';
  readonly text: string;
  /** Of a tool use. */
  readonly name?: string;
  readonly id?: string;
}

export function messageOf(events: readonly ConverseStreamEvent[]): readonly ShownBlock[] {
  const blocks = new Map<number, ShownBlock>();
  for (const event of events) {
    if ('contentBlockStart' in event) {
      const { contentBlockIndex, start } = event.contentBlockStart;
      if (!('toolUse' in start)) continue;
      const { name, toolUseId: id } = start.toolUse;
      blocks.set(contentBlockIndex, { kind: 'toolUse', text: '', name, id });
    } else if ('contentBlockDelta' in event) {
      const { contentBlockIndex, delta } = event.contentBlockDelta;
      const added = blockOf(delta);
      if (added === undefined) continue;
      const before = blocks.get(contentBlockIndex);
      const text = (before?.text ?? '') + added.text;
      blocks.set(contentBlockIndex, { ...added, ...before, text });
    }
  }
  return [...blocks.values()];
}

type Delta = Extract<ConverseStreamEvent, { readonly contentBlockDelta: unknown }>;

function blockOf(delta: Delta['contentBlockDelta']['delta']): ShownBlock | undefined {
  if ('text' in delta) return { kind: 'text', text: delta.text };
  if ('toolUse' in delta) return { kind: 'toolUse', text: delta.toolUse.input };
  if (!('reasoningContent' in delta) || !('text' in delta.reasoningContent)) return undefined;
  return { kind: 'reasoning', text: delta.reasoningContent.text };
}
