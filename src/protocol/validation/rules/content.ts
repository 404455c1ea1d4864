// Rules about what a message holds.

import type { Message } from '../../api/types.generated.ts';
import type { Problem, Rule } from '../rule.ts';
import { forEachBlock, pathOf } from './blocks.ts';

/** Reported by users of several frameworks. */
export const contentNotEmpty: Rule = ({ messages = [] }) => {
  const problems: Problem[] = [];
  for (let index = 0; index < messages.length; index += 1) {
    if (messages[index]?.content.length !== 0) continue;
    const message =
      `The content field in the Message object at messages.${index} is empty. ` +
      'Add a ContentBlock object to the content field and try again.';
    problems.push({ message, cure: 'Leave the message out, or give it a content block.' });
  }
  return problems;
};

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
const rolesOfBlocks: Readonly<Record<string, Message['role']>> = {
  toolUse: 'assistant',
  toolResult: 'user',
  image: 'user',
  document: 'user',
};

/** The assistant asks for tools, the user brings results, images and documents. */
export const blocksFitRole: Rule = ({ messages }) => {
  const problems: Problem[] = [];
  forEachBlock(messages, (block, place) => {
    for (const kind in block) {
      const allowed = rolesOfBlocks[kind];
      if (allowed === undefined || allowed === place.message.role) continue;
      const { role } = place.message;
      const message =
        `The ${kind} content block at ${pathOf(place)} can't be in a message with the role ${role}. ` +
        `Move it to a message with the role ${allowed} and try again.`;
      problems.push({ message, cure: `Only a message of the ${allowed} holds ${kind} blocks.` });
    }
  });
  return problems;
};
