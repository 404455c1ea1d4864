// Writes the events of a stream in the service's order: opens, closes and counts the blocks.

import type { DocumentValue } from '../../protocol/api/shape.ts';
import type {
  ContentBlockDelta,
  ContentBlockStart,
  ConverseStreamMetadataEvent,
  StopReason,
} from '../../protocol/api/types.generated.ts';
import type { ConverseStreamEvent } from '../../protocol/stream/events.ts';

type Kind = 'citations' | 'image' | 'reasoning' | 'redacted' | 'text' | 'toolResult' | 'toolUse';

export interface EventWriter {
  /** Whether a call was opened. */
  readonly hasToolUse: boolean;
  /** A piece of the text; an empty one opens nothing. */
  text(text: string): void;
  reasoning(text: string): void;
  /** Of the reasoning that is open, or of one that is nothing but signed. */
  signature(signature: string): void;
  redacted(bytes: Uint8Array): void;
  /** Opens a block that starts with an event of its own, closing the one before. */
  start(kind: 'image' | 'toolResult' | 'toolUse', start: ContentBlockStart): void;
  /** A delta of the block that is open; where none is, one of the kind is opened by it. */
  delta(kind: Kind, delta: ContentBlockDelta): void;
  /** Closes the open block, if there is one; the next delta opens another. */
  close(): void;
  stop(stopReason: StopReason, additional?: DocumentValue): void;
  metadata(metadata: ConverseStreamMetadataEvent): void;
  /** The events since the last time. */
  take(): readonly ConverseStreamEvent[];
}

export function createEventWriter(): EventWriter {
  return new Writer();
}

const none: readonly ConverseStreamEvent[] = [];

class Writer implements EventWriter {
  hasToolUse = false;
  #events: ConverseStreamEvent[] = [];
  #index = -1;
  #started = false;
  #open: Kind | undefined;

  text(text: string): void {
    if (text !== '') this.delta('text', { text });
  }

  reasoning(text: string): void {
    if (text !== '') this.delta('reasoning', { reasoningContent: { text } });
  }

  signature(signature: string): void {
    this.delta('reasoning', { reasoningContent: { signature } });
  }

  redacted(bytes: Uint8Array): void {
    this.close();
    this.delta('redacted', { reasoningContent: { redactedContent: bytes } });
  }

  start(kind: 'image' | 'toolResult' | 'toolUse', start: ContentBlockStart): void {
    this.#enter(kind);
    if (kind === 'toolUse') this.hasToolUse = true;
    this.#events.push({ contentBlockStart: { start, contentBlockIndex: this.#index } });
  }

  delta(kind: Kind, delta: ContentBlockDelta): void {
    // A text with citations is one block, whichever of the two comes first.
    const isSame = this.#open === kind || (isCited(this.#open) && isCited(kind));
    if (!isSame) this.#enter(kind);
    this.#events.push({ contentBlockDelta: { delta, contentBlockIndex: this.#index } });
  }

  close(): void {
    if (this.#open === undefined) return;
    this.#open = undefined;
    this.#events.push({ contentBlockStop: { contentBlockIndex: this.#index } });
  }

  stop(stopReason: StopReason, additional?: DocumentValue): void {
    this.#begin();
    this.close();
    const fields = additional === undefined ? {} : { additionalModelResponseFields: additional };
    this.#events.push({ messageStop: { stopReason, ...fields } });
  }

  metadata(metadata: ConverseStreamMetadataEvent): void {
    this.#events.push({ metadata });
  }

  take(): readonly ConverseStreamEvent[] {
    if (this.#events.length === 0) return none;
    const events = this.#events;
    this.#events = [];
    return events;
  }

  #enter(kind: Kind): void {
    this.#begin();
    this.close();
    this.#open = kind;
    this.#index += 1;
  }

  #begin(): void {
    if (this.#started) return;
    this.#started = true;
    this.#events.push({ messageStart: { role: 'assistant' } });
  }
}

function isCited(kind: Kind | undefined): boolean {
  return kind === 'text' || kind === 'citations';
}
