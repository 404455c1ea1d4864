// A sample of a JSON schema: the smallest plain value that the schema asks for.

import { isJsonObject } from '../protocol/api/json-object.ts';
import type { DocumentValue } from '../protocol/api/shape.ts';
import { sampleDepthMax, sampleStepsMax } from '../limits.ts';
import { resolveSchema, type SchemaObject, type SchemaWalk } from './schema.ts';

/** The sample; null where the schema can have none, such as one that requires itself. */
export function sample(schema: DocumentValue | undefined): DocumentValue {
  const walk = { root: schema, stepsLeft: sampleStepsMax };
  const place = { walk, references: new Set(['#']), name: undefined, depth: 0 };
  return sampleOf(schema, place) ?? null;
}

interface Place {
  readonly walk: SchemaWalk;
  /** The references that led here. */
  readonly references: ReadonlySet<string>;
  /** The name of the property that the value is for. */
  readonly name: string | undefined;
  readonly depth: number;
}

/** Undefined where following the schema has no end. */
function sampleOf(schema: DocumentValue | undefined, place: Place): DocumentValue | undefined {
  if (place.depth > sampleDepthMax) return undefined;
  const own = isJsonObject(schema) ? givenValue(schema) : undefined;
  if (own !== undefined) return own;
  const resolved = resolveSchema(schema, place.walk, place.references);
  if (resolved === undefined) return undefined;
  const given = givenValue(resolved.schema);
  if (given !== undefined) return given;
  return typedValue(resolved.schema, { ...place, references: resolved.references });
}

function inside(place: Place, name?: string): Place {
  return { ...place, name, depth: place.depth + 1 };
}

function givenValue(schema: SchemaObject): DocumentValue | undefined {
  const { examples } = schema;
  const given = [schema['const'], schema['default'], first(examples), first(schema['enum'])];
  return given.find((value) => value !== undefined);
}

function first(values: DocumentValue | undefined): DocumentValue | undefined {
  return Array.isArray(values) ? (values as readonly DocumentValue[])[0] : undefined;
}

function typedValue(schema: SchemaObject, place: Place): DocumentValue | undefined {
  switch (typeOf(schema)) {
    case 'object':
      return objectValue(schema, place);
    case 'array':
      return arrayValue(schema, place);
    case 'integer':
      return numberValue(schema, true);
    case 'number':
      return numberValue(schema, false);
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return place.name ?? 'string';
  }
}

const hints: Readonly<Record<string, readonly string[]>> = {
  object: ['properties', 'required', 'additionalProperties', 'patternProperties'],
  array: ['items', 'prefixItems', 'minItems', 'maxItems', 'uniqueItems'],
  number: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
};

/** The first type that is not null; a schema without one is of the type its keywords speak of. */
function typeOf(schema: SchemaObject): string {
  const { type } = schema;
  const types: readonly unknown[] = Array.isArray(type) ? type : [type];
  const named = types.filter((candidate) => typeof candidate === 'string');
  if (named.length > 0) return named.find((candidate) => candidate !== 'null') ?? 'null';
  const hinted = Object.entries(hints).find(([, words]) => words.some((word) => word in schema));
  return hinted?.[0] ?? 'string';
}

function objectValue(schema: SchemaObject, place: Place): DocumentValue | undefined {
  const { properties, required } = schema;
  const known = isJsonObject(properties) ? properties : {};
  const entries: (readonly [string, DocumentValue])[] = [];
  for (const name of Array.isArray(required) ? new Set<unknown>(required) : []) {
    if (typeof name !== 'string') continue;
    const property = Object.hasOwn(known, name) ? known[name] : true;
    const value = sampleOf(property, inside(place, name));
    if (value === undefined) return undefined;
    entries.push([name, value]);
  }
  return Object.fromEntries(entries);
}

function arrayValue(schema: SchemaObject, place: Place): DocumentValue | undefined {
  const { minItems } = schema;
  const count = typeof minItems === 'number' ? minItems : 1;
  const values: DocumentValue[] = [];
  for (let index = 0; index < count; index += 1) {
    const value = sampleOf(itemSchema(schema, index), inside(place));
    // A list that need not have the item ends what would have no end.
    if (value === undefined) return typeof minItems === 'number' ? undefined : [];
    values.push(value);
  }
  return values;
}

function itemSchema(schema: SchemaObject, index: number): DocumentValue | undefined {
  const { items, prefixItems } = schema;
  const tuple = Array.isArray(prefixItems) ? prefixItems : items;
  if (!Array.isArray(tuple)) return items;
  const listed = tuple as readonly DocumentValue[];
  if (index < listed.length) return listed[index];
  return tuple === items ? schema['additionalItems'] : items;
}

/** 0, or the bound nearest to it. */
function numberValue(schema: SchemaObject, isInteger: boolean): number {
  const step = numberOf(schema['multipleOf']) ?? (isInteger ? 1 : undefined);
  const least = lowerBound(schema, step);
  if (least > 0) return least;
  const most = -lowerBound(mirrored(schema), step);
  return most < 0 ? most : 0;
}

/** The least value that the schema allows, on its step; what is under 0 does not matter. */
function lowerBound(schema: SchemaObject, step: number | undefined): number {
  const minimum = numberOf(schema['minimum']) ?? -Infinity;
  const exclusive = exclusiveBound(schema);
  const bound = Math.max(minimum, exclusive);
  if (bound < 0) return bound;
  const onStep = step === undefined ? bound : roundUp(bound, step);
  if (onStep > exclusive) return onStep;
  if (step !== undefined) return onStep + step;
  const maximum = numberOf(schema['maximum']) ?? numberOf(schema['exclusiveMaximum']) ?? Infinity;
  return bound + 1 <= maximum ? bound + 1 : (bound + maximum) / 2;
}

/** An old draft says `true` beside the bound that it excludes. */
function exclusiveBound(schema: SchemaObject): number {
  const { exclusiveMinimum, minimum } = schema;
  const bound = exclusiveMinimum === true ? minimum : exclusiveMinimum;
  return numberOf(bound) ?? -Infinity;
}

/** The same schema seen from the other side of 0, so that one function knows both bounds. */
function mirrored(schema: SchemaObject): SchemaObject {
  const swap = (name: string): DocumentValue => {
    const value = schema[name];
    return typeof value === 'number' ? -value : (value ?? null);
  };
  return {
    minimum: swap('maximum'),
    maximum: swap('minimum'),
    exclusiveMinimum: swap('exclusiveMaximum'),
    exclusiveMaximum: swap('exclusiveMinimum'),
  };
}

function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}

function numberOf(value: DocumentValue | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
