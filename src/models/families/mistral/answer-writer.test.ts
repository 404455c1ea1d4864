import { expect, test } from 'vitest';
import { createAnswerWriter } from './answer-writer.ts';
import { promptFormatOf } from './prompt-format.ts';

const call = { toolUseId: 'VvvODy9mT', name: 'add', input: { a: 1 } };
const json = '{"name": "add", "arguments": {"a": 1}, "id": "VvvODy9mT"}';
const third = promptFormatOf('mistral-v3');

test('a text begins with the blank of the tokenizer, but for one that is gone on with', () => {
  expect(createAnswerWriter(third, false).text('Hi', 0)).toBe(' Hi');
  const begun = createAnswerWriter(third, true);
  expect([begun.text('Hi', 0), begun.call(call), begun.text('So', 2)]).toEqual([
    'Hi',
    `[TOOL_CALLS] [${json}`,
    '] So',
  ]);
});

test('calls beside one another are one list, which ends before text and with the answer', () => {
  const writer = createAnswerWriter(third, false);
  const pieces = [writer.call(call), writer.call(call), writer.text('', 2), writer.text('a', 2)];
  expect([...pieces, writer.text('b', 2), writer.text('c', 3), writer.end()]).toEqual([
    `[TOOL_CALLS] [${json}`,
    `, ${json}`,
    '',
    '] a',
    'b',
    '\nc',
    '',
  ]);
  writer.call(call);
  expect(writer.end()).toBe(']');
});

test('the second template writes no IDs', () => {
  const writer = createAnswerWriter(promptFormatOf('mistral-v2'), false);
  expect(writer.call(call)).toBe('[TOOL_CALLS] [{"name": "add", "arguments": {"a": 1}}');
});
