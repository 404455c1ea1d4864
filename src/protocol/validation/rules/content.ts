// Rules about what a message holds.

import type { ContentBlock } from '../../api/types.generated.ts';
import type { Problem, Rule } from '../rule.ts';

/** Reported by users of several frameworks. */
export const contentNotEmpty: Rule = ({ messages = [] }) =>
  messages.flatMap(({ content }, index) => {
    if (content.length > 0) return [];
    const message =
      `The content field in the Message object at messages.${index} is empty. ` +
      'Add a ContentBlock object to the content field and try again.';
    return [{ message }];
  });

/** Reported by users of several frameworks; white space alone counts as blank. */
export const textNotBlank: Rule = ({ messages = [] }) =>
  messages.flatMap(({ content }, index) =>
    content.flatMap((block, blockIndex) =>
      blankText(block, `messages.${index}.content.${blockIndex}`),
    ),
  );

function blankText(block: ContentBlock, path: string): Problem[] {
  if (!('text' in block) || block.text.trim() !== '') return [];
  const message =
    `The text field in the ContentBlock object at ${path} is blank. ` +
    'Add text to the text field, and try again.';
  return [{ message }];
}
