// What the gateway adds to the time of an answer, and of the first event of a stream.

import budgets from '../budgets.json' with { type: 'json' };
import { median } from '../median.ts';
import { chatStreamText, converseStreamText } from './checks.ts';
import type { Targets } from './cpu.ts';
import type { Answer } from './load.ts';
import { createClient, openLoop, percentile } from './load.ts';
import type { Row } from './rows.ts';
import type { Target } from './targets.ts';

const rounds = 5;
const load = { perSecond: 200, seconds: 2 };

/** The middle of what each round adds, half of the requests of which are before the other half. */
export async function measureLatency({ direct, bare, ours }: Targets): Promise<readonly Row[]> {
  const { gateway: limits } = budgets;
  const added = { bare: [] as Times[], ours: [] as Times[] };
  for (let round = 0; round < rounds; round += 1) {
    const base = await timesOf(direct);
    added.bare.push(minus(await timesOf(bare), base));
    added.ours.push(minus(await timesOf(ours), base));
  }
  const first = { direct: await firstEventMs(direct), ours: await firstEventMs(ours) };
  const at = '200 small requests a second: added,';
  const p50 = (times: readonly Times[]): number => median(times.map(({ half }) => half));
  const p99 = (times: readonly Times[]): number => median(times.map(({ most }) => most));
  return [
    { what: `${at} p50, bare`, value: p50(added.bare), unit: 'ms' },
    {
      what: `${at} p50, openconverse`,
      value: p50(added.ours),
      unit: 'ms',
      budget: limits.addedP50Ms,
    },
    { what: `${at} p99, bare`, value: p99(added.bare), unit: 'ms' },
    {
      what: `${at} p99, openconverse`,
      value: p99(added.ours),
      unit: 'ms',
      budget: limits.addedP99Ms,
    },
    { what: 'stream: from its first chunk to here, direct', value: first.direct, unit: 'ms' },
    {
      what: 'stream: from its first chunk to here, openconverse',
      value: first.ours,
      unit: 'ms',
      budget: limits.firstEventMs,
    },
  ];
}

interface Times {
  readonly half: number;
  readonly most: number;
}

async function timesOf(target: Target): Promise<Times> {
  const client = createClient(target.server.url, 32);
  const asked = target.request({});
  await openLoop(client, asked, { perSecond: 200, seconds: 0.5 });
  const times = (await openLoop(client, asked, load)).map(({ totalMs }) => totalMs);
  await client.close();
  return { half: percentile(times, 0.5), most: percentile(times, 0.99) };
}

function minus(times: Times, base: Times): Times {
  return { half: times.half - base.half, most: times.most - base.most };
}

/** The place writes into its first chunk when it left; the connection was used before. */
async function firstEventMs(target: Target): Promise<number> {
  const client = createClient(target.server.url, 1);
  const read = target.name === 'direct' ? chatStreamText : converseStreamText;
  const late: number[] = [];
  const check = ({ body, firstAt }: Answer): void => {
    late.push(Number(firstAt - BigInt(read(body))) / 1e6);
  };
  const asked = { ...target.request({ stream: true, pace: '/timed/v1' }), check };
  for (let index = 0; index < 150; index += 1) await client.ask(asked);
  await client.close();
  return median(late.slice(50));
}
