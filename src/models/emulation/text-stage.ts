// A stage that rewrites the text of an answer and passes everything else on.

import type { ContentBlockDelta, StopReason } from '../../protocol/api/types.generated.ts';
import type { ConverseStreamEvent } from '../../protocol/stream/events.ts';
import { createEventWriter } from '../families/event-writer.ts';
import type { EventWriter } from '../families/event-writer.ts';
import type { Stage } from './emulation.ts';

export interface TextRewriter {
  /** A piece of text: what can be said of it already is written. */
  text(text: string, writer: EventWriter): void;
  /** The block of text is closed: nothing may be held back any longer. */
  close(writer: EventWriter): void;
  /** Why the answer ends, now that all of it is known. */
  stopReason?(stopReason: StopReason, writer: EventWriter): StopReason;
}

export function createTextStage(rewriter: TextRewriter): Stage {
  const writer = createEventWriter();
  let inText = false;

  function passDelta(delta: ContentBlockDelta): void {
    if ('text' in delta) {
      inText = true;
      rewriter.text(delta.text, writer);
    } else writer.delta(kindOf(delta), delta);
  }

  function closeText(): void {
    if (inText) rewriter.close(writer);
    inText = false;
  }

  function pass(event: ConverseStreamEvent): void {
    if ('contentBlockDelta' in event) passDelta(event.contentBlockDelta.delta);
    else if ('contentBlockStart' in event) {
      const { start } = event.contentBlockStart;
      writer.start(kindOfStart(start), start);
    } else if ('contentBlockStop' in event) {
      closeText();
      writer.close();
    } else if ('messageStop' in event) {
      const { stopReason, additionalModelResponseFields } = event.messageStop;
      const reason = rewriter.stopReason?.(stopReason, writer) ?? stopReason;
      writer.stop(reason, additionalModelResponseFields);
    } else if ('metadata' in event) writer.metadata(event.metadata);
  }

  return {
    push(event) {
      pass(event);
      return writer.take();
    },
    end: () => [],
  };
}

type Kind = Parameters<EventWriter['delta']>[0];
type StartKind = Parameters<EventWriter['start']>[0];

function kindOf(delta: ContentBlockDelta): Kind {
  if ('reasoningContent' in delta) {
    return 'redactedContent' in delta.reasoningContent ? 'redacted' : 'reasoning';
  }
  if ('citation' in delta) return 'citations';
  if ('toolUse' in delta) return 'toolUse';
  return 'toolResult' in delta ? 'toolResult' : 'image';
}

function kindOfStart(start: object): StartKind {
  if ('toolUse' in start) return 'toolUse';
  return 'toolResult' in start ? 'toolResult' : 'image';
}
