// Reads values of native formats leniently: what is not of the kind asked for is absent.

import { jsonDepthMax } from '../../limits.ts';
import { isJsonObject } from '../../protocol/api/json-object.ts';
import type { DocumentValue } from '../../protocol/api/shape.ts';
import { nestsDeeper } from '../../protocol/validation/depth.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

export { isJsonObject };

/** The object, or an empty one. */
export function objectOf(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

export function stringOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** A count of tokens, zero where none is said. */
export function countOf(value: unknown): number {
  return typeof value === 'number' && value >= 0 ? Math.trunc(value) : 0;
}

/** The list, or an empty one. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

/** The list's texts; a single text is a list of one. */
export function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return listOf(value).filter((item) => typeof item === 'string');
}

/** The JSON value of a text, undefined where it is none, or nests too deep to be gone into. */
export function parseNative(text: string): DocumentValue | undefined {
  try {
    const value = JSON.parse(text) as DocumentValue;
    return nestsDeeper(value, jsonDepthMax) ? undefined : value;
  } catch {
    // What a model writes need not be JSON: the caller says what that means.
    return undefined;
  }
}

/** The same object without the members that are undefined. */
export function compact(members: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
