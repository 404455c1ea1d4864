import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import type { ManualClock } from '../../../test/manual-clock.ts';
import { createManualEnvironment } from '../../../test/manual-clock.ts';
import {
  ModelStreamErrorException,
  ModelTimeoutException,
  ThrottlingException,
  ValidationException,
} from '../../protocol/errors.ts';
import { circuitFailuresMax, circuitOpenMs } from '../../limits.ts';
import { Circuit } from './circuit.ts';
import { RetryBudget } from './retry-budget.ts';
import { Slots } from './slots.ts';
import type { Terms } from './visit.ts';
import { Visit } from './visit.ts';

interface Doors {
  readonly terms: Terms & { readonly circuit: Circuit };
  readonly clock: ManualClock;
  readonly enter: (caller?: AbortSignal) => Promise<Visit>;
}

const never = (): Promise<never> => Promise.withResolvers<never>().promise;

function create(totalMs: number | undefined = 1_000): Doors {
  const { clock } = createManualEnvironment();
  const circuit = new Circuit({ clock });
  const slots = new Slots({ concurrent: 1, queued: 1 });
  const terms = { clock, circuit, slots, budget: new RetryBudget(), totalMs };
  return {
    terms,
    clock,
    async enter(caller = new AbortController().signal) {
      const visit = new Visit(terms, caller);
      expect(await visit.enter()).toBe(true);
      return visit;
    },
  };
}

async function* pieces(...values: readonly (Error | number)[]): AsyncGenerator<number> {
  for (const value of values) {
    if (value instanceof Error) throw value;
    yield value;
  }
}

test('a caller that leaves cancels its place first, then the slot is free, then it is told', async () => {
  const { terms, enter } = create();
  const caller = new AbortController();
  const order: string[] = [];
  const visit = await enter(caller.signal);
  const answer = visit.run(({ signal }) => {
    signal.addEventListener('abort', () => order.push(`heard, ${terms.slots.running} running`));
    return never();
  });
  const told = answer.catch((error: unknown) => order.push(`told: ${String(error)}`));
  caller.abort(new Error('gone'));
  order.push(`${terms.slots.running} running`);
  await told;
  expect(order).toEqual(['heard, 1 running', '0 running', 'told: Error: gone']);
});

test('whoever waits has the turn of a caller that left', async () => {
  const { terms, enter } = create();
  const caller = new AbortController();
  const visit = await enter(caller.signal);
  const left = expect(visit.run(never)).rejects.toThrow('gone');
  const next = enter();
  expect(terms.slots.queued).toBe(1);
  caller.abort(new Error('gone'));
  await left;
  await expect((await next).run(async () => 'answer')).resolves.toBe('answer');
  expect(terms.slots.running).toBe(0);
});

test('an answer that does not come in time is given up, whether its place hears of it or not', async () => {
  const { terms, clock, enter } = create(1_000);
  const visit = await enter();
  let thrown: unknown;
  visit.run(never).catch((error: unknown) => (thrown = error));
  await clock.advance(999);
  expect(thrown).toBeUndefined();
  await clock.advance(1);
  expect(thrown).toBeInstanceOf(ModelTimeoutException);
  expect(visit.signal.reason).toBe(thrown);
  expect(terms.slots.running).toBe(0);
});

test('an answer leaves no timer behind', async () => {
  const { clock, enter } = create();
  await (await enter()).run(async () => 'answer');
  expect(clock.waiting).toBe(0);
  await expect((await enter()).run(() => Promise.reject(new Error('a bug')))).rejects.toThrow();
  expect(clock.waiting).toBe(0);
});

