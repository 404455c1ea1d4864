// Tries the places of a route until one answers. Nothing was sent to the client yet.

import { ServiceException } from '../protocol/errors.ts';
import { exceptionTable } from '../protocol/errors.ts';
import type { CallNotes } from '../providers/provider.ts';
import type { RoutedPlace } from './route.ts';

interface Attempting {
  readonly notes: CallNotes;
  readonly signal: AbortSignal;
}

/** Throws what the last place failed with; what another place would refuse as well, at once. */
export async function attempt<Answer>(
  places: readonly RoutedPlace[],
  { notes, signal }: Attempting,
  ask: (place: RoutedPlace) => Promise<Answer>,
): Promise<Answer> {
  const lossesBefore = notes.losses.length;
  for (const [at, place] of places.entries()) {
    try {
      return await ask(place);
    } catch (error) {
      const isLast = at === places.length - 1;
      if (isLast || signal.aborted || !isWorthAnother(error)) throw error;
      // What one place could not carry the next may.
      notes.losses.length = lossesBefore;
    }
  }
  throw new Error('a route has at least one place');
}

function isWorthAnother(error: unknown): boolean {
  return error instanceof ServiceException && exceptionTable[error.name].retryable;
}
