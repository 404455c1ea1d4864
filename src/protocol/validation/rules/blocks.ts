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
  if (messages === undefined) return;
  for (let messageIndex = 0; messageIndex < messages.length; messageIndex += 1) {
    const message = messages[messageIndex];
    if (message === undefined) continue;
    const { content } = message;
    for (let blockIndex = 0; blockIndex < content.length; blockIndex += 1) {
      const block = content[blockIndex];
      if (block !== undefined) visit(block, { message, messageIndex, blockIndex });
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
