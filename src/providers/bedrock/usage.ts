// What an answer that is passed on untouched says of the tokens it cost.

import type { TokenUsage } from '../../protocol/api/types.generated.ts';
import { isJsonObject } from '../../protocol/api/json-object.ts';
import type { JsonObject } from '../provider.ts';

/** The `usage` of a Converse answer, or of the metadata of its stream. */
export function usageIn(answer: unknown): TokenUsage | undefined {
  const usage = isJsonObject(answer) ? answer['usage'] : undefined;
  if (!isJsonObject(usage)) return undefined;
  return usageOf({
    input: usage['inputTokens'],
    output: usage['outputTokens'],
    read: usage['cacheReadInputTokens'],
    written: usage['cacheWriteInputTokens'],
  });
}

/** Recorded: what the last chunk of a native stream counts. */
export function nativeUsageOf(metrics: JsonObject): TokenUsage | undefined {
  return usageOf({
    input: metrics['inputTokenCount'],
    output: metrics['outputTokenCount'],
    read: metrics['cacheReadInputTokenCount'],
    written: metrics['cacheWriteInputTokenCount'],
  });
}

/** Recorded: what the headers of a whole native answer count. */
export function headerUsage(header: (name: string) => string | undefined): TokenUsage | undefined {
  const count = (name: string): number | undefined => {
    const value = header(`x-amzn-bedrock-${name}-token-count`);
    return value === undefined ? undefined : Number(value);
  };
  return usageOf({
    input: count('input'),
    output: count('output'),
    read: count('cache-read-input'),
    written: count('cache-write-input'),
  });
}

interface Counted {
  readonly input: unknown;
  readonly output: unknown;
  readonly read: unknown;
  readonly written: unknown;
}

function usageOf({ input, output, read, written }: Counted): TokenUsage | undefined {
  if (!isCount(input) || !isCount(output)) return undefined;
  return {
    inputTokens: input,
    outputTokens: output,
    totalTokens: input + output,
    ...(isCount(read) && { cacheReadInputTokens: read }),
    ...(isCount(written) && { cacheWriteInputTokens: written }),
  };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
