// What only a long run shows: thousands of streams held at once, and memory after a million
// requests.

import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import budgets from '../budgets.json' with { type: 'json' };
import { median } from '../median.ts';
import { closedLoop, createClient } from './load.ts';
import { memoryOf, stop } from './processes.ts';
import type { Row } from './rows.ts';
import { startOurs } from './targets.ts';
import type { Setting, Target } from './targets.ts';

const heldStreams = 5_000;

/** In a server of their own, whose memory nothing else has grown. */
export async function measureHeld(setting: Setting): Promise<readonly Row[]> {
  const ours = await startOurs(setting);
  await requests(ours, 20_000);
  const before = memoryOf(ours.server).nowMb;
  const client = createClient(ours.server.url, heldStreams);
  const asked = ours.request({ stream: true, pace: '/held/v1' });
  const asking = Array.from({ length: heldStreams }, async (_, index) => {
    // They come over five seconds, as the clients of a busy service do.
    await new Promise((resolve) => setTimeout(resolve, index));
    return client.ask(asked);
  });
  const ended = await Promise.allSettled(asking);
  const broken = ended.filter(({ status }) => status === 'rejected');
  const [first] = broken;
  if (first?.status === 'rejected') console.error(first.reason);
  const grownKb = ((memoryOf(ours.server).peakMb - before) * 1024) / heldStreams;
  await client.close();
  await stop(ours.server);
  const { gateway: limits } = budgets;
  return [
    {
      what: `${heldStreams} streams at once: not whole`,
      value: broken.length,
      unit: '',
      budget: 0,
    },
    {
      what: `${heldStreams} streams at once: memory of each`,
      value: grownKb,
      unit: 'KB',
      budget: limits.heldStreamKb,
    },
  ];
}

/** Middle of the last quarter over that of the second tenth on: not what only warms up. */
export async function measureGrowth(ours: Target, { folder }: Setting): Promise<readonly Row[]> {
  const sizes: number[] = [];
  for (let part = 0; part < 20; part += 1) {
    await requests(ours, 50_000);
    sizes.push(memoryOf(ours.server).nowMb);
    // The log of a million requests is half a gigabyte, and was written by now.
    truncateSync(join(folder, 'requests.log'));
  }
  const [early, late] = [median(sizes.slice(2, 7)), median(sizes.slice(-5))];
  const { growthMb } = budgets.gateway;
  return [
    { what: 'memory after 1,000,000 requests', value: sizes.at(-1) ?? Number.NaN, unit: 'MB' },
    {
      what: 'memory grown since 150,000 requests',
      value: late - early,
      unit: 'MB',
      budget: growthMb,
    },
  ];
}

async function requests(target: Target, count: number): Promise<void> {
  const client = createClient(target.server.url, 32);
  // A signature is good for five minutes.
  for (let done = 0; done < count; done += 10_000) {
    await closedLoop(client, target.request({}), {
      count: Math.min(count, 10_000),
      concurrency: 32,
    });
  }
  await client.close();
}
