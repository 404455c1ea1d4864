import { expect, test } from 'vitest';
import type { ManualEnvironment } from '../../test/manual-clock.ts';
import { createManualEnvironment } from '../../test/manual-clock.ts';
import { circuitFailuresMax, circuitOpenMs } from '../limits.ts';
import type { ServiceException } from '../protocol/errors.ts';
import {
  AccessDeniedException,
  ModelTimeoutException,
  ServiceUnavailableException,
  ThrottlingException,
  ValidationException,
} from '../protocol/errors.ts';
import type { CallNotes } from '../providers/provider.ts';
import { attempt } from './attempt.ts';
import { createGuard } from './resilience/guard.ts';
import type { RoutedPlace } from './route.ts';

const names = ['first', 'second'];
const model = { id: 'a-model', template: undefined, maxTokens: 1 };
const places: readonly RoutedPlace[] = names.map((provider) => ({
  provider,
  model,
  standIn: false,
}));

/** What a place does the next times it is asked: an exception, else it answers with its name. */
type Plan = Readonly<Record<string, readonly ServiceException[]>>;

interface World {
  readonly environment: ManualEnvironment;
  readonly notes: CallNotes;
  readonly asked: string[];
  readonly leaving: AbortController;
  run(plan: Plan): Promise<string>;
}

function create(): World {
  const environment = createManualEnvironment();
  const config = { type: 'openai-compatible', baseUrl: 'http://places.invalid/v1' } as const;
  const guards = new Map(
    names.map((name) => [
      name,
      createGuard({ name, config, health: undefined, environment, chance: () => 0.5 }),
    ]),
  );
  const notes: CallNotes = { servedBy: undefined, scripted: false, losses: [], strict: false };
  const leaving = new AbortController();
  const { signal } = leaving;
  const asked: string[] = [];
  return {
    environment,
    notes,
    asked,
    leaving,
    run(plan) {
      const left = new Map(Object.entries(plan).map(([name, errors]) => [name, [...errors]]));
      return attempt(places, { notes, signal, environment, guards }, async ({ provider }) => {
        asked.push(provider);
        notes.servedBy = provider;
        notes.losses.push({ member: provider, handling: 'left out', reason: 'A trace.' });
        const error = left.get(provider)?.shift();
        if (error !== undefined) throw error;
        return provider;
      });
    },
  };
}

function down(): ServiceUnavailableException {
  return new ServiceUnavailableException('down');
}

/** The outcome, once so much time has passed. */
async function after(ms: number, { environment }: World, run: Promise<string>): Promise<string> {
  run.catch(() => undefined);
  await environment.clock.advance(ms);
  return run;
}

test('a failure is repeated once, and then the next place is asked', async () => {
  const world = create();
  const { notes, asked, environment } = world;
  expect(await after(1_000, world, world.run({ first: [down(), down()] }))).toBe('second');
  expect(asked).toEqual(['first', 'first', 'second']);
  expect(notes).toMatchObject({ servedBy: 'second', losses: [{ member: 'second' }] });
  expect(environment.logged.map(({ fields }) => fields)).toMatchObject([
    { provider: 'first', exception: 'ServiceUnavailableException', next: 'the same place' },
    { provider: 'first', exception: 'ServiceUnavailableException', next: 'the next place' },
  ]);
});

test('a place that answers the second time has answered', async () => {
  const world = create();
  expect(await after(1_000, world, world.run({ first: [down()] }))).toBe('first');
  expect(world.notes.losses).toHaveLength(1);
});

test('a place that asks for more patience is not waited for', async () => {
  const world = create();
  const later = new ThrottlingException('later', { headers: { 'retry-after': '30' } });
  expect(await after(0, world, world.run({ first: [later] }))).toBe('second');
  expect(world.asked).toEqual(['first', 'second']);
});

test('what the request itself did wrong is told at once', async () => {
  const world = create();
  const wrong = new ValidationException('wrong');
  await expect(world.run({ first: [wrong] })).rejects.toBe(wrong);
  expect(world.asked).toEqual(['first']);
  expect(world.environment.logged).toEqual([]);
});

test('a place that refuses its key is passed over, without another try', async () => {
  const world = create();
  const denied = new AccessDeniedException('a wrong key');
  expect(await after(0, world, world.run({ first: [denied] }))).toBe('second');
  expect(world.asked).toEqual(['first', 'second']);
});

test('the last failure is thrown where all fail', async () => {
  const world = create();
  const last = new ThrottlingException('the last');
  const plan = { first: [down(), down()], second: [down(), last] };
  await expect(after(5_000, world, world.run(plan))).rejects.toBe(last);
  expect(world.environment.logged.at(-1)?.fields).toMatchObject({ next: 'none' });
});

/** A failure that counts for the circuit, and that waiting does not mend. */
function stalled(): ModelTimeoutException {
  return new ModelTimeoutException('stalled');
}

test('an open circuit is passed over until its time is over', async () => {
  const world = create();
  const { clock } = world.environment;
  for (let count = 0; count < circuitFailuresMax; count += 1) {
    await after(0, world, world.run({ first: [stalled()] }));
  }
  world.asked.length = 0;
  expect(await world.run({})).toBe('second');
  expect(world.asked).toEqual(['second']);
  await clock.advance(circuitOpenMs);
  expect(await world.run({})).toBe('first');
});

test('where every circuit is open the caller is told when to come again', async () => {
  const world = create();
  const plan = { first: [stalled()], second: [stalled()] };
  for (let count = 0; count < circuitFailuresMax; count += 1) {
    await after(0, world, world.run(plan)).catch(() => undefined);
  }
  world.asked.length = 0;
  const error = await world.run({}).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ServiceUnavailableException);
  expect(error).toMatchObject({ headers: { 'retry-after': String(circuitOpenMs / 1_000) } });
  expect(world.asked).toEqual([]);
});

test('what a place said counts more than that another is left alone', async () => {
  const world = create();
  for (let count = 0; count < circuitFailuresMax; count += 1) {
    await after(
      0,
      world,
      world.run({ first: [new AccessDeniedException('a wrong key')], second: [stalled()] }),
    ).catch(() => undefined);
  }
  const said = new AccessDeniedException('a wrong key');
  await expect(world.run({ first: [said] })).rejects.toBe(said);
});

test('a caller that leaves while a retry waits is let go at once', async () => {
  const world = create();
  const run = world.run({ first: [down()] });
  const left = expect(run).rejects.toThrow('gone');
  await world.environment.clock.advance(1);
  world.leaving.abort(new Error('gone'));
  await left;
  expect(world.asked).toEqual(['first']);
  expect(world.environment.clock.waiting).toBe(0);
});
