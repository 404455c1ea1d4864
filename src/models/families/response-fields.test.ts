// Members of a native answer by JSON pointers.

import { expect, test } from 'vitest';
import { responseFields } from './response-fields.ts';

const native = {
  stop_sequence: null,
  usage: { input_tokens: 3, 'a/b': 1, 'c~d': 2 },
  content: [{ text: 'Hi' }],
};

function fieldsAt(...pointers: readonly string[]) {
  const request = { additionalModelResponseFieldPaths: pointers };
  return responseFields(native, request).additionalModelResponseFields;
}

const cases: readonly (readonly [readonly string[], unknown])[] = [
  [[], undefined],
  [['/nothing', '/usage/nothing', '/content/9', '/stop_sequence/deeper', ''], undefined],
  [['/stop_sequence'], { stop_sequence: null }],
  [['/usage/input_tokens', '/usage/a~1b'], { usage: { input_tokens: 3, 'a/b': 1 } }],
  [['/usage/c~0d'], { usage: { 'c~d': 2 } }],
  [['/usage', '/usage/input_tokens'], { usage: native.usage }],
  [['/content'], { content: native.content }],
  [['/content/0/text'], { content: { 0: { text: 'Hi' } } }],
  [['/__proto__/x', '/constructor'], undefined],
];

test.each(cases)('%j are %j', (pointers, fields) => {
  expect(fieldsAt(...pointers)).toEqual(fields);
});

test('the answer itself stays as it is', () => {
  const before = structuredClone(native);
  fieldsAt('/usage', '/usage/input_tokens', '/content/0/text');
  expect(native).toEqual(before);
});
