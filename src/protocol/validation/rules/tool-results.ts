// Rules about the results of tools: each answers a use, and every use is answered.

import type { Message } from '../../api/types.generated.ts';
import type { Problem, Rule } from '../rule.ts';
import { forEachBlock, pathOf } from './blocks.ts';

/** Reported from the field. */
export const errorResultsHaveContent: Rule = ({ messages }) => {
  const problems: Problem[] = [];
  forEachBlock(messages, (block, place) => {
    if (!('toolResult' in block)) return;
    const { status, content } = block.toolResult;
    if (status !== 'error' || content.length > 0) return;
    const message = `The content field at ${pathOf(place)}.toolResult cannot be empty when status value is error.`;
    problems.push({ message, cure: 'Say in a text block what went wrong.' });
  });
  return problems;
};

/**
 * Every tool use of an assistant is answered in the user's messages that follow it, and nothing
 * else is. Consecutive messages of one role count as one (observed in 2026). Reported by users of
 * several frameworks.
 */
export const toolResultsPaired: Rule = ({ messages = [] }) => {
  const problems: Problem[] = [];
  let open: string[] = [];
  let answers: string[] = [];
  let start = 0;
  for (let index = 0; index < messages.length; index += 1) {
    const message = messages[index];
    if (message === undefined) continue;
    const { role } = message;
    if (role !== messages[index - 1]?.role) {
      start = index;
      answers = [];
      if (role === 'assistant') open = [];
    }
    if (role === 'assistant') addUses(message, open);
    else if (role === 'user') addResults(message, answers);
    if (role !== 'user' || messages[index + 1]?.role === 'user') continue;
    const problem = pair(open, answers, start);
    if (problem !== undefined) problems.push(problem);
    open = [];
  }
  return problems;
};

function pair(
  open: readonly string[],
  answers: readonly string[],
  index: number,
): Problem | undefined {
  if (open.length === 0 && answers.length === 0) return undefined;
  const answered = new Set(answers);
  const missing = open.filter((toolUseId) => !answered.has(toolUseId));
  if (missing.length > 0) {
    const ids = missing.join(', ');
    const message = `Expected toolResult blocks at messages.${index}.content for the following Ids: ${ids}`;
    const cure =
      'Answer every toolUse of a message in the next one, also those that failed (status error).';
    return { message, cure };
  }
  if (answers.length <= open.length) return undefined;
  const message =
    `The number of toolResult blocks at messages.${index}.content ` +
    'exceeds the number of toolUse blocks of previous turn.';
  return { message, cure: 'Send one toolResult for each toolUse of the message before, no more.' };
}

function addUses({ content }: Message, ids: string[]): void {
  for (const block of content) if ('toolUse' in block) ids.push(block.toolUse.toolUseId);
}

function addResults({ content }: Message, ids: string[]): void {
  for (const block of content) if ('toolResult' in block) ids.push(block.toolResult.toolUseId);
}
