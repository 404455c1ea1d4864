// Rules about what a message holds.

import type { ContentBlock, Message } from '../../api/types.generated.ts';
import type { Problem, Rule } from '../rule.ts';
import { forEachBlock, pathOf } from './blocks.ts';

/** Reported by users of several frameworks. */
export const contentNotEmpty: Rule = ({ messages = [] }) =>
  messages.flatMap(({ content }, index) => {
    if (content.length > 0) return [];
    const message =
      `The content field in the Message object at messages.${index} is empty. ` +
      'Add a ContentBlock object to the content field and try again.';
    return [{ message, cure: 'Leave the message out, or give it a content block.' }];
  });

/** Reported by users of several frameworks; white space alone counts as blank. */
export const textNotBlank: Rule = ({ messages }) => {
  const problems: Problem[] = [];
  forEachBlock(messages, (block, place) => {
    if (!('text' in block) || block.text.trim() !== '') return;
    const message =
      `The text field in the ContentBlock object at ${pathOf(place)} is blank. ` +
      'Add text to the text field, and try again.';
    problems.push({ message, cure: 'Leave the block out where there is nothing to say.' });
  });
  return problems;
};

/** Quoted from the field, without what may follow. */
export const guardTextNotBlank: Rule = ({ messages }) => {
  const problems: Problem[] = [];
  forEachBlock(messages, (block, place) => {
    if (!('guardContent' in block) || !('text' in block.guardContent)) return;
    if (block.guardContent.text.text.trim() !== '') return;
    const message = `The guard content field in the ContentBlock object at ${pathOf(place)} is blank`;
    problems.push({ message, cure: 'Leave the block out where there is nothing to guard.' });
  });
  return problems;
};

// Documented: ContentBlock and Message of the API reference. The service's words are not known.
const rolesOfBlocks = {
  toolUse: 'assistant',
  toolResult: 'user',
  image: 'user',
  document: 'user',
} as const satisfies Partial<Record<KeyOf<ContentBlock>, Message['role']>>;

type KeyOf<T> = T extends unknown ? keyof T : never;

const bound = Object.entries(rolesOfBlocks);

/** The assistant asks for tools, the user brings results, images and documents. */
export const blocksFitRole: Rule = ({ messages }) => {
  const problems: Problem[] = [];
  forEachBlock(messages, (block, place) => {
    const { role } = place.message;
    for (const [kind, allowed] of bound) {
      if (role === allowed || !(kind in block)) continue;
      const message =
        `The ${kind} content block at ${pathOf(place)} can't be in a message with the role ${role}. ` +
        `Move it to a message with the role ${allowed} and try again.`;
      problems.push({ message, cure: `Only a message of the ${allowed} holds ${kind} blocks.` });
    }
  });
  return problems;
};
