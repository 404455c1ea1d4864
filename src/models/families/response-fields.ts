// Members of a native answer that the caller asks for by JSON pointers.

import type { DocumentValue } from '../../protocol/api/shape.ts';
import type { ConverseResponse } from '../../protocol/api/types.generated.ts';
import type { Conversation } from './family.ts';
import type { JsonObject } from './native-json.ts';
import { isJsonObject } from './native-json.ts';

/**
 * What `additionalModelResponseFieldPaths` point at, nested as in the answer. Documented: a pointer
 * that leads nowhere is passed over.
 */
export function responseFields(
  native: JsonObject,
  { additionalModelResponseFieldPaths: pointers = [] }: Conversation,
): Pick<ConverseResponse, 'additionalModelResponseFields'> {
  const fields: Nested = {};
  for (const pointer of pointers) {
    const steps = pointer.split('/').slice(1).map(unescapeStep);
    const value = valueAt(native, steps);
    if (value !== undefined && steps.length > 0) nest(fields, steps, value);
  }
  if (Object.keys(fields).length === 0) return {};
  return { additionalModelResponseFields: fields as DocumentValue };
}

interface Nested {
  [name: string]: unknown;
}

// RFC 6901: the two letters that a step cannot hold as they are.
function unescapeStep(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~');
}

function valueAt(native: JsonObject, steps: readonly string[]): unknown {
  let at: unknown = native;
  for (const step of steps) {
    const isInner = Array.isArray(at) || isJsonObject(at);
    if (!isInner || !Object.hasOwn(at as object, step)) return undefined;
    at = (at as JsonObject)[step];
  }
  return at;
}

/** Sets the value at the path; a member that is there already, whole, stays. */
function nest(fields: Nested, steps: readonly string[], value: unknown): void {
  let at = fields;
  for (const step of steps.slice(0, -1)) {
    const inner = Object.hasOwn(at, step) ? at[step] : {};
    if (!isJsonObject(inner)) return;
    const copy: Nested = { ...inner };
    define(at, step, copy);
    at = copy;
  }
  define(at, steps.at(-1) ?? '', value);
}

/** As a member of its own, whatever its name: `__proto__` is one like any other. */
function define(object: Nested, name: string, value: unknown): void {
  Object.defineProperty(object, name, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}
