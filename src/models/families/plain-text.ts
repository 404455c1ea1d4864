// The text of a message for formats that carry nothing else.

import type { ContentBlock, SystemContentBlock } from '../../protocol/api/types.generated.ts';
import type { Losses } from './losses.ts';
import { unsupportedBlock } from './unsupported.ts';

/**
 * The texts of a message as one, a line break between two. Throws ValidationException for a block
 * that no text can stand for.
 */
export function plainText(
  content: readonly (ContentBlock | SystemContentBlock)[],
  path: string,
  losses: Losses,
): string {
  const texts = content.flatMap((block, at) => plainBlock(block, `${path}.${at}`, losses));
  if (texts.length > 1) losses.add(path, 'changed', 'its texts are joined into one');
  return texts.join('\n');
}

/** The deltas of several texts as those of one, a line break between two. */
export function createTextJoiner(): (text: string, contentBlockIndex: number) => string {
  let last: number | undefined;
  return (text, contentBlockIndex) => {
    const isNext = last !== undefined && contentBlockIndex !== last;
    last = contentBlockIndex;
    return isNext ? `\n${text}` : text;
  };
}

/** The texts of one block; none where it is left out. Throws ValidationException for media. */
export function plainBlock(
  block: ContentBlock | SystemContentBlock,
  path: string,
  losses: Losses,
): readonly string[] {
  if ('text' in block) return [block.text];
  if ('guardContent' in block && 'text' in block.guardContent) {
    losses.add(`${path}.guardContent`, 'changed', 'it is text like any other to this format');
    return [block.guardContent.text.text];
  }
  if ('cachePoint' in block) {
    losses.add(`${path}.cachePoint`, 'left out', 'the native format has no cache points');
    return [];
  }
  if ('reasoningContent' in block) {
    losses.add(`${path}.reasoningContent`, 'left out', 'the native format keeps no reasoning');
    return [];
  }
  if ('citationsContent' in block) {
    losses.add(`${path}.citationsContent.citations`, 'left out', 'the native format cites nothing');
    return (block.citationsContent.content ?? []).map(({ text }) => text);
  }
  throw unsupportedBlock(block);
}
