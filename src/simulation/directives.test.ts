// Directives, found in text and told from what only looks like them.

import { expect, test } from 'vitest';
import { findDirectives } from './directives.ts';

const tools = new Set(['get', 'put_it-2']);

test.each([
  ['[[call get]]', [['get', undefined]]],
  ['[[call get {}]]', [['get', {}]]],
  ['[[call get{"a":1}]]', [['get', { a: 1 }]]],
  ['[[call  get\n{"a": 1}\n]]', [['get', { a: 1 }]]],
  ['x [[call put_it-2 {"a":"]]"}]] y', [['put_it-2', { a: ']]' }]]],
  [String.raw`[[call get {"a":"\"}]]"}]]`, [['get', { a: '"}]]' }]]],
  ['[[call get {"a":{"b":[{}]}}]]', [['get', { a: { b: [{}] } }]]],
  [
    '[[call get {"n":1}]][[call get {"n":2}]]',
    [
      ['get', { n: 1 }],
      ['get', { n: 2 }],
    ],
  ],
  ['[[call [[call get]]', [['get', undefined]]],
  ['[[call get {oops}]] [[call get]]', [['get', undefined]]],
  ['[[call get {"a":1}] ]]', []],
  ['[[call get [1]]]', []],
  ['[[call get "x"]]', []],
  ['[[call get {"a":1} extra]]', []],
  ['[[call get', []],
  ['[[call get {', []],
  ['[[call get {"a', []],
  ['[[callget]]', []],
  ['[[call Get]]', []],
  ['[[call get.it]]', []],
  ['[call get]', []],
  ['[[call other]]', []],
  ['[[call other {"a":"[[call get]]"}]]', []],
])('%j holds the directives %j', (text, directives) => {
  expect(findDirectives(text, tools).map(({ name, input }) => [name, input])).toEqual(directives);
});

test('a text full of directives that never close is given up as text', () => {
  expect(findDirectives('[[call get {"'.repeat(200_000), tools)).toEqual([]);
});
