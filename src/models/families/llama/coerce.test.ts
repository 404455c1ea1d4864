// The types of a call's values.

import { expect, test } from 'vitest';
import { coerceInput } from './coerce.ts';

const schema = {
  type: 'object',
  properties: {
    days: { type: 'integer' },
    degrees: { type: 'number' },
    exact: { type: 'boolean' },
    city: { type: 'string' },
    either: { type: ['integer', 'string'] },
    list: { type: 'array', items: { type: 'integer' } },
    inner: { type: 'object', properties: { days: { type: 'integer' } } },
  },
};

test.each([
  [{ days: '10' }, { days: 10 }],
  [{ days: '-3' }, { days: -3 }],
  [{ days: '1.5' }, { days: '1.5' }],
  [{ days: 'ten' }, { days: 'ten' }],
  [{ days: '' }, { days: '' }],
  [{ days: '0x10' }, { days: '0x10' }],
  [{ days: '12345678901234567890' }, { days: '12345678901234567890' }],
  [{ degrees: '1.5' }, { degrees: 1.5 }],
  [{ degrees: '1e400' }, { degrees: '1e400' }],
  [{ exact: 'true' }, { exact: true }],
  [{ exact: 'False' }, { exact: false }],
  [{ exact: 'yes' }, { exact: 'yes' }],
  [{ city: '10' }, { city: '10' }],
  [{ either: '10' }, { either: '10' }],
  [{ list: ['1', 2, 'x'] }, { list: [1, 2, 'x'] }],
  [{ inner: { days: '2', other: '2' } }, { inner: { days: 2, other: '2' } }],
  [
    { unknown: '10', constructor: '1' },
    { unknown: '10', constructor: '1' },
  ],
] as const)('%j becomes %j', (input, expected) => {
  expect(coerceInput(input, schema)).toEqual(expected);
});

test.each([undefined, true, { type: 'object' }, { properties: [] }])(
  'a schema that names no types changes nothing: %j',
  (it) => {
    expect(coerceInput({ days: '10' }, it)).toEqual({ days: '10' });
  },
);
