// Tokenising in slices: the same text, a bound, and a way out.

import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { embeddedTokenizeSliceCharsMax } from '../../limits.ts';
import { sliceText, tokenizePrompt } from './tokenize.ts';

const { signal } = new AbortController();
const words = (text: string): string[] => text.match(/ ?\S+|\s+/g) ?? [];

test('slices join to the text, are bounded and never split a character', () => {
  const text = fc.array(fc.constantFrom('word ', 'a', '👋', '\n', '   ', 'x'.repeat(500)), {
    maxLength: 400,
  });
  fc.assert(
    fc.property(text, (pieces) => {
      const whole = pieces.join('').repeat(20);
      const slices = Array.from(sliceText(whole));
      expect(slices.join('')).toBe(whole);
      expect(slices.every((slice) => slice.length <= embeddedTokenizeSliceCharsMax)).toBe(true);
      expect(slices.every((slice) => slice.isWellFormed())).toBe(true);
    }),
    { numRuns: 50 },
  );
});

test('words are not cut', async () => {
  const text = 'word and another '.repeat(5_000);
  const options = { tokenize: words, tokensMax: Infinity, signal };
  const { tokens } = await tokenizePrompt([[{ text }]], options);
  expect(tokens).toEqual(words(text));
});

test('messages are told apart, control tokens pass as they are', async () => {
  const prompt = await tokenizePrompt(
    [[{ control: ['<user>'] }, { text: 'hello there' }], [{ control: ['<answer>'] }]],
    { tokenize: words, tokensMax: 4, signal },
  );
  expect(prompt).toEqual({ tokens: ['<user>', 'hello', ' there', '<answer>'], starts: [0, 3] });
});

test('a prompt that is too long is refused before it is read to its end', async () => {
  let calls = 0;
  const tokenize = (text: string): string[] => {
    calls += 1;
    return words(text);
  };
  const text = 'word '.repeat(1_000_000);
  await expect(
    tokenizePrompt([[{ text }]], { tokenize, tokensMax: 3_000, signal }),
  ).rejects.toMatchObject({
    name: 'ValidationException',
    message: 'Input is too long for requested model.',
  });
  expect(calls).toBeLessThan(4);
});

test('others run between the slices, and an abort ends the work', async () => {
  const controller = new AbortController();
  setImmediate(() => controller.abort(new Error('enough')));
  const options = { tokenize: words, tokensMax: Infinity, signal: controller.signal };
  await expect(tokenizePrompt([[{ text: 'word '.repeat(100_000) }]], options)).rejects.toThrow(
    'enough',
  );
});
