import { expect, test } from 'vitest';
import { createManualEnvironment } from '../../test/manual-clock.ts';
import type { Engine } from '../service/engine.ts';
import { createEngineSource } from './engine-source.ts';

const environment = createManualEnvironment();
const { signal } = new AbortController();

function fakeEngine(close: () => void = () => undefined): Engine {
  return { close: async () => close() } as unknown as Engine;
}

test('an engine starts at the first need, once for all who wait', async () => {
  let starts = 0;
  const source = createEngineSource(environment, async () => {
    starts += 1;
    return fakeEngine();
  });
  expect(starts).toBe(0);
  const [one, two] = await Promise.all([source.engine(signal), source.engine(signal)]);
  expect(one).toBe(two);
  expect(starts).toBe(1);
});

test('a start that failed is tried again by the next who needs it', async () => {
  let starts = 0;
  const source = createEngineSource(environment, async () => {
    starts += 1;
    if (starts === 1) throw new Error('no network');
    return fakeEngine();
  });
  await expect(source.engine(signal)).rejects.toThrow('no network');
  await source.engine(signal);
  expect(starts).toBe(2);
});

test('an abort ends the wait of one and not the start', async () => {
  const { promise, resolve } = Promise.withResolvers<Engine>();
  const source = createEngineSource(environment, () => promise);
  const leaving = new AbortController();
  const left = source.engine(leaving.signal);
  const stayed = source.engine(signal);
  leaving.abort(new Error('enough'));
  await expect(left).rejects.toThrow('enough');
  const engine = fakeEngine();
  resolve(engine);
  expect(await stayed).toBe(engine);
});

test('closing aborts a start, and closes the engine once', async () => {
  let closed = 0;
  const { promise, resolve } = Promise.withResolvers<Engine>();
  let starting: AbortSignal | undefined;
  const source = createEngineSource(environment, (signal) => {
    starting = signal;
    return promise;
  });
  const waiting = source.engine(signal);
  const closing = source.close();
  await expect(waiting).rejects.toThrow('closed');
  expect(starting?.aborted).toBe(true);
  resolve(
    fakeEngine(() => {
      closed += 1;
    }),
  );
  await closing;
  await source.close();
  expect(closed).toBe(1);
  await expect(source.engine(signal)).rejects.toThrow('closed');
});

test('closing what never started starts nothing', async () => {
  let starts = 0;
  const source = createEngineSource(environment, async () => {
    starts += 1;
    return fakeEngine();
  });
  await source.close();
  expect(starts).toBe(0);
});
