// Scripted delays: never shorter than the script says.

import type { Clock } from '../environment.ts';

/** Waits so long by the monotonic clock: a timer may fire up to a millisecond early. */
export async function waitFor(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  const end = clock.monotonic() + ms;
  for (let left = ms; left > 0; left = end - clock.monotonic()) await clock.sleep(left, signal);
}
