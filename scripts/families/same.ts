// Whether two values say the same as JSON; bytes are equal by their content.

import { isDeepStrictEqual } from 'node:util';
import { isJsonObject } from '../../src/protocol/api/json-object.ts';

/** Defaults that a format writes out count as more, and so as another value. */
export function isSame(left: unknown, right: unknown): boolean {
  return isDeepStrictEqual(plain(left), plain(right));
}

/** Whether a value says at least what is asked; a format may want more members to be set. */
export function says(value: unknown, asked: unknown): boolean {
  if (!isJsonObject(asked) || !isJsonObject(value)) return isSame(value, asked);
  const members = Object.entries(value).filter(([name]) => name in asked);
  return isSame(Object.fromEntries(members), asked);
}

function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}
