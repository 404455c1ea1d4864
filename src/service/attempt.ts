// Tries the places of a route until one answers. Nothing was sent to the client yet.

import type { Environment } from '../environment.ts';
import { ServiceException } from '../protocol/errors.ts';
import type { CallNotes } from '../providers/provider.ts';
import type { Guard } from './resilience/guard.ts';
import type { Visiting } from './resilience/visit.ts';
import type { RoutedPlace } from './route.ts';

export interface Attempting {
  readonly notes: CallNotes;
  readonly signal: AbortSignal;
  readonly environment: Pick<Environment, 'clock' | 'log'>;
  /** By the names of the providers; a place without one is just asked. */
  readonly guards: ReadonlyMap<string, Guard>;
}

/** Asks a place, on the visit's signal. A stream is handed to the visit before it is read. */
export type Ask<Answer> = (place: RoutedPlace, visiting: Visiting) => Promise<Answer>;

/** Throws what the last place that was asked failed with; what any would refuse, at once. */
export async function attempt<Answer>(
  places: readonly RoutedPlace[],
  attempting: Attempting,
  ask: Ask<Answer>,
): Promise<Answer> {
  const { notes, signal } = attempting;
  const forget = forgetting(notes);
  let failure: Failure | undefined;
  for (const [at, place] of places.entries()) {
    const outcome = await askWithRetries(place, attempting, { ask, forget });
    if ('answer' in outcome) return outcome.answer;
    const { error } = outcome;
    // A place that is not to be asked now tells less than one that was.
    if (failure === undefined || outcome.wasAsked) failure = outcome;
    if (signal.aborted || !isWorthAnother(error)) throw error;
    tell(attempting, outcome, at === places.length - 1 ? 'none' : 'the next place');
  }
  throw failure?.error ?? new Error('a route has at least one place');
}

interface Failure {
  readonly place: RoutedPlace;
  readonly error: unknown;
  readonly wasAsked: boolean;
}

type Outcome<Answer> = Failure | { readonly answer: Answer };

interface Asking<Answer> {
  readonly ask: Ask<Answer>;
  /** What the notes hold of a place that failed is not the next one's. */
  readonly forget: () => void;
}

async function askWithRetries<Answer>(
  place: RoutedPlace,
  attempting: Attempting,
  asking: Asking<Answer>,
): Promise<Outcome<Answer>> {
  const { signal, environment, guards } = attempting;
  const guard = guards.get(place.provider);
  for (let retries = 0; ; retries += 1) {
    const outcome = await askOnce(place, { guard, signal }, asking);
    if ('answer' in outcome || !outcome.wasAsked || signal.aborted) return outcome;
    const delayMs = guard?.retryDelay(outcome.error, retries);
    if (delayMs === undefined) return outcome;
    tell(attempting, outcome, 'the same place');
    await environment.clock.sleep(delayMs, signal);
  }
}

async function askOnce<Answer>(
  place: RoutedPlace,
  { guard, signal }: { readonly guard: Guard | undefined; readonly signal: AbortSignal },
  { ask, forget }: Asking<Answer>,
): Promise<Outcome<Answer>> {
  let wasAsked = false;
  try {
    const visit = await guard?.enter(signal);
    wasAsked = true;
    forget();
    const answer =
      visit === undefined
        ? await ask(place, { signal, hold: (source) => source })
        : await visit.run((visiting) => ask(place, visiting));
    return { answer };
  } catch (error) {
    return { place, error, wasAsked };
  }
}

/** Puts the notes back to what they are now. */
function forgetting(notes: CallNotes): () => void {
  const { servedBy, scripted, hint } = notes;
  const losses = notes.losses.length;
  return () => {
    notes.losses.length = losses;
    notes.servedBy = servedBy;
    notes.scripted = scripted;
    if (hint === undefined) delete notes.hint;
    else notes.hint = hint;
    delete notes.placeRequestId;
  };
}

/** What the request itself did wrong is wrong at each place; our own mistakes are no place's. */
function isWorthAnother(error: unknown): boolean {
  return error instanceof ServiceException && error.name !== 'ValidationException';
}

function tell(
  { environment, notes }: Attempting,
  { place, error, wasAsked }: Failure,
  next: 'none' | 'the next place' | 'the same place',
): void {
  if (notes.scripted || !(error instanceof ServiceException)) return;
  const { provider, model } = place;
  const { name, message, hint } = error;
  environment.log.warn(
    { provider, model: model.id, exception: name, reason: message, hint, wasAsked, next },
    'a place failed',
  );
}
