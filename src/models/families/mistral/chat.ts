// What whole answers of the chat models and their streams have in common.

import type { StopReason, TokenUsage } from '../../../protocol/api/types.generated.ts';
import type { AnswerContext } from '../family.ts';
import type { JsonObject } from '../native-json.ts';
import { countOf, isJsonObject, listOf, objectOf, stringOf } from '../native-json.ts';
import { invocationUsage, usageOf } from '../native-usage.ts';
import { createStopReasons } from '../stop-reasons.ts';

// Documented, and of the maker's own API: model_length is a context that is full.
export const stopReasons = createStopReasons({
  stop: 'end_turn',
  length: 'max_tokens',
  tool_calls: 'tool_use',
  model_length: 'model_context_window_exceeded',
  content_filter: 'content_filtered',
});

/** The word for why the answer ended. Documented: both names of the member are published. */
export function reasonOf({
  stop_reason: aws,
  finish_reason: maker,
}: JsonObject): string | undefined {
  return stringOf(aws) ?? stringOf(maker);
}

/** That the model called is told by the call: the reason may be that the answer is complete. */
export function stopReasonOf(reason: string, hasToolUse: boolean): StopReason {
  const stopReason = stopReasons.decode(reason);
  return hasToolUse && stopReason === 'end_turn' ? 'tool_use' : stopReason;
}

/** The one answer. */
export function choiceOf(native: JsonObject): JsonObject {
  return objectOf(listOf(native['choices'])[0]);
}

/** What was counted, undefined where nothing was. */
export function fromNativeUsage(native: JsonObject): TokenUsage | undefined {
  if (!isJsonObject(native['usage'])) return invocationUsage(native);
  const { prompt_tokens: read, completion_tokens: written } = native['usage'];
  const { cached_tokens: cached } = objectOf(native['usage']['prompt_tokens_details']);
  const usage = usageOf(read, written);
  const cacheReadInputTokens = countOf(cached);
  if (cacheReadInputTokens === 0) return usage;
  const inputTokens = usage.inputTokens - cacheReadInputTokens;
  return { ...usage, inputTokens, cacheReadInputTokens };
}

/** Natively the tokens of the cache are counted with the others. */
export function toNativeUsage(usage: TokenUsage): JsonObject {
  const { inputTokens, outputTokens, cacheReadInputTokens: read, cacheWriteInputTokens } = usage;
  const all = inputTokens + (read ?? 0) + (cacheWriteInputTokens ?? 0);
  return {
    prompt_tokens: all,
    completion_tokens: outputTokens,
    total_tokens: all + outputTokens,
    ...(read !== undefined && { prompt_tokens_details: { cached_tokens: read } }),
  };
}

/** What an answer and each chunk of one begin with. */
export function headOf(
  object: string,
  { responseId, createdSeconds, modelId }: AnswerContext,
): JsonObject {
  return { id: responseId, object, created: createdSeconds, model: modelId };
}
