// Enumerations in messages.

import { expect, test } from 'vitest';

import { companionsOf, itemsIn } from './lists.ts';

test('the items of an enumeration are told from what stands around them', () => {
  const stems = new Set(['add', 'items', 'shoppi', 'list']);
  const cases: readonly (readonly [string, string[]])[] = [
    ['Add milk, bread and eggs to my shopping list.', ['milk', 'bread', 'eggs']],
    ['We are out of butter and coffee.', ['butter', 'coffee']],
    ['Add "buy stamps" and "call the bank".', ['buy stamps', 'call the bank']],
    ['Add milk.', []],
  ];
  for (const [text, items] of cases) expect(itemsIn(text, stems), text).toEqual(items);
});

test('values of one kind in one breath are companions', () => {
  expect(companionsOf('Paris', 'The weather in Paris and in Rome?')).toEqual(['Rome']);
  expect(companionsOf('12', 'Look up orders 12, 15 and 19.')).toEqual(['15', '19']);
  expect(companionsOf('Paris', 'The weather in Paris and call Anna')).toEqual([]);
  expect(companionsOf('Lisbon', 'Flights from Lisbon to Oslo')).toEqual([]);
});
