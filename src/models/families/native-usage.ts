// Counts of tokens, from a format's own members or from what the service adds to the last chunk.

import type { TokenUsage } from '../../protocol/api/types.generated.ts';
import type { JsonObject } from './native-json.ts';
import { compact, countOf, isJsonObject } from './native-json.ts';

/** The usage of two counts; what is no count is zero. */
export function usageOf(input: unknown, output: unknown): TokenUsage {
  const inputTokens = countOf(input);
  const outputTokens = countOf(output);
  return { inputTokens, outputTokens, totalTokens: inputTokens + outputTokens };
}

/** What the service's own metrics count, where the chunk or the answer has them. */
export function invocationUsage(native: JsonObject): TokenUsage | undefined {
  const metrics = native['amazon-bedrock-invocationMetrics'];
  if (!isJsonObject(metrics)) return undefined;
  const { cacheReadInputTokenCount: read, cacheWriteInputTokenCount: written } = metrics;
  const { totalTokens, ...usage } = usageOf(
    metrics['inputTokenCount'],
    metrics['outputTokenCount'],
  );
  return {
    ...usage,
    totalTokens: totalTokens + countOf(read) + countOf(written),
    ...compact({
      cacheReadInputTokens: read === undefined ? undefined : countOf(read),
      cacheWriteInputTokens: written === undefined ? undefined : countOf(written),
    }),
  };
}
