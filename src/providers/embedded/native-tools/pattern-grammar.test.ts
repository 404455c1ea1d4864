// Which expressions become part of a grammar, and as what.

import { expect, test } from 'vitest';

import { toPatternBody } from './pattern-grammar.ts';

const inner = String.raw`"\\\x00-\x1F\x7F`;

test.each([
  ['^[0-9]{3}$', '([0-9]{3})'],
  [String.raw`^\d{1,5}-\w+?$`, '([0-9]{1,5} "-" [A-Za-z0-9_]+)'],
  ['^(red|green)?$', '(("red" | "green")?)'.replaceAll(/(\w{2,})"/g, '$1"')],
  ['a.c', `char* ("a" [^${inner}] "c") char*`],
  ['^[^/]+$', `([^/${inner}]+)`],
  [String.raw`^[\w.+-]+@x\.com$`, '([A-Za-z0-9_.+-]+ "@" "x" "." "c" "o" "m")'],
  ['^$', '("")'],
  ['a|b', 'char* ("a" | "b") char*'],
])('%s becomes a part of a grammar', (pattern, expected) => {
  const spelled = expected.replaceAll(/"(\w{2,})"/g, (_, word: string) =>
    Array.from(word, (letter) => `"${letter}"`).join(' '),
  );
  expect(toPatternBody(pattern)).toBe(spelled);
});

test.each([
  '^a|b$',
  '(?=a)b',
  '(?<n>a)',
  String.raw`(a)\1`,
  String.raw`\bword`,
  '^["x]$',
  '^"$',
  'a^b',
  '(a',
  'a{500}',
  String.raw`^[\s]$`,
])('%s is left to the validator', (pattern) => {
  expect(toPatternBody(pattern)).toBeUndefined();
});
