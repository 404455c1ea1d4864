// Gives the values of a call the types that the tool's schema asks for: Llama quotes its numbers.

import type { DocumentValue } from '../../../protocol/api/shape.ts';
import { isJsonObject } from '../native-json.ts';

/** Texts become numbers and booleans where the schema knows no text there; all else stays. */
export function coerceInput(value: DocumentValue, schema: unknown): DocumentValue {
  if (!isJsonObject(schema)) return value;
  if (typeof value === 'string') return coerceText(value, schema['type']);
  if (isList(value)) return value.map((item) => coerceInput(item, schema['items']));
  if (!isJsonObject(value)) return value;
  const { properties } = schema;
  if (!isJsonObject(properties)) return value;
  const members = Object.entries(value).map(([name, inner]) => [
    name,
    Object.hasOwn(properties, name) ? coerceInput(inner, properties[name]) : inner,
  ]);
  return Object.fromEntries(members) as DocumentValue;
}

function coerceText(text: string, type: unknown): DocumentValue {
  if (type === 'integer') return toInteger(text) ?? text;
  if (type === 'number') return toNumber(text) ?? text;
  if (type === 'boolean') return booleans.get(text) ?? text;
  return text;
}

// As Python writes them, too.
const booleans: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
  ['True', true],
  ['False', false],
]);

function toInteger(text: string): number | undefined {
  const number = toNumber(text);
  return Number.isSafeInteger(number) ? number : undefined;
}

function toNumber(text: string): number | undefined {
  if (!/^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text)) return undefined;
  const number = Number(text);
  return Number.isFinite(number) ? number : undefined;
}

function isList(value: DocumentValue): value is readonly DocumentValue[] {
  return Array.isArray(value);
}
