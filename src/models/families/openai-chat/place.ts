// Where a conversion stands: the member that it is at, and who is told of losses.

import type { Losses } from '../losses.ts';
import type { JsonObject } from '../native-json.ts';

export interface Place {
  /** Of the member: `messages.0.content`. */
  readonly path: string;
  readonly losses: Losses;
}

export function within({ path, losses }: Place, member: number | string): Place {
  return { path: `${path}.${member}`, losses };
}

/** Says which members of a native object have no place in Converse; null and `[]` say nothing. */
export function tellRest(
  native: JsonObject,
  known: ReadonlySet<string>,
  { path, losses }: Place,
): void {
  for (const name of Object.keys(native)) {
    const value = native[name];
    const isNothing = value === null || (Array.isArray(value) && value.length === 0);
    if (known.has(name) || isNothing) continue;
    losses.add(`${path}.${name}`, 'left out', 'Converse has no such member');
  }
}
