import fc from 'fast-check';
import { expect, test } from 'vitest';
import { spacedJson, spacedText } from './spaced-json.ts';

test.each([
  [{}, '{}'],
  [[], '[]'],
  [{ a: 1, b: [true, null, 'x'] }, '{"a": 1, "b": [true, null, "x"]}'],
  [{ 'a:b': 'c,d' }, '{"a:b": "c,d"}'],
  [{ a: 'say "b", \\ c' }, String.raw`{"a": "say \"b\", \\ c"}`],
  [{ a: 'line\nbreak é 日本 😀' }, String.raw`{"a": "line\nbreak é 日本 😀"}`],
  ['text', '"text"'],
])('%j is %s', (value, expected) => {
  expect(spacedJson(value)).toBe(expected);
});

test.each([
  ['{ "a" :1.0,\n"b":12345678901234567890 }', '{"a": 1.0, "b": 12345678901234567890}'],
  [String.raw`["\u00e9", "\u0041"]`, '["é", "A"]'],
  [' 7 ', '7'],
  [String.raw`"a\\"`, String.raw`"a\\"`],
  ['{"a": 1', undefined],
  ['plain', undefined],
  ['', undefined],
])('the text %j is %j', (text, expected) => {
  expect(spacedText(text)).toBe(expected);
});

test('spacing changes no value', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      expect(JSON.parse(spacedJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('texts may be as long as a body', () => {
  const text = JSON.stringify(['a"'.repeat(2_000_000)]);
  expect(spacedText(text)).toBe(text);
});
