// How soon the server listens, with no embedded model to be found or loaded.

import budgets from '../budgets.json' with { type: 'json' };
import { median } from '../median.ts';
import { memoryOf, stop } from './processes.ts';
import type { Row } from './rows.ts';
import type { Setting } from './targets.ts';
import { startServer } from './targets.ts';

export async function measureStart(setting: Setting): Promise<readonly Row[]> {
  const times: number[] = [];
  const sizes: number[] = [];
  for (let round = 0; round < 7; round += 1) {
    const begun = performance.now();
    const server = await startServer(setting);
    times.push(performance.now() - begun);
    sizes.push(memoryOf(server).nowMb);
    await stop(server);
  }
  return [
    {
      what: 'start to listening',
      value: median(times),
      unit: 'ms',
      budget: budgets.gateway.startMs,
    },
    { what: 'memory once it listens', value: median(sizes), unit: 'MB' },
  ];
}
