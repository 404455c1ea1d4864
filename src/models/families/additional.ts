// What a native format has and Converse does not: it travels in `additionalModelRequestFields`.

import type { DocumentValue } from '../../protocol/api/shape.ts';
import type { Conversation } from './family.ts';
import type { JsonObject } from './native-json.ts';
import { isJsonObject } from './native-json.ts';

/** The native request with the caller's own fields in it; objects are merged, all else replaced. */
export function mergeAdditional(native: JsonObject, request: Conversation): JsonObject {
  const { additionalModelRequestFields: additional } = request;
  return isJsonObject(additional) ? merge(native, additional) : native;
}

function merge(left: JsonObject, right: JsonObject): JsonObject {
  const merged: Record<string, unknown> = { ...left };
  for (const [name, value] of Object.entries(right)) {
    const old = merged[name];
    merged[name] = isJsonObject(old) && isJsonObject(value) ? merge(old, value) : value;
  }
  return merged;
}

/** The members of a native request that are not among `known`, as the request's own member. */
export function additionalOf(
  native: JsonObject,
  known: ReadonlySet<string>,
): Pick<Conversation, 'additionalModelRequestFields'> {
  const rest = Object.entries(native).filter(([name]) => !known.has(name));
  if (rest.length === 0) return {};
  return { additionalModelRequestFields: Object.fromEntries(rest) as Additional };
}

type Additional = Extract<DocumentValue, { readonly [key: string]: DocumentValue }>;
