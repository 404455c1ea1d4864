// Rules about documents: their names, number, size and the text beside them.

import { documentBytesMax, documentsMax } from '../../../limits.ts';
import type { DocumentBlock } from '../../api/types.generated.ts';
import type { Conversation, Problem, Rule } from '../rule.ts';
import { forEachInnerBlock } from './blocks.ts';

/** Reported by users of several frameworks. */
export const documentsHaveText: Rule = ({ messages = [] }) => {
  const bare = messages.some(
    ({ content }) =>
      content.some((block) => 'document' in block) && !content.some((block) => 'text' in block),
  );
  if (!bare) return [];
  const message =
    'A text block must be included when using documents. Add a text block and retry your request.';
  return [{ message, cure: 'Put a text block into the message that holds the document.' }];
};

// Measured, 2026-08: an underscore passes though the sentence leaves it out, a single space at
// either end, too; a tab and the wide space of Japanese do not.
const allowedName = /^(?!.* {2})[A-Za-z0-9_ ()[\]-]+$/;

/** Reported by users of several frameworks. */
export const documentNamesAllowed: Rule = (conversation) =>
  documentsOf(conversation).flatMap(({ name }) => {
    if (allowedName.test(name)) return [];
    const message =
      'The document file name can only contain alphanumeric characters, whitespace characters, ' +
      "hyphens, parentheses, and square brackets. The name can't contain more than one " +
      'consecutive whitespace character. Check that the file name conforms to these restrictions ' +
      'and retry your request.';
    return [{ message, cure: `Rename ${JSON.stringify(name)}: without its ending, for example.` }];
  });

/** Reported from the field; one report says that capitals make no difference. */
export const documentNamesUnique: Rule = (conversation) => {
  const seen = new Set<string>();
  const twice = documentsOf(conversation).find(({ name }) => {
    const { size } = seen;
    return seen.add(name.toLowerCase()).size === size;
  })?.name;
  if (twice === undefined) return [];
  const message =
    "Messages can't contain duplicate document names. Rename the document and retry your request.";
  return [{ message, cure: `The name ${twice} stands twice in the request, history included.` }];
};

/** Reported from the field. */
export const documentsFew: Rule = (conversation) => {
  const count = documentsOf(conversation).length;
  if (count <= documentsMax) return [];
  const message =
    `You can't include more than ${documentsMax} documents in a request. ` +
    'Reduce the number of documents and retry your request.';
  return [{ message, cure: `The request has ${count}, those of earlier messages included.` }];
};

/** Measured, 2026-08: 4,500,000 bytes pass, one more does not. */
export const documentsSmall: Rule = (conversation) =>
  documentsOf(conversation).flatMap(({ name, source }): Problem[] => {
    const bytes = 'bytes' in source ? source.bytes.length : 0;
    if (bytes <= documentBytesMax) return [];
    const message =
      'The maximum document size is 4.5 MB. Reduce the size of your document and retry your request.';
    return [{ message, cure: `${name} has ${bytes} bytes; the most is ${documentBytesMax}.` }];
  });

/** Of messages and of the tool results in them. */
export function documentsOf({ messages }: Conversation): readonly DocumentBlock[] {
  const documents: DocumentBlock[] = [];
  forEachInnerBlock(messages, (block) => {
    if ('document' in block) documents.push(block.document);
  });
  return documents;
}
