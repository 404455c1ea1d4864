// The shape of a context: never over the bound, the default under 600 MB.

import fc from 'fast-check';
import { expect, test } from 'vitest';

import { embeddedProcessBytes } from '../../limits.ts';
import { planShape, type Shape } from './shape.ts';

const million = 1e6;

/** As the library estimates the default model. */
const estimateBytes = async ({ sequences, contextTokens }: Shape): Promise<number> =>
  97 * million + sequences * contextTokens * 26_000;

const options = {
  memoryBytes: undefined,
  freeBytes: 1e12,
  trainContextTokens: 8_192,
  estimateBytes,
};

test('without a bound two answers of 4,096 tokens are written at a time', async () => {
  const shape = await planShape(options);
  expect(shape).toEqual({ sequences: 2, contextTokens: 4_096 });
  expect((await estimateBytes(shape)) + embeddedProcessBytes).toBeLessThan(600 * million);
});

test('a small bound takes less, a big one more', async () => {
  const bounded = (memoryBytes: number) => planShape({ ...options, memoryBytes });
  expect(await bounded(400 * million)).toEqual({ sequences: 1, contextTokens: 2_048 });
  expect(await bounded(2_000 * million)).toEqual({ sequences: 4, contextTokens: 8_192 });
});

test('a machine with little left takes less by itself', async () => {
  const shape = await planShape({ ...options, freeBytes: 210 * million });
  expect(shape).toEqual({ sequences: 2, contextTokens: 2_048 });
});

test('no context is longer than what the model was trained on', async () => {
  const shape = await planShape({ ...options, memoryBytes: 1e11, trainContextTokens: 2_048 });
  expect(shape).toEqual({ sequences: 4, contextTokens: 2_048 });
});

test('where not even the least fits, the sentence says what is needed', async () => {
  await expect(planShape({ ...options, memoryBytes: 300 * million })).rejects.toThrow(
    /^The model needs \d+ MB of memory, and 300 MB are to be had: raise the key memory/,
  );
});

test('whatever the bound, it is held', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 330, max: 9_000 }), async (megabytes) => {
      const memoryBytes = megabytes * million;
      const shape = await planShape({ ...options, memoryBytes });
      expect((await estimateBytes(shape)) + embeddedProcessBytes).toBeLessThanOrEqual(memoryBytes);
    }),
  );
});
