// The whole engine in worlds made by chance, on a manual clock: what must hold whatever happens.

import { expect, test } from 'vitest';
import { ServiceException } from '../../src/protocol/errors.ts';
import type { Config } from '../../src/service/config.ts';
import { loadConfig } from '../../src/service/config.ts';
import type { Engine } from '../../src/service/engine.ts';
import { createEngine } from '../../src/service/engine.ts';
import type { ManualEnvironment } from '../manual-clock.ts';
import { createManualEnvironment } from '../manual-clock.ts';
import type { Chance } from './chance.ts';
import { createChance } from './chance.ts';
import type { ClientRequest } from './clients.ts';
import { ask } from './clients.ts';
import type { World } from './places.ts';
import { createPlace, fates } from './places.ts';

const names = ['first', 'second', 'third'] as const;
const limits = { concurrent: 3, queued: 2 };
const totalMs = 3_000;
const retries = 2;

interface Run {
  readonly seed: number;
  readonly chance: Chance;
  readonly environment: ManualEnvironment;
  readonly engine: Engine;
  readonly world: World;
  readonly requests: ClientRequest[];
}

async function start(seed: number): Promise<Run> {
  const chance = createChance(seed);
  const environment = createManualEnvironment();
  const world: World = { clock: environment.clock, chance, calls: [], down: new Set() };
  const engine = await createEngine({
    config: configOf(),
    environment,
    weights: () => Promise.reject(new Error('Nothing is embedded in this world.')),
    createPlace: async (config) => createPlace(nameOf(config), world),
  });
  return { seed, chance, environment, engine, world, requests: [] };
}

function configOf(): Config {
  const providers = Object.fromEntries(
    names.map((name) => [
      name,
      {
        type: 'openai-compatible' as const,
        baseUrl: `http://${name}.invalid/v1`,
        limits,
        retries,
        timeouts: { totalMs },
      },
    ]),
  );
  const models = { world: names.map((provider) => ({ provider })), '*': { provider: 'first' } };
  return loadConfig({ flags: { providers, models }, file: '/dev/null' });
}

function nameOf(config: object): string {
  return 'baseUrl' in config ? new URL(String(config.baseUrl)).hostname.split('.', 1).join() : '';
}

/** One step of the world: something happens, and some time passes. */
async function step(run: Run): Promise<void> {
  const { chance, world, requests, environment } = run;
  const count = chance.onceIn(4) ? chance.upTo(6) : chance.upTo(2);
  for (let made = 0; made < count; made += 1) {
    requests.push(ask(`request ${requests.length};`, run));
  }
  if (chance.onceIn(6)) requests[chance.upTo(requests.length)]?.leaving.abort(new Error('left'));
  if (chance.onceIn(10)) toggle(world.down, chance.pick(names));
  await environment.clock.advance(chance.upTo(500));
}

function toggle(down: Set<string>, name: string): void {
  if (!down.delete(name)) down.add(name);
}

/** What holds after each step. */
function checkNow({ engine, world, requests }: Run): void {
  for (const { name, running, queued } of engine.placeStates()) {
    expect(running).toBeLessThanOrEqual(limits.concurrent);
    expect(queued).toBeLessThanOrEqual(limits.queued);
    const open = world.calls.filter((call) => call.place === name && call.isOpen);
    // A place never works on more than what is counted.
    expect(open.length).toBeLessThanOrEqual(running);
  }
  for (const request of requests) {
    expect(request.settled).toBeLessThanOrEqual(1);
    expect(request.answeredBy.size).toBeLessThanOrEqual(1);
  }
  checkBudgets(world);
}

/** Ten retries are saved up at first, and five answers are worth one more. */
function checkBudgets({ calls }: World): void {
  for (const name of names) {
    const own = calls.filter(({ place }) => place === name);
    const first = new Set(own.map(({ request }) => request)).size;
    expect(own.length - first).toBeLessThanOrEqual(10 + own.length / 5);
  }
}

/** What holds of a request once it is settled. */
function checkRequest(request: ClientRequest, { calls }: World): void {
  expect(request.settled).toBe(1);
  const own = calls.filter((call) => call.request.includes(`"${request.name}"`));
  // In the order of the route, each as often as it may be asked.
  const order = own.map(({ place }) => names.findIndex((name) => name === place));
  expect(order).toEqual(order.toSorted((a, b) => a - b));
  for (const name of names) {
    expect(own.filter(({ place }) => place === name).length).toBeLessThanOrEqual(1 + retries);
  }
  // What is refused for what it is is refused by every place.
  const refused = own.findIndex(({ fate }) => fate === 'refuses');
  if (refused >= 0) expect(refused).toBe(own.length - 1);
  const [id] = request.answeredBy;
  const answered = own.find((call) => call.id === id);
  if (request.isWhole) {
    expect(answered?.fate).toBe('whole');
    expect(request.servedBy).toBe(answered?.place);
    // What failed before is forgotten.
    expect(request.losses).toEqual([id]);
    expect(own.at(-1)?.id).toBe(id);
  }
  if (request.leaving.signal.aborted || request.error === undefined) return;
  expect(request.error).toBeInstanceOf(ServiceException);
}

async function finish(run: Run): Promise<void> {
  const { engine, environment, world, requests } = run;
  await environment.clock.advance(names.length * (retries + 1) * (totalMs + 5_000));
  for (const request of requests) checkRequest(request, world);
  expect(world.calls.filter(({ isOpen }) => isOpen)).toEqual([]);
  for (const { running, queued } of engine.placeStates()) expect(running + queued).toBe(0);
  await engine.close();
  expect(environment.clock.waiting).toBe(0);
}

async function live(seed: number): Promise<Run> {
  const run = await start(seed);
  for (let steps = 0; steps < 60; steps += 1) {
    await step(run);
    checkNow(run);
  }
  await finish(run);
  return run;
}

test('whatever places and clients do, what must hold holds', async () => {
  const seen = new Set<string>();
  for (let seed = 1; seed <= 24; seed += 1) {
    const run = await live(seed).catch((error: unknown) => {
      throw new Error(`The world of seed ${seed} broke a rule.`, { cause: error });
    });
    for (const { fate } of run.world.calls) seen.add(fate);
    for (const { fields } of run.environment.logged) {
      if ('circuit' in fields) seen.add(`circuit ${String(fields.circuit)}`);
    }
  }
  const circuits = ['circuit closed', 'circuit half-open', 'circuit open'];
  // A world in which nothing goes wrong proves nothing.
  expect([...seen].toSorted()).toEqual([...new Set([...fates, ...circuits])].toSorted());
});
