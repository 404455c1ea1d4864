// A prompt's parts as tokens, in slices between which others may run.

import { setImmediate } from 'node:timers/promises';

import { embeddedTokenizeSliceCharsMax } from '../../limits.ts';
import { ValidationException } from '../../protocol/errors.ts';

export type Part<Token> = { readonly control: readonly Token[] } | { readonly text: string };

export interface TokenizedPrompt<Token> {
  readonly tokens: readonly Token[];
  /** Where each message begins. */
  readonly starts: readonly number[];
}

export interface TokenizeOptions<Token> {
  readonly tokenize: (text: string) => readonly Token[];
  /** A prompt of more tokens is refused as soon as that is known. */
  readonly tokensMax: number;
  readonly signal: AbortSignal;
}

export async function tokenizePrompt<Token>(
  messages: readonly (readonly Part<Token>[])[],
  { tokenize, tokensMax, signal }: TokenizeOptions<Token>,
): Promise<TokenizedPrompt<Token>> {
  const tokens: Token[] = [];
  const starts: number[] = [];
  for (const parts of messages) {
    starts.push(tokens.length);
    for (const part of parts) {
      for (const slice of 'control' in part ? [part.control] : sliceText(part.text)) {
        for (const token of typeof slice === 'string' ? tokenize(slice) : slice) tokens.push(token);
        if (tokens.length > tokensMax) {
          throw new ValidationException('Input is too long for requested model.');
        }
        if (slice.length >= embeddedTokenizeSliceCharsMax / 2) await setImmediate();
        signal.throwIfAborted();
      }
    }
  }
  return { tokens, starts };
}

/** Cuts before a space, where tokenisers of every kind begin a new word; else anywhere. */
export function* sliceText(text: string): Generator<string> {
  let from = 0;
  while (text.length - from > embeddedTokenizeSliceCharsMax) {
    const to = cutBefore(text, from, from + embeddedTokenizeSliceCharsMax);
    yield text.slice(from, to);
    from = to;
  }
  if (from < text.length) yield text.slice(from);
}

function cutBefore(text: string, from: number, end: number): number {
  const middle = from + embeddedTokenizeSliceCharsMax / 2;
  for (let at = end; at > middle; at -= 1) {
    if (text[at] === ' ' && !/\s/.test(text.charAt(at - 1))) return at;
  }
  return /[\uD800-\uDBFF]/.test(text.charAt(end - 1)) ? end - 1 : end;
}
