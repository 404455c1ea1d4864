// Delays on a clock whose timers fire early.

import { expect, test } from 'vitest';
import { createManualEnvironment } from '../../test/manual-clock.ts';
import { waitFor } from './wait.ts';

test('a timer that fires early is set again for the rest', async () => {
  const { clock } = createManualEnvironment();
  const slept: number[] = [];
  const early = {
    ...clock,
    sleep: (ms: number) => {
      slept.push(ms);
      return clock.sleep(slept.length === 1 ? ms - 1 : ms);
    },
  };
  const waited = waitFor(early, 20).then(() => clock.monotonic());
  await clock.advance(30);
  expect(await waited).toBe(20);
  expect(slept).toEqual([20, 1]);
});

test('no delay is no wait', async () => {
  const { clock } = createManualEnvironment();
  await waitFor(clock, 0);
  expect(clock.waiting).toBe(0);
});
