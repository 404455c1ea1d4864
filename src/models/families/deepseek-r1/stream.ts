// The streams of DeepSeek-R1: pieces of one text, its reasoning before a tag.

import type { ContentBlockDelta, StopReason } from '../../../protocol/api/types.generated.ts';
import { ModelStreamErrorException } from '../../../protocol/errors.ts';
import type { ConverseStreamEvent } from '../../../protocol/stream/events.ts';
import { createEventWriter } from '../event-writer.ts';
import type { AnswerContext, FamilyStream } from '../family.ts';
import { createLosses } from '../losses.ts';
import { checkNoError } from '../native-error.ts';
import type { JsonObject } from '../native-json.ts';
import { usageOf } from '../native-usage.ts';
import { afterReasoning, thinkTag } from '../openai-chat/reasoning-tags.ts';
import { createTextJoiner } from '../plain-text.ts';
import {
  createReader,
  decodeStopReason,
  encodeStopReason,
  readChoice,
  tellNoPlace,
  usageFrom,
} from './answer.ts';
import { opensReasoning } from './prompt.ts';

export function createStreamDecoder(
  context: AnswerContext,
): FamilyStream<JsonObject, ConverseStreamEvent> {
  const writer = createEventWriter();
  const reader = createReader(writer, context);
  let ended = false;
  return {
    losses: [],
    push(chunk) {
      checkNoError(chunk);
      if (ended) return [];
      const { text, reason } = readChoice(chunk);
      reader.push(text);
      if (reason !== undefined) {
        ended = true;
        reader.end();
        writer.stop(decodeStopReason(reason));
        const usage = usageFrom(chunk) ?? usageOf(0, 0);
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

export function createStreamEncoder({
  request,
}: AnswerContext): FamilyStream<ConverseStreamEvent, JsonObject> {
  const losses = createLosses();
  const joinText = createTextJoiner();
  const joinReasoning = createTextJoiner();
  let isReasoning = opensReasoning(request);
  let stopReason: StopReason = 'end_turn';
  let hasTold = false;

  function text(piece: string): readonly JsonObject[] {
    const close = isReasoning ? afterReasoning(thinkTag) : '';
    isReasoning = false;
    return [chunkOf(close + piece)];
  }

  function leaveOut(member: string): readonly JsonObject[] {
    if (!hasTold) tellNoPlace(member, losses);
    hasTold = true;
    return [];
  }

  function push(delta: ContentBlockDelta, index: number): readonly JsonObject[] {
    if ('text' in delta) return text(joinText(delta.text, index));
    if (!('reasoningContent' in delta) || !('text' in delta.reasoningContent)) {
      return leaveOut(Object.keys(delta)[0] ?? 'delta');
    }
    if (!isReasoning) return leaveOut('reasoningContent');
    return [chunkOf(joinReasoning(delta.reasoningContent.text, index))];
  }

  return {
    losses: losses.list,
    push(event) {
      if ('contentBlockDelta' in event) {
        return push(event.contentBlockDelta.delta, event.contentBlockDelta.contentBlockIndex);
      }
      if ('messageStop' in event) ({ stopReason } = event.messageStop);
      if (!('metadata' in event)) return [];
      return [chunkOf('', encodeStopReason(stopReason, losses))];
    },
    end: () => [],
  };
}

function chunkOf(text: string, stopReason: string | null = null): JsonObject {
  return { choices: [{ text, stop_reason: stopReason }] };
}
