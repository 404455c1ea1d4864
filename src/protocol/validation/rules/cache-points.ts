// Rules about cache points: how many there may be, and where.

import { cachePointsMax } from '../../../limits.ts';
import type { Conversation, Problem, Rule } from '../rule.ts';
import { forEachBlock } from './blocks.ts';

/** Reported from the field. */
export const cachePointsPlaced: Rule = ({ messages }) => {
  const problems: Problem[] = [];
  forEachBlock(messages, (block, { message, blockIndex }) => {
    const before = message.content[blockIndex - 1];
    if (!('cachePoint' in block) || before === undefined) return;
    if (!('reasoningContent' in before)) return;
    problems.push({
      message: 'Cache point cannot be inserted after reasoning block.',
      cure: 'Put the cachePoint after a text, toolUse or toolResult block.',
    });
  });
  return problems;
};

/** Documented: four in a request. The service's own words are not known. */
export const cachePointsFew: Rule = (conversation) => {
  const count = countCachePoints(conversation);
  if (count <= cachePointsMax) return [];
  const message =
    `The number of cachePoint blocks in the request is ${count}, ` +
    `which is more than the maximum of ${cachePointsMax}. Remove cachePoint blocks and try again.`;
  return [{ message, cure: 'Keep the last cache points: each covers all that stands before it.' }];
};

/** In the system text, among the tools and in the messages together. */
export function countCachePoints({ messages, system, toolConfig }: Conversation): number {
  let count = 0;
  for (const block of system ?? []) if ('cachePoint' in block) count += 1;
  for (const tool of toolConfig?.tools ?? []) if ('cachePoint' in tool) count += 1;
  forEachBlock(messages, (block) => {
    if ('cachePoint' in block) count += 1;
  });
  return count;
}
