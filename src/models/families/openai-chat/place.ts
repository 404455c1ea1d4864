// Where a conversion stands: the member that it is at, and who is told of losses.

import type { Losses } from '../losses.ts';

export interface Place {
  /** Of the member: `messages.0.content`. */
  readonly path: string;
  readonly losses: Losses;
}

export function within({ path, losses }: Place, member: number | string): Place {
  return { path: `${path}.${member}`, losses };
}
