// Tokens: words with the white space before them.

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { countOutputTokens, countTokens, splitCodePoints, splitTokens } from './tokens.ts';

test.each([
  ['', []],
  ['one', ['one']],
  [' one two', [' one', ' two']],
  ['one\n\n two \t', ['one', '\n\n two \t']],
  [' \n', [' \n']],
  ['a\u00a0b', ['a', '\u00a0b']],
])('the tokens of %j', (text, tokens) => {
  expect(splitTokens(text)).toEqual(tokens);
});

test('tokens, joined, are the text and as many as are counted', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', ' ', '\n', '😀', 'é') }), (text) => {
      const tokens = splitTokens(text);
      expect(tokens.join('')).toBe(text);
      expect(countTokens(text)).toBe(text.trim() === '' ? 0 : tokens.length);
    }),
  );
});

test('pieces are whole code points', () => {
  expect(splitCodePoints('a😀b', 2)).toEqual(['a😀', 'b']);
  expect(splitCodePoints('a😀b', 1)).toEqual(['a', '😀', 'b']);
  expect(splitCodePoints('', 3)).toEqual([]);
});

test('a long text of white space is split in no time', () => {
  const text = `a${' '.repeat(2_000_000)}`;
  expect(splitTokens(text)).toEqual([text]);
});

test.each([
  [[], 0],
  [[{ text: '' }], 1],
  [[{ text: 'one two' }, { toolUse: { toolUseId: 't', name: 'long name', input: {} } }], 3],
  [[{ reasoningContent: { reasoningText: { text: 'let me see', signature: 'a b' } } }], 3],
  [[{ reasoningContent: { redactedContent: new Uint8Array(9) } }], 1],
  [[{ citationsContent: { content: [{ text: 'a b' }, { text: 'c' }], citations: [] } }], 3],
])('the output tokens of %j are %d', (content, tokens) => {
  expect(countOutputTokens(content)).toBe(tokens);
});
