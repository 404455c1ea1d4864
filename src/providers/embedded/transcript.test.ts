// Where prompts are cut into pieces: alike for alike beginnings.

import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { embeddedPromptPieceTokens as pieceTokens } from '../../limits.ts';
import { pieceEnds } from './transcript.ts';

/** A prompt of messages of these lengths. */
function prompt(lengths: readonly number[]) {
  const starts: number[] = [];
  let total = 0;
  for (const length of lengths) {
    starts.push(total);
    total += length;
  }
  return { starts, tokens: Array.from({ length: total }, (_, index) => index) };
}

const lengths = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 8 });

test('pieces cover the prompt, are bounded, and end with each message', () => {
  fc.assert(
    fc.property(lengths, (lengths) => {
      const given = prompt(lengths);
      const ends = pieceEnds(given);
      expect(ends.at(-1)).toBe(given.tokens.length);
      for (const [index, end] of ends.entries()) {
        const length = end - (ends[index - 1] ?? 0);
        expect(length).toBeGreaterThan(0);
        expect(length).toBeLessThanOrEqual(pieceTokens);
      }
      expect(ends).toEqual(expect.arrayContaining(given.starts.slice(1)));
    }),
  );
});

test('a longer conversation is cut as its beginning was', () => {
  fc.assert(
    fc.property(lengths, lengths, (lengths, more) => {
      const shorter = pieceEnds(prompt(lengths));
      expect(pieceEnds(prompt([...lengths, ...more])).slice(0, shorter.length)).toEqual(shorter);
    }),
  );
});
