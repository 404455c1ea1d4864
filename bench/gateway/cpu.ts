// CPU of a request, by kind and server: rounds in turn, since the machine's speed drifts.

import budgets from '../budgets.json' with { type: 'json' };
import { median } from '../median.ts';
import { closedLoop, createClient } from './load.ts';
import { processorMs } from './processes.ts';
import type { Asking } from './requests.ts';
import type { Row } from './rows.ts';
import type { Target } from './targets.ts';

/** Those that every run has. */
export interface Targets {
  readonly direct: Target;
  readonly bare: Target;
  readonly json: Target;
  readonly prototype: Target;
  readonly ours: Target;
}

interface Kind {
  readonly name: string;
  readonly asking: Asking;
  /** Requests of one round. */
  readonly count: number;
  /** Rounds before those that count. */
  readonly warming: number;
}

export const kinds = {
  // V8 is done with a server of ours after some 20,000 small requests. Measured.
  small: { name: 'small', asking: {}, count: 5_000, warming: 4 },
  large: { name: '100 KB, ASCII', asking: { size: 'large' }, count: 800, warming: 1 },
  letters: { name: '100 KB, other letters', asking: { size: 'letters' }, count: 600, warming: 1 },
  stream: { name: 'stream of 200 chunks', asking: { stream: true }, count: 400, warming: 2 },
} as const satisfies Record<string, Kind>;

const concurrency = 32;
const rounds = 5;

export async function measureCpu({
  bare,
  json,
  prototype,
  ours,
}: Targets): Promise<readonly Row[]> {
  const { gateway: limits } = budgets;
  const targets = [bare, json, prototype, ours];
  const rows: Row[] = [];
  const small = await cpuByTarget(targets, kinds.small);
  rows.push(...absolute(small, kinds.small));
  rows.push(ratio(small, [ours, bare], { kind: kinds.small, budget: limits.smallToBare }));
  const large = await cpuByTarget(targets, kinds.large);
  rows.push(...absolute(large, kinds.large));
  rows.push(ratio(large, [ours, json], { kind: kinds.large, budget: limits.largeToJson }));
  const letters = await cpuByTarget(targets, kinds.letters);
  rows.push(...absolute(letters, kinds.letters));
  rows.push(ratio(letters, [ours, json], { kind: kinds.letters, budget: limits.largeToJson }));
  const stream = await cpuByTarget(targets, kinds.stream);
  rows.push(...absolute(stream, kinds.stream));
  rows.push(ratio(stream, [ours, bare], { kind: kinds.stream, budget: limits.streamToBare }));
  const toPrototype = { kind: kinds.stream, budget: limits.streamToPrototype };
  rows.push(ratio(stream, [ours, prototype], toPrototype));
  return rows;
}

export async function measurePassThrough(
  ours: Target,
  bareSigning: Target,
): Promise<readonly Row[]> {
  const kind = { ...kinds.small, name: 'small, to Bedrock', warming: 2 };
  const measured = await cpuByTarget([bareSigning, ours], kind);
  const budget = budgets.gateway.passThroughToBareSigning;
  return [...absolute(measured, kind), ratio(measured, [ours, bareSigning], { kind, budget })];
}

/** Fewer requests: a hundred times slower, they show as much. */
export async function measurePeers(
  ours: Target,
  { portkey, litellm }: Peers,
): Promise<readonly Row[]> {
  const { gateway: limits } = budgets;
  const rows: Row[] = [];
  for (const [kind, toPortkey, toLitellm] of [
    [{ ...kinds.small, count: 800, warming: 1 }, limits.smallToPortkey, limits.smallToLitellm],
    [{ ...kinds.large, count: 400, warming: 1 }, undefined, undefined],
    [{ ...kinds.stream, count: 100, warming: 1 }, limits.streamToPortkey, undefined],
  ] as const) {
    await cpuOfRound(ours, { ...kind, count: 10 * kind.count });
    const measured = await cpuByTarget([portkey, litellm, ours], kind);
    rows.push(...absolute(measured, kind));
    rows.push(ratio(measured, [ours, portkey], { kind, budget: toPortkey }));
    rows.push(ratio(measured, [ours, litellm], { kind, budget: toLitellm }));
  }
  return rows;
}

export interface Peers {
  readonly portkey: Target;
  readonly litellm: Target;
}

/** Milliseconds of CPU a request, of each round. */
type Measured = ReadonlyMap<Target, readonly number[]>;

async function cpuByTarget(targets: readonly Target[], kind: Kind): Promise<Measured> {
  const measured = new Map(targets.map((target) => [target, [] as number[]]));
  for (let round = -kind.warming; round < rounds; round += 1) {
    for (const target of targets) {
      const milliseconds = await cpuOfRound(target, kind);
      if (round >= 0) measured.get(target)?.push(milliseconds);
    }
  }
  return measured;
}

async function cpuOfRound(target: Target, { asking, count }: Kind): Promise<number> {
  const client = createClient(target.server.url, concurrency);
  const asked = target.request(asking);
  // The connections are made before the clock runs.
  await closedLoop(client, asked, { count: concurrency, concurrency });
  const before = processorMs(target.server);
  await closedLoop(client, asked, { count, concurrency });
  const took = processorMs(target.server) - before;
  await client.close();
  return took / count;
}

function absolute(measured: Measured, { name }: Kind): readonly Row[] {
  return [...measured].map(([target, values]) => ({
    what: `${name}: CPU a request, ${target.name}`,
    value: median(values),
    unit: 'ms',
  }));
}

interface Comparison {
  readonly kind: Kind;
  readonly budget: number | undefined;
}

/** The middle of the ratios of each round: what slows a round slows both. */
function ratio(
  measured: Measured,
  [over, under]: readonly [Target, Target],
  { kind, budget }: Comparison,
): Row {
  const unders = measured.get(under) ?? [];
  const ratios = (measured.get(over) ?? []).map((value, at) => value / (unders[at] ?? Number.NaN));
  const what = `${kind.name}: CPU, ${over.name} / ${under.name}`;
  return { what, value: median(ratios), unit: 'x', ...(budget !== undefined && { budget }) };
}
