// The end of a server that was told to end: no answer is lost that can be finished in time.

import type { Clock } from '../environment.ts';
import { drainLastWordsMs } from '../limits.ts';
import { isLoopbackName } from '../server/addressed.ts';
import type { Port } from '../server/port.ts';
import type { Config } from '../service/config.ts';
import { parseListen } from '../service/config.ts';

/** Resolves when the last answer has ended, or had to. */
export async function drain(
  port: Port,
  { drain: { delayMs, timeoutMs }, listen }: Pick<Config, 'drain' | 'listen'>,
  clock: Clock,
): Promise<void> {
  port.drain();
  // No balancer stands before this machine's own address: where nothing is open nobody is left.
  const isAlone = isLoopbackName(parseListen(listen).host) && port.openStreams === 0;
  const waitMs = isAlone ? 0 : Math.min(delayMs, timeoutMs);
  await clock.sleep(waitMs);
  await port.close({ graceMs: timeoutMs - waitMs, lastWordsMs: drainLastWordsMs });
}
