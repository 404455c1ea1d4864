// Counts of tokens in OpenAI's format, whose prompt counts what was read from a cache, too.

import type { ServiceTier, TokenUsage } from '../../../protocol/api/types.generated.ts';
import type { Losses } from '../losses.ts';
import type { JsonObject } from '../native-json.ts';
import { countOf, objectOf } from '../native-json.ts';

/** Recorded: Converse's input leaves out what the cache holds; its total has all of it. */
export function fromNativeUsage(native: JsonObject): TokenUsage {
  const prompt = countOf(native['prompt_tokens']);
  const outputTokens = countOf(native['completion_tokens']);
  const read = cachedOf(native);
  return {
    inputTokens: Math.max(0, prompt - (read ?? 0)),
    outputTokens,
    totalTokens: Math.max(prompt, read ?? 0) + outputTokens,
    ...(read !== undefined && { cacheReadInputTokens: read }),
  };
}

/** DeepSeek has a name of its own for it. */
function cachedOf(native: JsonObject): number | undefined {
  const { cached_tokens: cached } = objectOf(native['prompt_tokens_details']);
  const read = cached ?? native['prompt_cache_hit_tokens'];
  return typeof read === 'number' ? countOf(read) : undefined;
}

export function toNativeUsage(usage: TokenUsage, losses: Losses): JsonObject {
  const { inputTokens, outputTokens } = usage;
  const { cacheReadInputTokens: read, cacheWriteInputTokens: written = 0 } = usage;
  if (written > 0) {
    const reason = 'the native format counts what is written to a cache as input';
    losses.add('usage.cacheWriteInputTokens', 'changed', reason);
  }
  const prompt = inputTokens + (read ?? 0) + written;
  return {
    prompt_tokens: prompt,
    completion_tokens: outputTokens,
    total_tokens: prompt + outputTokens,
    ...(read !== undefined && { prompt_tokens_details: { cached_tokens: read } }),
  };
}

const tiers = ['default', 'flex', 'priority', 'reserved'] as const;

/** The tier that a request asks for or an answer names, where Converse knows it. */
export function serviceTierOf({ service_tier: tier }: JsonObject): { serviceTier?: ServiceTier } {
  const type = tiers.find((it) => it === tier);
  return type === undefined ? {} : { serviceTier: { type } };
}
