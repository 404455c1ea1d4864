// What of a message can be a value, as tables.

import { expect, test } from 'vitest';

import { namedValues, numbersIn, quotationsIn, stringsIn, toolStemsOf } from './candidates.ts';
import { toPlain, type Json } from './schema.ts';

function values(text: string, name: string, rest: { [key: string]: Json } = {}): unknown[] {
  const schema = toPlain({ type: 'string', ...rest }, {});
  const toolStems = toolStemsOf('get_weather', 'Get the current weather in a city');
  return stringsIn(text, { name, schema, toolStems, now: 0 }).map(({ value }) => value);
}

test('numbers stand for themselves, not in codes, dates, times or words', () => {
  const cases: readonly (readonly [string, number[]])[] = [
    ['at most 5 of 1,250 for -3.5', [5, 1250, -3.5]],
    ['product KX-7741 on web-03 at 2026-11-30, 19:30', []],
    ['three boxes and twelve bottles', [3, 12]],
    ['Roll 3 dice with 20 sides.', [3, 20]],
    ['no numbers here', []],
    ['5 and 5 again', [5]],
  ];
  for (const [text, numbers] of cases) expect(numbersIn(text), text).toEqual(numbers);
});

test('quotations of several languages are found', () => {
  expect(quotationsIn('say "a b", “c”, „d“ and «e»')).toEqual(['a b', 'c', 'd', 'e']);
  expect(quotationsIn("Luigi's and Anna's")).toEqual([]);
});

test('the values of a choice are found as whole words, in any case', () => {
  expect(namedValues('Show me all SHIPPED orders', ['shipped', 'ship', 'pending'])).toEqual([
    'shipped',
  ]);
  expect(namedValues('something in_transit', ['in_transit'])).toEqual(['in_transit']);
  expect(namedValues('a.b', ['a+b', 'a.b'])).toEqual(['a.b']);
});

test('a name is never cut in two, and what asks for the tool is no value', () => {
  expect(values('Check the weather in Buenos Aires', 'city')).not.toContain('Buenos');
  expect(values("What's the weather in Seattle?", 'city')).toEqual(['Seattle']);
});

test('a member of a shape takes only what has it', () => {
  expect(values('Write to ann@b.org, please', 'to', { description: 'Email address' })).toEqual([
    'ann@b.org',
  ]);
  expect(values('on December 3, 2026 or 2026-12-04', 'day', { format: 'date' })).toEqual([
    '2026-12-03',
    '2026-12-04',
  ]);
  expect(values('Please compute (15 + 9) / 4 now', 'expression')).toEqual(['(15 + 9) / 4']);
  expect(values('restart web-03.example.net please', 'host')).toEqual(['web-03.example.net']);
});

test('a text without words has no candidates', () => {
  for (const text of ['', '?!', 'the of in']) expect(values(text, 'city')).toEqual([]);
});
