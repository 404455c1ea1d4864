// A tool's schema made plain: references followed, alternatives decided, the type told.

import { isJsonObject as isObject } from '../../../protocol/api/json-object.ts';
import type { DocumentValue } from '../../../protocol/api/shape.ts';
import { schemaDepthMax } from '../../../limits.ts';

export { isObject };

export type Json = DocumentValue;
export type JsonObject = { readonly [key: string]: Json };
export type SchemaType =
  | 'object'
  | 'array'
  | 'string'
  | 'number'
  | 'integer'
  | 'boolean'
  | 'null'
  | 'any';

export interface PlainSchema {
  readonly type: SchemaType;
  /** The keywords, with those of `$ref`, `allOf` and the chosen alternative merged in. */
  readonly keywords: JsonObject;
  readonly values: readonly Json[] | undefined;
  readonly description: string;
  readonly properties: readonly (readonly [name: string, schema: Json])[];
  readonly required: ReadonlySet<string>;
  readonly items: Json;
}

/** A value as it stands in a sentence: without quotation marks. */
export function sayValue(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** `root` is where references are looked up. */
export function toPlain(schema: Json, root: Json): PlainSchema {
  const keywords = merge(schema, root, 0);
  const values = listOf(keywords['enum']) ?? constant(keywords);
  const properties = isObject(keywords['properties']) ? keywords['properties'] : {};
  const required = (listOf(keywords['required']) ?? []).filter((name) => typeof name === 'string');
  const items = listOf(keywords['items'])?.[0] ?? keywords['items'] ?? {};
  return {
    type: typeOf(keywords, values),
    keywords,
    values,
    description: typeof keywords['description'] === 'string' ? keywords['description'] : '',
    properties: Object.entries(properties),
    required: new Set(required),
    items,
  };
}

function merge(schema: Json, root: Json, depth: number): JsonObject {
  if (!isObject(schema) || depth > schemaDepthMax) return {};
  const { $ref, allOf, anyOf, oneOf, ...own } = schema;
  const parts: Json[] = [];
  if (typeof $ref === 'string') parts.push(lookUp($ref, root));
  parts.push(...(listOf(allOf) ?? []));
  const alternative = firstAlternative(listOf(anyOf) ?? listOf(oneOf) ?? [], root, depth);
  if (alternative !== undefined) parts.push(alternative);
  let merged: JsonObject = own;
  for (const part of parts) merged = combine(merge(part, root, depth + 1), merged);
  return merged;
}

/** An alternative with a shape of its own; `null` says only that the value may be left out. */
function firstAlternative(alternatives: readonly Json[], root: Json, depth: number): Json {
  const shaped = alternatives.find((one) => merge(one, root, depth + 1)['type'] !== 'null');
  return shaped ?? alternatives[0] ?? {};
}

function combine(base: JsonObject, over: JsonObject): JsonObject {
  const merged: Record<string, Json> = { ...base, ...over };
  if (isObject(base['properties']) && isObject(over['properties'])) {
    merged['properties'] = { ...base['properties'], ...over['properties'] };
  }
  const required = [...(listOf(base['required']) ?? []), ...(listOf(over['required']) ?? [])];
  if (required.length > 0) merged['required'] = [...new Set(required)];
  return merged;
}

function lookUp(reference: string, root: Json): Json {
  if (!reference.startsWith('#')) return {};
  let found: Json | undefined = root;
  for (const part of reference.slice(1).split('/').slice(1)) {
    const name = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
    found = isObject(found) ? found[name] : undefined;
  }
  return found ?? {};
}

function listOf(value: Json | undefined): readonly Json[] | undefined {
  return Array.isArray(value) ? (value as readonly Json[]) : undefined;
}

function constant(keywords: JsonObject): readonly Json[] | undefined {
  return keywords['const'] === undefined ? undefined : [keywords['const']];
}

const types: ReadonlySet<unknown> = new Set([
  'object',
  'array',
  'string',
  'number',
  'integer',
  'boolean',
  'null',
]);

function typeOf(keywords: JsonObject, values: readonly Json[] | undefined): SchemaType {
  const { type } = keywords;
  const told = listOf(type)?.find((one) => one !== 'null') ?? type;
  if (types.has(told)) return told as SchemaType;
  if (keywords['properties'] !== undefined) return 'object';
  if (keywords['items'] !== undefined) return 'array';
  if (values?.every((value) => typeof value === 'string') === true) return 'string';
  return 'any';
}
