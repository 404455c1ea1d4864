// Schemas of structured output: what becomes a grammar, and what is refused.

import { expect, test } from 'vitest';

import { readTextFormat } from './structured-output.ts';

function read(schema: unknown, text = JSON.stringify(schema)) {
  const structure = { jsonSchema: { schema: text } };
  return readTextFormat({ outputConfig: { textFormat: { type: 'json_schema', structure } } });
}

test('references, alternatives and types in lists become what the grammar knows', () => {
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties: {
      a: { $ref: '#/$defs/a' },
      b: { type: ['string', 'null'], maxLength: 3 },
      c: { anyOf: [{ const: 1 }, { type: 'array', items: { type: 'boolean' }, minItems: 1 }] },
      d: { type: 'string', format: 'email', description: 'An address' },
    },
    required: ['a'],
    $defs: { a: { allOf: [{ type: 'string' }, { format: 'date' }] } },
  };
  expect(read(schema)).toEqual({
    type: 'object',
    properties: {
      a: { type: 'string', format: 'date' },
      b: { oneOf: [{ type: 'string', maxLength: 3 }, { type: 'null' }] },
      c: { oneOf: [{ enum: [1] }, { type: 'array', items: { type: 'boolean' }, minItems: 1 }] },
      d: { type: 'string' },
    },
    additionalProperties: false,
  });
  expect(readTextFormat({})).toBeUndefined();
});

test('what a grammar cannot promise is refused', () => {
  const where = 'The model returned the following errors: output_config.format.schema: ';
  const recursive = {
    $ref: '#/$defs/a',
    $defs: { a: { type: 'array', items: { $ref: '#/$defs/a' } } },
  };
  const cases: readonly (readonly [unknown, string])[] = [
    [
      { type: 'number', minimum: 1, maximum: 2 },
      "For 'number' type, properties maximum, minimum are not supported",
    ],
    [{ type: 'string', pattern: 'a' }, "For 'string' type, properties pattern are not supported"],
    [recursive, 'recursive schemas are not supported'],
    [{ enum: [{}] }, 'enum values must be strings, numbers or booleans'],
  ];
  for (const [schema, message] of cases) {
    expect(() => read(schema)).toThrow(where + message);
  }
  expect(() => read(undefined, '{')).toThrow('the schema is not JSON');
});
