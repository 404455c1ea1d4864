// Samples of schemas: each keyword of the specification, and schemas made at random.

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DocumentValue } from '../protocol/api/shape.ts';
import { sample } from './sample.ts';

const object = (properties: Readonly<Record<string, DocumentValue>>) =>
  ({ type: 'object', properties, required: Object.keys(properties) }) as const;

test.each<[string, DocumentValue, DocumentValue]>([
  ['const first', { const: 1, default: 2, examples: [3], enum: [4] }, 1],
  ['then default', { default: 2, examples: [3], enum: [4] }, 2],
  ['then an example', { examples: [3, 5], enum: [4] }, 3],
  ['then the enum', { enum: ['a', 'b'], type: 'string' }, 'a'],
  ['null where it is given', { default: null, enum: [1], type: 'integer' }, null],
  ['a null example', { examples: [null], enum: [1] }, null],
  ['past empty lists', { examples: [], enum: [], type: 'boolean' }, true],
  ['a boolean', { type: 'boolean' }, true],
  ['null', { type: 'null' }, null],
  ['a string', { type: 'string' }, 'string'],
  ['the first type that is not null', { type: ['null', 'integer'] }, 0],
  ['an integer', { type: 'integer' }, 0],
  ['a number between bounds', { type: 'number', minimum: -1, maximum: 1 }, 0],
  ['a minimum over 0', { type: 'integer', minimum: 3, maximum: 9 }, 3],
  ['a maximum under 0', { type: 'number', maximum: -2.5 }, -2.5],
  ['a minimum that is no integer', { type: 'integer', minimum: 2.5 }, 3],
  ['a maximum that is no integer', { type: 'integer', maximum: -2.5 }, -3],
  ['an exclusive minimum', { type: 'integer', exclusiveMinimum: 0 }, 1],
  ['an exclusive range', { type: 'number', exclusiveMinimum: 0, maximum: 1 }, 1],
  ['a narrow exclusive range', { type: 'number', exclusiveMinimum: 0, maximum: 0.5 }, 0.25],
  ['multiples', { type: 'integer', minimum: 3, multipleOf: 5 }, 5],
  ['an object without required properties', { type: 'object', properties: { a: {} } }, {}],
  [
    'required properties, strings by their names',
    object({ city: { type: 'string' }, inner: object({ deep: { type: 'string' } }) }),
    { city: 'city', inner: { deep: 'deep' } },
  ],
  ['a required property without schema', { type: 'object', required: ['x'] }, { x: 'x' }],
  ['an array', { type: 'array', items: { type: 'integer' } }, [0]],
  [
    'an array of minItems',
    { type: 'array', minItems: 3, items: { type: 'null' } },
    [null, null, null],
  ],
  ['an array that may be empty', { type: 'array', minItems: 0, items: {} }, []],
  [
    'items, which have no property',
    object({ tags: { type: 'array', items: { type: 'string' } } }),
    { tags: ['string'] },
  ],
  [
    'a tuple',
    { type: 'array', minItems: 2, prefixItems: [{ const: 1 }], items: { const: 2 } },
    [1, 2],
  ],
  ['a type that is only implied', { properties: { a: { const: 1 } }, required: ['a'] }, { a: 1 }],
  ['any value', true, 'string'],
])('a sample is %s', (_case, schema, expected) => {
  expect(sample(schema)).toEqual(expected);
});

test.each<[string, DocumentValue, DocumentValue]>([
  [
    '$ref followed, its name kept',
    { ...object({ home: { $ref: '#/$defs/place' } }), $defs: { place: { type: 'string' } } },
    { home: 'home' },
  ],
  [
    'a pointer with escapes followed',
    { $ref: '#/$defs/a~1b%20c', $defs: { 'a/b c': { const: 7 } } },
    7,
  ],
  ['what stands beside $ref', { $ref: '#/$defs/a', default: 2, $defs: { a: { const: 1 } } }, 2],
  [
    'allOf merged',
    {
      type: 'object',
      properties: { a: { type: 'integer' } },
      required: ['a'],
      allOf: [
        { properties: { b: { type: 'boolean' } }, required: ['b'] },
        { properties: { a: { minimum: 4 } } },
      ],
    },
    { a: 4, b: true },
  ],
  [
    'bounds merged',
    {
      allOf: [
        { type: 'number', minimum: 1 },
        { minimum: 5, type: 'integer' },
      ],
    },
    5,
  ],
  ['the first of anyOf that is not null', { anyOf: [{ type: 'null' }, { type: 'integer' }] }, 0],
  ['the first of oneOf', { oneOf: [{ type: 'boolean' }, { type: 'integer' }] }, true],
  ['null where it is all there is', { anyOf: [{ type: 'null' }] }, null],
  [
    'an alternative merged with the rest',
    { type: 'object', properties: { a: { const: 1 } }, oneOf: [{ required: ['a'] }] },
    { a: 1 },
  ],
  ['a default over its alternatives', { default: null, anyOf: [{ const: 1 }] }, null],
  [
    'a reference in an alternative',
    {
      anyOf: [{ $ref: '#/$defs/n' }, { $ref: '#/$defs/s' }],
      $defs: { n: { type: 'null' }, s: { type: 'string' } },
    },
    'string',
  ],
])('a sample has %s', (_case, schema, expected) => {
  expect(sample(schema)).toEqual(expected);
});

