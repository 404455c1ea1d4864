// The least value that a schema allows: for what nobody has said anything about.

import { schemaDepthMax } from '../../../limits.ts';
import { type Json, type PlainSchema, toPlain } from './schema.ts';

/** The schema's own default or example first. Not always valid: whoever uses it looks. */
export function sample(schema: Json, root: Json, depth = 0): Json {
  const plain = toPlain(schema, root);
  const own = ownValue(plain);
  if (own !== undefined) return own;
  if (depth > schemaDepthMax) return null;
  switch (plain.type) {
    case 'object':
      return Object.fromEntries(
        [...plain.required].map((name) => {
          const member = plain.properties.find(([other]) => other === name)?.[1] ?? {};
          return [name, sample(member, root, depth + 1)];
        }),
      );
    case 'array':
      return Array.from({ length: countOf(plain, 'minItems') }, () =>
        sample(plain.items, root, depth + 1),
      );
    case 'string':
      return sampleString(plain);
    case 'number':
    case 'integer':
      return sampleNumber(plain);
    case 'boolean':
      return false;
    case 'any':
      return '';
    default:
      return null;
  }
}

/** What the schema itself proposes. */
export function ownValue({ keywords, values }: PlainSchema): Json | undefined {
  const { default: standard, examples } = keywords;
  if (standard !== undefined) return standard;
  if (Array.isArray(examples) && examples.length > 0) return examples[0] as Json;
  return values?.[0];
}

function countOf({ keywords }: PlainSchema, keyword: string): number {
  const value = keywords[keyword];
  return typeof value === 'number' && value > 0 && value < 100 ? value : 0;
}

function sampleString(plain: PlainSchema): string {
  switch (plain.keywords['format']) {
    case 'date':
      return '1970-01-01';
    case 'time':
      return '00:00:00Z';
    case 'date-time':
      return '1970-01-01T00:00:00Z';
    case 'email':
      return 'user@example.com';
    case 'uri':
      return 'https://example.com/';
    case 'uuid':
      return '00000000-0000-0000-0000-000000000000';
    case 'ipv4':
      return '127.0.0.1';
    default:
      return '-'.repeat(countOf(plain, 'minLength'));
  }
}

function sampleNumber({ keywords, type }: PlainSchema): number {
  const { minimum, exclusiveMinimum, maximum, exclusiveMaximum, multipleOf } = keywords;
  const step = typeof multipleOf === 'number' && multipleOf > 0 ? multipleOf : 1;
  const rounded = type === 'integer' && !Number.isInteger(step) ? 1 : step;
  if (typeof exclusiveMinimum === 'number') {
    return (Math.floor(exclusiveMinimum / rounded) + 1) * rounded;
  }
  if (typeof minimum === 'number') return Math.ceil(minimum / rounded) * rounded;
  if (typeof maximum === 'number' && maximum < 0) return Math.floor(maximum / rounded) * rounded;
  if (typeof exclusiveMaximum === 'number' && exclusiveMaximum <= 0) {
    return (Math.ceil(exclusiveMaximum / rounded) - 1) * rounded;
  }
  return 0;
}
