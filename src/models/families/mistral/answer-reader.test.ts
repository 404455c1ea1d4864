import { expect, test } from 'vitest';
import { nativeCallCharsMax } from '../../../limits.ts';
import { AnswerReader } from './answer-reader.ts';
import type { AnswerReaderOptions } from './answer-reader.ts';

const options = { hasTools: true, isBegun: false };

/** What was heard: texts as they came, calls, and how it ended. */
function read(pieces: readonly string[], change: Partial<AnswerReaderOptions> = {}, isCut = false) {
  const heard: unknown[] = [];
  const reader = new AnswerReader(
    { ...options, ...change },
    {
      text: (text) => heard.push(text),
      call: ({ name, id, input }) => heard.push({ name, id, input }),
      malformed() {
        throw new Error('malformed');
      },
      cut: () => heard.push('(cut)'),
    },
  );
  for (const piece of pieces) reader.push(piece);
  reader.end(isCut);
  return heard;
}

/** The same with texts beside one another joined. */
function joined(heard: readonly unknown[]): readonly unknown[] {
  const items: unknown[] = [];
  for (const item of heard) {
    const before = items.at(-1);
    if (typeof item === 'string' && typeof before === 'string') items.splice(-1, 1, before + item);
    else items.push(item);
  }
  return items;
}

const add = { name: 'add', id: 'VvvODy9mT', input: '{"a":1}' };
const json = '{"name": "add", "arguments": {"a": 1}, "id": "VvvODy9mT"}';

const answers: readonly (readonly [string, string, readonly unknown[]])[] = [
  ['a text', ' Hello, you.', ['Hello, you.']],
  ['a text without its blank', 'Hello.', ['Hello.']],
  ['a text that begins with blanks', '  \n Hello. ', [' \n Hello. ']],
  ['brackets', ' a [1] [TOOL] [TOOL_CALL [[ b', ['a [1] [TOOL] [TOOL_CALL [[ b']],
  ['the beginning of a marker at the end', ' a [TOOL_CAL', ['a [TOOL_CAL']],
  ['nothing', '', []],
  ['blanks', ' \n', []],
  ['a call', `[TOOL_CALLS] [${json}]`, [add]],
  ['a call after blanks', ` \n[TOOL_CALLS]\n[ ${json} ]\n`, [add]],
  ['two calls', `[TOOL_CALLS] [${json}, ${json}]`, [add, add]],
  ['a call without a list', `[TOOL_CALLS] ${json}`, [add]],
  ['a list whose end is missing', `[TOOL_CALLS] [${json}`, [add]],
  ['text beside a call', ` I add.[TOOL_CALLS] [${json}] Done.`, ['I add.', add, 'Done.']],
  ['two lists', `[TOOL_CALLS] [${json}][TOOL_CALLS] [${json}]`, [add, add]],
  [
    'signs of JSON in texts of the input',
    String.raw`[TOOL_CALLS] [{"name": "add", "arguments": {"a": "]}\"{[,"}}]`,
    [{ name: 'add', id: undefined, input: String.raw`{"a":"]}\"{[,"}` }],
  ],
  ['no input', '[TOOL_CALLS] [{"name": "add"}]', [{ name: 'add', id: undefined, input: '{}' }]],
  [
    'an input that is text',
    String.raw`[TOOL_CALLS] [{"name": "add", "arguments": "{\"a\": 1"}]`,
    [{ name: 'add', id: undefined, input: '{"a": 1' }],
  ],
];

test.each(answers)('%s is heard the same, cut at any place', (_name, text, expected) => {
  expect(joined(read([text]))).toEqual(expected);
  expect(joined(read(text.split('')))).toEqual(expected);
  for (let at = 0; at <= text.length; at += 1) {
    expect(joined(read([text.slice(0, at), text.slice(at)]))).toEqual(expected);
  }
});

test('text goes on as soon as it can be no marker any more', () => {
  const heard: string[] = [];
  const reader = new AnswerReader(options, {
    text: (text) => heard.push(text),
    call: () => heard.push('call'),
    malformed() {
      throw new Error('malformed');
    },
    cut: () => heard.push('cut'),
  });
  const told = [' Hel', 'lo [', 'TOOL', '_X', ' [TOOL_CALLS', ']'].map((piece) => {
    reader.push(piece);
    return heard.splice(0).join('');
  });
  expect(told).toEqual(['Hel', 'lo ', '', '[TOOL_X', ' ', '']);
});

test('without tools the marker is text like any other', () => {
  const text = ` [TOOL_CALLS] [${json}]`;
  expect(read([text], { hasTools: false })).toEqual([text.slice(1)]);
});

test('an answer that goes on keeps its first blank', () => {
  expect(read([' and so on'], { isBegun: true })).toEqual([' and so on']);
});

test.each([
  ['no list', '[TOOL_CALLS] add(1)'],
  ['nothing', '[TOOL_CALLS]'],
  ['an empty list that does not end', '[TOOL_CALLS] ['],
  ['no call in the list', '[TOOL_CALLS] [1]'],
  ['a call without a name', '[TOOL_CALLS] [{"arguments": {}}]'],
  ['a call that is no JSON', '[TOOL_CALLS] [{name: "add"}]'],
  ['half a call', '[TOOL_CALLS] [{"name": "add"'],
])('%s after the marker is malformed', (_name, text) => {
  expect(() => read([text])).toThrow('malformed');
});

test.each([
  ['[TOOL_CALLS] [{"name": "add", "argu', ['(cut)']],
  [`[TOOL_CALLS] [${json}, {"na`, [add, '(cut)']],
  ['[TOOL_CALLS]', ['(cut)']],
  [' Hello', ['Hello']],
])('%s, stopped at the most tokens, is told as far as it is whole', (text, expected) => {
  expect(read([text], {}, true)).toEqual(expected);
});

test('a call that does not end is given up', () => {
  const long = '[TOOL_CALLS] [{"name": "' + 'a'.repeat(nativeCallCharsMax);
  expect(() => read([long])).toThrow('malformed');
});
