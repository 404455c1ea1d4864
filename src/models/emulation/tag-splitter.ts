// Tells what stands inside of a pair of tags from what stands outside, in any pieces.

export type TagPiece =
  | { readonly kind: 'close' }
  | { readonly kind: 'inside'; readonly text: string }
  | { readonly kind: 'open' }
  | { readonly kind: 'outside'; readonly text: string };

export interface TagSplitter {
  push(text: string): readonly TagPiece[];
  /** What was held back because a tag could have begun with it. */
  end(): readonly TagPiece[];
}

export function createTagSplitter(open: string, close: string): TagSplitter {
  let held = '';
  let isInside = false;

  function textPiece(text: string): readonly TagPiece[] {
    return text === '' ? [] : [{ kind: isInside ? 'inside' : 'outside', text }];
  }

  return {
    push(text) {
      const pieces: TagPiece[] = [];
      held += text;
      for (;;) {
        const tag = isInside ? close : open;
        const at = held.indexOf(tag);
        if (at === -1) break;
        pieces.push(...textPiece(held.slice(0, at)), { kind: isInside ? 'close' : 'open' });
        held = held.slice(at + tag.length);
        isInside = !isInside;
      }
      const keep = beginsAtEnd(held, isInside ? close : open);
      pieces.push(...textPiece(held.slice(0, held.length - keep)));
      held = held.slice(held.length - keep);
      return pieces;
    },
    end() {
      const pieces = textPiece(held);
      held = '';
      return pieces;
    },
  };
}

/** How many of the last letters may be the beginning of the tag. */
export function beginsAtEnd(text: string, tag: string): number {
  for (let length = Math.min(text.length, tag.length - 1); length > 0; length -= 1) {
    if (tag.startsWith(text.slice(text.length - length))) return length;
  }
  return 0;
}
