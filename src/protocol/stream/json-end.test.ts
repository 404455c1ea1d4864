// Where JSON is whole, however it is cut.

import fc from 'fast-check';
import { expect, test } from 'vitest';

import { JsonEnd } from './json-end.ts';

function wholeOf(pieces: readonly string[]): string | undefined {
  const end = new JsonEnd();
  let text = '';
  for (const piece of pieces) {
    text += piece.slice(0, end.push(piece));
    if (end.isWhole) return text;
  }
  return undefined;
}

test('objects, arrays and strings end with their last character, numbers with a blank', () => {
  expect(wholeOf(['{"a": "}', '\\"]"}\n\n'])).toBe('{"a": "}\\"]"}');
  expect(wholeOf(['[1, [2]]', ' '])).toBe('[1, [2]]');
  expect(wholeOf(['"a b" '])).toBe('"a b"');
  expect(wholeOf(['12', '3\n'])).toBe('123');
  expect(wholeOf(['{"a": [1'])).toBeUndefined();
});

test('any JSON is found whole in any pieces', () => {
  fc.assert(
    fc.property(fc.json(), fc.array(fc.nat(), { maxLength: 5 }), (json, cuts) => {
      const text = `${json}\n  `;
      const ordered = cuts.map((cut) => cut % text.length).toSorted((a, b) => a - b);
      const pieces = [0, ...ordered].map((from, index) => text.slice(from, ordered[index]));
      expect(wholeOf(pieces)).toBe(json);
    }),
  );
});