const node = object({
  name: { type: 'string' },
  children: { type: 'array', items: { $ref: '#/$defs/node' } },
});

test.each<[string, DocumentValue, DocumentValue]>([
  ['in a list', { $ref: '#/$defs/node', $defs: { node } }, { name: 'name', children: [] }],
  ['of the whole', object({ items: { type: 'array', items: { $ref: '#' } } }), { items: [] }],
  [
    'beside null',
    { ...object({ next: { anyOf: [{ $ref: '#' }, { type: 'null' }] } }) },
    { next: null },
  ],
  ['of nothing else', { $ref: '#' }, null],
  ['between two', { $ref: '#/a', a: { $ref: '#/b' }, b: { $ref: '#/a' } }, null],
])('a schema that recurs %s comes to an end', (_case, schema, expected) => {
  expect(sample(schema)).toEqual(expected);
});

test('a reference used twice side by side is no recursion', () => {
  const $defs = { point: object({ x: { type: 'number' } }) };
  const both = object({ from: { $ref: '#/$defs/point' }, to: { $ref: '#/$defs/point' } });
  expect(sample({ ...both, $defs })).toEqual({ from: { x: 0 }, to: { x: 0 } });
});

test('references that double at each step, and lists without end, are given up', () => {
  const $defs: Record<string, DocumentValue> = { d40: { type: 'string' } };
  for (let depth = 0; depth < 40; depth += 1) {
    const next = { $ref: `#/$defs/d${depth + 1}` };
    $defs[`d${depth}`] = object({ left: next, right: next });
  }
  expect(sample({ $ref: '#/$defs/d0', $defs })).toBe(null);
  expect(sample({ type: 'array', minItems: 1e12, items: { type: 'string' } })).toBe(null);
});

test('a property may have any name', () => {
  const schema = JSON.parse(
    '{"type":"object","properties":{"__proto__":{"const":1}},"required":["__proto__","toString"]}',
  ) as DocumentValue;
  expect(JSON.stringify(sample(schema))).toBe('{"__proto__":1,"toString":"toString"}');
});

type Schema = { readonly [key: string]: DocumentValue };

const schemas = fc.letrec<{ schema: Schema; leaf: Schema }>((tie) => ({
  leaf: fc.oneof(
    fc.constantFrom<Schema[]>({ type: 'string' }, { type: 'boolean' }, { type: 'null' }),
    fc.record({ enum: fc.array(fc.string(), { minLength: 1 }) }),
    fc
      .record({ low: fc.integer(), span: fc.nat(), type: fc.constantFrom('integer', 'number') })
      .map(({ low, span, type }) => ({ type, minimum: low, maximum: low + span })),
  ),
  schema: fc.oneof(
    { maxDepth: 4 },
    tie('leaf'),
    fc.dictionary(fc.string(), tie('schema'), { maxKeys: 4 }).map((inner) => object(inner)),
    fc.record({ type: fc.constant('array'), items: tie('schema'), minItems: fc.nat(3) }),
    fc.array(tie('schema'), { minLength: 1, maxLength: 3 }).map((anyOf) => ({ anyOf })),
  ),
}));

test('a sample of a simple schema is valid', () => {
  fc.assert(
    fc.property(schemas.schema, (schema) => {
      expect(isValid(schema, sample(schema))).toBe(true);
    }),
  );
});

/** An independent reading of the keywords that the generator above uses. */
function isValid(schema: DocumentValue, value: DocumentValue): boolean {
  const { type, anyOf, ...rest } = schema as Schema;
  if (anyOf !== undefined) return listOf(anyOf).some((inner) => isValid(inner, value));
  if (rest['enum'] !== undefined) return listOf(rest['enum']).includes(value);
  if (type === 'null') return value === null;
  if (type === 'object') return isValidObject(rest, value as Schema);
  if (type === 'array') {
    const values = listOf(value);
    const inner = rest['items'] ?? true;
    return values.length >= Number(rest['minItems']) && values.every((one) => isValid(inner, one));
  }
  if (type === 'string' || type === 'boolean') return typeof value === type;
  if (type === 'integer' && !Number.isInteger(value)) return false;
  return Number(value) >= Number(rest['minimum']) && Number(value) <= Number(rest['maximum']);
}

function isValidObject({ properties, required }: Schema, value: Schema): boolean {
  return listOf(required ?? []).every((name) => {
    if (typeof name !== 'string' || !Object.hasOwn(value, name)) return false;
    return isValid((properties as Schema)[name] ?? true, value[name] ?? null);
  });
}

function listOf(value: DocumentValue): readonly DocumentValue[] {
  expect(Array.isArray(value)).toBe(true);
  return value as readonly DocumentValue[];
}
