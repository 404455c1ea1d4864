// Gathers what a conversion could not carry.

import type { Loss } from '../../protocol/loss.ts';

export interface Losses {
  readonly list: readonly Loss[];
  add(member: string, handling: Loss['handling'], reason: string): void;
}

export function createLosses(): Losses {
  const list: Loss[] = [];
  return {
    list,
    add(member, handling, reason) {
      list.push({ member, handling, reason });
    },
  };
}

/** Settings of a request that the format has no place for: each is left out, and said. */
export function leaveOut(request: object, paths: readonly string[], losses: Losses): void {
  for (const path of paths) {
    if (valueAt(request, path) !== undefined) {
      losses.add(path, 'left out', 'the native format has no such member');
    }
  }
}

function valueAt(value: unknown, path: string): unknown {
  let at = value;
  for (const name of path.split('.')) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = (at as Readonly<Record<string, unknown>>)[name];
  }
  return at;
}
