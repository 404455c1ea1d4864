// What the wire would carry of a caller's value: nothing that is undefined, and nothing that the
// caller changes later. So a request means the same in process as over HTTP.

import { jsonDepthMax } from '../limits.ts';
import { ValidationException } from '../protocol/errors.ts';

/** A copy but for bytes, which are big and are only read. */
export function snapshot(input: object): Readonly<Record<string, unknown>> {
  return copyMembers(input, inputDepthMax);
}

// The shapes above a document of the deepest kind are a dozen levels themselves; what is deeper is
// refused by the shape check in its own words, and what has no end is refused here.
const inputDepthMax = 2 * jsonDepthMax;

function copy(value: unknown, levels: number): unknown {
  if (typeof value !== 'object' || value === null) return isJson(value) ? value : undefined;
  if (value instanceof Uint8Array) return value;
  if (levels === 0) {
    throw new ValidationException(
      `The input nests deeper than ${inputDepthMax} levels, or holds itself. ` +
        'Reduce its depth and try again.',
    );
  }
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    // JSON has no gaps: what is not there is null.
    return items.map((item) => copy(item, levels - 1) ?? null);
  }
  if ('toJSON' in value && typeof value.toJSON === 'function') {
    return copy((value.toJSON as () => unknown)(), levels - 1);
  }
  return copyMembers(value, levels - 1);
}

function copyMembers(value: object, levels: number): Record<string, unknown> {
  const members: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) {
    const copied = copy(inner, levels);
    if (copied !== undefined) define(members, key, copied);
  }
  return members;
}

/** A plain assignment to `__proto__` would change the object's kind. */
function define(members: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') members[key] = value;
  else Object.defineProperty(members, key, { value, enumerable: true, configurable: true });
}

function isJson(value: unknown): boolean {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}
