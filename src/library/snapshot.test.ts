import { expect, test } from 'vitest';
import { snapshot } from './snapshot.ts';

test.each([
  [
    { a: undefined, b: null, c: 0 },
    { b: null, c: 0 },
  ],
  [{ list: [1, undefined, null] }, { list: [1, null, null] }],
  [{ when: new Date(0) }, { when: '1970-01-01T00:00:00.000Z' }],
  [{ call: () => 1, name: 'x' }, { name: 'x' }],
  [{ deep: [{ text: 'a', image: undefined }] }, { deep: [{ text: 'a' }] }],
])('%j is what the wire would carry of it', (input, expected) => {
  expect(snapshot(input)).toStrictEqual(expected);
});

test('bytes stay bytes', () => {
  const bytes = new Uint8Array([1, 2, 3]);
  expect(snapshot({ source: { bytes } })).toEqual({ source: { bytes } });
});

test('a member named like the prototype is a member like any', () => {
  const input = JSON.parse('{"json": {"__proto__": {"admin": true}}}') as object;
  const { json } = snapshot(input);
  expect(Object.keys(json as object)).toEqual(['__proto__']);
  expect(Object.getPrototypeOf(json)).toBe(Object.prototype);
});

test('what holds itself is refused', () => {
  const input: Record<string, unknown> = {};
  input['self'] = input;
  expect(() => snapshot(input)).toThrow(/holds itself/);
});
