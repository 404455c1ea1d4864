// Cache points: blocks of their own in Converse, a member of the block before in Claude's format.

import type { CachePointBlock } from '../../../protocol/api/types.generated.ts';
import type { Losses } from '../losses.ts';
import type { JsonObject } from '../native-json.ts';
import { compact, isJsonObject } from '../native-json.ts';

export interface Place {
  /** Of the member: `messages.0.content`. */
  readonly path: string;
  readonly losses: Losses;
}

type CachePoint = { readonly cachePoint: CachePointBlock };

/** Converts the blocks; a cache point marks the one before it. */
export function markCachePoints<Block extends object>(
  blocks: readonly (Block | CachePoint)[],
  { path, losses }: Place,
  convert: (block: Block, place: Place) => JsonObject,
): readonly JsonObject[] {
  const natives: JsonObject[] = [];
  for (const [at, block] of blocks.entries()) {
    const place = { path: `${path}.${at}`, losses };
    if (isCachePoint(block)) mark(natives, block, place);
    else natives.push(convert(block, place));
  }
  return natives;
}

/** The cache point that a native block is marked with, as the block that follows it. */
export function cachePointOf({ cache_control: control }: JsonObject): readonly CachePoint[] {
  if (!isJsonObject(control)) return [];
  const { ttl } = control;
  const hasTtl = ttl === '5m' || ttl === '1h';
  return [{ cachePoint: { type: 'default', ...(hasTtl && { ttl }) } }];
}

function isCachePoint(block: object): block is CachePoint {
  return 'cachePoint' in block;
}

function mark(natives: JsonObject[], { cachePoint }: CachePoint, { path, losses }: Place): void {
  const last = natives.pop();
  const obstacle = obstacleAt(last);
  if (obstacle !== undefined) losses.add(`${path}.cachePoint`, 'left out', obstacle);
  if (last === undefined) return;
  const control = compact({ type: 'ephemeral', ttl: cachePoint.ttl });
  natives.push(obstacle === undefined ? { ...last, cache_control: control } : last);
}

function obstacleAt(block: JsonObject | undefined): string | undefined {
  if (block === undefined) return 'nothing stands before it';
  if (block['cache_control'] !== undefined) return 'the block before it has one already';
  const { type } = block;
  const isReasoning = type === 'thinking' || type === 'redacted_thinking';
  return isReasoning ? 'none may stand after reasoning' : undefined;
}
