// The streams of formats whose answer is one text: pieces of it, and a last chunk that says why.

import type { StopReason, TokenUsage } from '../../protocol/api/types.generated.ts';
import { ModelStreamErrorException } from '../../protocol/errors.ts';
import type { ConverseStreamEvent } from '../../protocol/stream/events.ts';
import { createEventWriter } from './event-writer.ts';
import type { AnswerContext, FamilyStream } from './family.ts';
import type { Losses } from './losses.ts';
import { createLosses } from './losses.ts';
import type { JsonObject } from './native-json.ts';
import { checkNoError } from './native-error.ts';
import { createTextJoiner } from './plain-text.ts';
import { responseFields } from './response-fields.ts';

/** What a native chunk says. */
export interface TextChunk {
  readonly text: string;
  /** Of the last chunk only. */
  readonly stopReason?: StopReason | undefined;
  readonly usage?: TokenUsage | undefined;
}

export function createTextDecoder(
  read: (chunk: JsonObject) => TextChunk,
  context: AnswerContext,
): FamilyStream<JsonObject, ConverseStreamEvent> {
  const writer = createEventWriter();
  let ended = false;
  return {
    losses: [],
    push(chunk) {
      checkNoError(chunk);
      if (ended) return [];
      const { text, stopReason, usage = nothing } = read(chunk);
      writer.text(text);
      if (stopReason !== undefined) {
        ended = true;
        const fields = responseFields(chunk, context.request);
        writer.stop(stopReason, fields.additionalModelResponseFields);
        writer.metadata({ usage, metrics: { latencyMs: context.latencyMs() } });
      }
      return writer.take();
    },
    end() {
      if (!ended) throw new ModelStreamErrorException('The stream ended before its last chunk.');
      return [];
    },
  };
}

const nothing: TokenUsage = { inputTokens: 0, outputTokens: 0, totalTokens: 0 };

/** How a format writes its chunks. */
export interface TextChunks {
  piece(text: string): JsonObject;
  last(stopReason: StopReason, usage: TokenUsage, losses: Losses): JsonObject;
}

export function createTextEncoder(
  chunks: TextChunks,
): FamilyStream<ConverseStreamEvent, JsonObject> {
  const losses = createLosses();
  const join = createTextJoiner();
  let stopReason: StopReason = 'end_turn';
  return {
    losses: losses.list,
    push(event) {
      if ('contentBlockDelta' in event) {
        const { delta, contentBlockIndex } = event.contentBlockDelta;
        if ('text' in delta) return [chunks.piece(join(delta.text, contentBlockIndex))];
        losses.add(Object.keys(delta)[0] ?? 'delta', 'left out', 'the native stream is text');
      } else if ('messageStop' in event) {
        ({ stopReason } = event.messageStop);
      } else if ('metadata' in event) {
        return [chunks.last(stopReason, event.metadata.usage, losses)];
      }
      return [];
    },
    end: () => [],
  };
}