test('a caller that asks many times is not listened to any more afterwards', async () => {
  const { enter } = create();
  const { signal } = new AbortController();
  for (let count = 0; count < 3; count += 1) {
    const visit = await enter(signal);
    const stream = await visit.run(async () => visit.hold(pieces(1)));
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    for await (const _ of stream) expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  }
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('a stream that begins ends the trial of its circuit', async () => {
  const { terms, clock, enter } = create();
  for (let count = 0; count < circuitFailuresMax; count += 1) {
    terms.circuit.failed(terms.circuit.admit() ?? -1);
  }
  await clock.advance(circuitOpenMs);
  const visit = await enter();
  const iterator = visit.hold(pieces(1, 2))[Symbol.asyncIterator]();
  expect(terms.circuit.state).toBe('half-open');
  await iterator.next();
  expect(terms.circuit.state).toBe('closed');
});

test('a source that is being read when its time is over is closed', async () => {
  const { clock, enter } = create(1_000);
  const visit = await enter();
  let closed = 0;
  const deaf: AsyncIterator<number> = {
    next: never,
    async return() {
      closed += 1;
      return { done: true, value: undefined };
    },
  };
  const iterator = visit.hold({ [Symbol.asyncIterator]: () => deaf })[Symbol.asyncIterator]();
  const late = expect(iterator.next()).rejects.toThrow(ModelTimeoutException);
  await clock.advance(1_000);
  await late;
  expect(closed).toBe(1);
});

test('a turn that does not come in time is too much asked, and no fault of the place', async () => {
  const { terms, clock, enter } = create(1_000);
  const visit = await enter();
  const running = expect(visit.run(never)).rejects.toThrow(ModelTimeoutException);
  await clock.advance(500);
  const waiting = new Visit({ ...terms, totalMs: 100 }, new AbortController().signal);
  const refused = expect(waiting.enter()).rejects.toThrow(ThrottlingException);
  await clock.advance(100);
  await refused;
  expect(terms.slots.queued).toBe(0);
  await clock.advance(400);
  await running;
  expect(clock.waiting).toBe(0);
});

test('a stream has its slot and its time until it ends', async () => {
  const { terms, clock, enter } = create();
  const visit = await enter();
  const stream = await visit.run(async (visiting) => visiting.hold(pieces(1, 2)));
  const read: unknown[] = [];
  for await (const piece of stream) {
    expect([terms.slots.running, clock.waiting]).toEqual([1, 1]);
    read.push(piece);
  }
  expect(read).toEqual([1, 2]);
  expect([terms.slots.running, clock.waiting]).toEqual([0, 0]);
});

test('a stream that is closed ends its place and frees its slot', async () => {
  const { terms, clock, enter } = create();
  const visit = await enter();
  const source = pieces(1, 2);
  const stream = await visit.run(async () => visit.hold(source));
  const iterator = stream[Symbol.asyncIterator]();
  await iterator.next();
  await iterator.return?.();
  expect(visit.signal.aborted).toBe(true);
  expect([terms.slots.running, clock.waiting]).toEqual([0, 0]);
  expect(await source.next()).toEqual({ done: true, value: undefined });
});

test('a stream that nobody reads on is over when its time is', async () => {
  const { terms, clock, enter } = create(1_000);
  const visit = await enter();
  const stream = await visit.run(async () => visit.hold(pieces(1, 2)));
  const iterator = stream[Symbol.asyncIterator]();
  await iterator.next();
  await clock.advance(1_000);
  expect(terms.slots.running).toBe(0);
  await expect(iterator.next()).rejects.toThrow(ModelTimeoutException);
});

test.each([
  ['is cut', [1, new ModelStreamErrorException('cut')], 'open'],
  ['is refused', [1, new ValidationException('wrong')], 'closed'],
  ['meets a bug of ours', [1, new Error('a bug')], 'closed'],
  ['is whole', [1], 'closed'],
] as const)('after five streams of which each %s the circuit follows', async (_, values, state) => {
  const { terms, enter } = create();
  for (let count = 0; count < 5; count += 1) {
    const visit = await enter();
    const stream = await visit.run(async () => visit.hold(pieces(...values)));
    const iterator = stream[Symbol.asyncIterator]();
    await iterator.next();
    // Whether it fails or ends is what the row says.
    await iterator.next().catch(() => undefined);
  }
  expect(terms.circuit.state).toBe(state);
  expect(terms.slots.running).toBe(0);
});
