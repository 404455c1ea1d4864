// A JSON schema with its references followed, its allOf merged and its alternatives chosen.

import { isJsonObject } from '../protocol/api/json-object.ts';
import type { DocumentValue } from '../protocol/api/shape.ts';

export interface SchemaObject {
  readonly [keyword: string]: DocumentValue;
}

/** One reading of a schema. References can multiply without end, so its steps are counted. */
export interface SchemaWalk {
  readonly root: DocumentValue | undefined;
  stepsLeft: number;
}

export interface ResolvedSchema {
  readonly schema: SchemaObject;
  /** Every reference on the way here: one that comes again has no end. */
  readonly references: ReadonlySet<string>;
}

/**
 * One plain schema: `$ref` followed, `allOf` merged, of `anyOf` and `oneOf` the first that is not
 * null merged too. Undefined where the references run in a circle.
 */
export function resolveSchema(
  schema: DocumentValue | undefined,
  walk: SchemaWalk,
  references: ReadonlySet<string>,
): ResolvedSchema | undefined {
  const followed = new Set(references);
  const resolved = resolve(schema, { walk, references, followed });
  return resolved === undefined ? undefined : { schema: resolved, references: followed };
}

interface Place {
  readonly walk: SchemaWalk;
  /** The references above this schema; siblings may follow the same one. */
  readonly references: ReadonlySet<string>;
  readonly followed: Set<string>;
}

function resolve(schema: DocumentValue | undefined, place: Place): SchemaObject | undefined {
  if (place.walk.stepsLeft === 0) return undefined;
  place.walk.stepsLeft -= 1;
  if (!isJsonObject(schema)) return schema === false ? { type: 'null' } : {};
  const { $ref, allOf, anyOf, oneOf, ...plain } = schema;
  const parts: (SchemaObject | undefined)[] = [plain];
  if (typeof $ref === 'string') parts.push(resolveReference($ref, place));
  for (const part of listOf(allOf)) parts.push(resolve(part, place));
  for (const alternatives of [anyOf, oneOf]) {
    if (Array.isArray(alternatives)) parts.push(choose(listOf(alternatives), place));
  }
  return mergeAll(parts);
}

function resolveReference(reference: string, place: Place): SchemaObject | undefined {
  if (place.references.has(reference)) return undefined;
  place.followed.add(reference);
  const references = new Set(place.references).add(reference);
  return resolve(follow(reference, place.walk.root), { ...place, references });
}

/** What a pointer into the document names; without such a place, a schema that allows all. */
function follow(reference: string, root: DocumentValue | undefined): DocumentValue | undefined {
  if (!reference.startsWith('#')) return undefined;
  let found = root;
  for (const step of decodePointer(reference.slice(1)).split('/').slice(1)) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined;
    found = (found as SchemaObject)[key];
  }
  return found;
}

function decodePointer(pointer: string): string {
  try {
    return decodeURIComponent(pointer);
  } catch {
    // A stray per cent sign is no encoding: the name holds it.
    return pointer;
  }
}

function listOf(value: DocumentValue | undefined): readonly DocumentValue[] {
  return Array.isArray(value) ? (value as readonly DocumentValue[]) : [];
}

/** The first that is not null and has an end; null where that is all there is. */
function choose(alternatives: readonly DocumentValue[], place: Place): SchemaObject | undefined {
  let last: SchemaObject | undefined;
  for (const alternative of alternatives) {
    const resolved = resolve(alternative, place);
    if (resolved !== undefined && !isNullOnly(resolved)) return resolved;
    last ??= resolved;
  }
  return last;
}

function isNullOnly(schema: SchemaObject): boolean {
  const values = schema['enum'];
  if (Array.isArray(values)) return values.length > 0 && values.every((value) => value === null);
  return schema['type'] === 'null' || schema['const'] === null;
}

function mergeAll(parts: readonly (SchemaObject | undefined)[]): SchemaObject | undefined {
  let merged: SchemaObject = {};
  for (const part of parts) {
    if (part === undefined) return undefined;
    merged = merge(merged, part);
  }
  return merged;
}

/** Both schemas must hold; of two values for a keyword that cannot both be, the first stays. */
function merge(left: SchemaObject, right: SchemaObject): SchemaObject {
  const merged = new Map(Object.entries(left));
  for (const [keyword, value] of Object.entries(right)) {
    const present = merged.get(keyword);
    merged.set(keyword, present === undefined ? value : mergeKeyword(keyword, present, value));
  }
  return Object.fromEntries(merged);
}

function mergeKeyword(keyword: string, left: DocumentValue, right: DocumentValue): DocumentValue {
  switch (keyword) {
    case 'properties':
      return isJsonObject(left) && isJsonObject(right) ? mergeProperties(left, right) : left;
    case 'required':
      return [...new Set([...listOf(left), ...listOf(right)])];
    case 'enum':
      return listOf(left).filter((value) => listOf(right).includes(value));
    case 'type':
      return narrowType(left, right);
    case 'items':
      return { allOf: [left, right] };
    case 'minimum':
    case 'exclusiveMinimum':
    case 'minItems':
      return Math.max(Number(left), Number(right));
    case 'maximum':
    case 'exclusiveMaximum':
      return Math.min(Number(left), Number(right));
    default:
      return left;
  }
}

function mergeProperties(left: SchemaObject, right: SchemaObject): SchemaObject {
  const merged = new Map(Object.entries(left));
  for (const [name, schema] of Object.entries(right)) {
    const present = merged.get(name);
    merged.set(name, present === undefined ? schema : { allOf: [present, schema] });
  }
  return Object.fromEntries(merged);
}

/** The types that both allow; an integer is a number. */
function narrowType(left: DocumentValue, right: DocumentValue): DocumentValue {
  const lefts = typesOf(left);
  const rights = typesOf(right);
  const shared = lefts.flatMap((type) => {
    if (rights.includes(type)) return [type];
    if (type === 'integer' && rights.includes('number')) return [type];
    return type === 'number' && rights.includes('integer') ? ['integer'] : [];
  });
  return shared.length === 1 ? (shared[0] ?? left) : shared;
}

function typesOf(type: DocumentValue): readonly DocumentValue[] {
  return Array.isArray(type) ? (type as readonly DocumentValue[]) : [type];
}
