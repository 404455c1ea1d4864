// Calls written as Python lists, and what is none.

import { expect, test } from 'vitest';
import { parsePythonCalls, PythonEnd } from './python-calls.ts';

const name = 'f';

test.each([
  ['[f()]', [{ name, input: {} }]],
  [
    '[f(), g()]',
    [
      { name, input: {} },
      { name: 'g', input: {} },
    ],
  ],
  [' [ f ( a = 1 , ) , ] ', [{ name, input: { a: 1 } }]],
  ['[get-weather(city="Paris")]', [{ name: 'get-weather', input: { city: 'Paris' } }]],
  ['[f(a=-1, b=2.5, c=1e3, d=1_000)]', [{ name, input: { a: -1, b: 2.5, c: 1000, d: 1000 } }]],
  ['[f(a=True, b=False, c=None)]', [{ name, input: { a: true, b: false, c: null } }]],
  ['[f(a=true, b=false, c=null)]', [{ name, input: { a: true, b: false, c: null } }]],
  [`[f(a='it"s', b="it's")]`, [{ name, input: { a: 'it"s', b: "it's" } }]],
  [String.raw`[f(a="\"\n\\\t\d")]`, [{ name, input: { a: '"\n\\\t\\d' } }]],
  [String.raw`[f(a="\xe9\u65e5\U0001f600")]`, [{ name, input: { a: 'é日😀' } }]],
  ['[f(a=[1, "b", [True]])]', [{ name, input: { a: [1, 'b', [true]] } }]],
  ['[f(a=(1, 2))]', [{ name, input: { a: [1, 2] } }]],
  [`[f(a={"b": {'c': 1}})]`, [{ name, input: { a: { b: { c: 1 } } } }]],
] as const)('%s is read', (text, calls) => {
  expect(parsePythonCalls(text)).toEqual(calls);
});

test.each([
  '[]',
  'f()',
  '[f(1)]',
  '[f(a=1]',
  '[f(a=b)]',
  '[f(a=1)] and so on',
  '[f(a="x)]',
  '[[f()]]',
  '[f(), 42]',
  '[(f(),)]',
  '{"a": f()}',
  String.raw`[f(a="\u12")]`,
  String.raw`[f(a="\Uffffffff")]`,
  `[f(a=${'['.repeat(500)}`,
])('%s is no list of calls', (text) => {
  expect(parsePythonCalls(text)).toBeUndefined();
});

test.each([
  ['[f(a="]")] and', 10],
  [String.raw`[f(a='\']')]x`, 12],
  ['[{"a": [1]}, (2)]]', 17],
])('%s ends at its own bracket in any pieces', (text, length) => {
  for (let at = 0; at < text.length; at += 1) {
    const end = new PythonEnd();
    const first = end.push(text.slice(0, at));
    expect(first ?? at + (end.push(text.slice(at)) ?? Number.NaN)).toBe(length);
  }
});
