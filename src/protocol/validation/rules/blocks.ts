// Walks over the content blocks of a conversation, for the rules that ask each of them.

import type { ContentBlock, Message, ToolResultContentBlock } from '../../api/types.generated.ts';

/** Where a block stands; its path is written out only where something is wrong. */
export interface BlockPlace {
  readonly message: Message;
  readonly messageIndex: number;
  readonly blockIndex: number;
}

export function forEachBlock(
  messages: readonly Message[] | undefined,
  visit: (block: ContentBlock, place: BlockPlace) => void,
): void {
  for (const [messageIndex, message] of (messages ?? []).entries()) {
    for (const [blockIndex, block] of message.content.entries()) {
      visit(block, { message, messageIndex, blockIndex });
    }
  }
}

/** `messages.0.content.0`: the service counts from zero in its sentences. */
export function pathOf({ messageIndex, blockIndex }: BlockPlace): string {
  return `messages.${messageIndex}.content.${blockIndex}`;
}

/** Blocks of messages and, below them, of tool results: documents may stand in both. */
export function forEachInnerBlock(
  messages: readonly Message[] | undefined,
  visit: (block: ContentBlock | ToolResultContentBlock, path: () => string) => void,
): void {
  forEachBlock(messages, (block, place) => {
    visit(block, () => pathOf(place));
    if (!('toolResult' in block)) return;
    for (const [index, inner] of block.toolResult.content.entries()) {
      visit(inner, () => `${pathOf(place)}.toolResult.content.${index}`);
    }
  });
}
