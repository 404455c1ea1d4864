// The number of threads: measured once, kept, and never more than the machine can spare.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

import { createEnvironment } from '../../environment.ts';
import { chooseThreads, fewestFast, threadCandidates } from './threads.ts';

const environment = createEnvironment({ logLevel: 'silent' });

interface Machine {
  readonly measured: number[];
  readonly measure: (threads: number) => Promise<number>;
}

function machine(tokenMs: (threads: number) => number): Machine {
  const measured: number[] = [];
  return {
    measured,
    measure: async (threads) => {
      measured.push(threads);
      return tokenMs(threads);
    },
  };
}

async function createFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'threads-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'threads.txt');
}

test('one core is left, and few numbers are tried', () => {
  expect(threadCandidates(1)).toEqual([1]);
  expect(threadCandidates(2)).toEqual([1]);
  expect(threadCandidates(4)).toEqual([3, 2, 1]);
  expect(threadCandidates(16)).toEqual([15, 8, 4, 2, 1]);
});

test('on two cores one thread writes, without a measurement', async () => {
  const { measured, measure } = machine(() => 1);
  const options = { cores: 2, measure, key: 'k', file: undefined, environment };
  expect(await chooseThreads(options)).toBe(1);
  expect(measured).toEqual([]);
});

test('the fastest number is chosen, and of equal ones the smallest', () => {
  expect(
    fewestFast(
      new Map([
        [8, 10],
        [4, 6],
        [2, 9],
      ]),
    ),
  ).toBe(4);
  expect(
    fewestFast(
      new Map([
        [8, 10],
        [4, 10.3],
        [2, 20],
      ]),
    ),
  ).toBe(4);
});

test('it ends where fewer threads are clearly slower', async () => {
  const { measured, measure } = machine((threads) => (threads >= 8 ? 10 : 80 / threads));
  const options = { cores: 16, measure, key: 'k', file: undefined, environment };
  expect(await chooseThreads(options)).toBe(8);
  expect(measured).toEqual([15, 8, 4]);
});

test('it ends when the time is up', async () => {
  const { measured, measure } = machine(() => 10);
  let now = 0;
  const clock = { ...environment.clock, monotonic: () => (now += 400) };
  const options = { cores: 16, measure, key: 'k', file: undefined };
  await chooseThreads({ ...options, environment: { ...environment, clock } });
  expect(measured.length).toBeLessThan(4);
});

test('what was measured is kept for the same model, machine and library only', async () => {
  const file = await createFile();
  const { measured, measure } = machine((threads) => 40 / threads);
  const options = { cores: 8, measure, key: 'model a, machine', file, environment };
  expect(await chooseThreads(options)).toBe(7);
  const count = measured.length;
  expect(await chooseThreads(options)).toBe(7);
  expect(measured).toHaveLength(count);
  await chooseThreads({ ...options, key: 'model b, machine' });
  expect(measured.length).toBeGreaterThan(count);
  expect(await readFile(file, 'utf8')).toBe('7 model a, machine\n7 model b, machine\n');
});

test('a kept number that this machine does not have is measured again', async () => {
  const file = await createFile();
  await writeFile(file, '64 k\nnonsense\n');
  const { measure } = machine((threads) => 40 / threads);
  expect(await chooseThreads({ cores: 4, measure, key: 'k', file, environment })).toBe(3);
});

test('a folder that cannot be written to is no failure', async () => {
  const { measure } = machine((threads) => 40 / threads);
  const file = '/no/such/folder/threads.txt';
  expect(await chooseThreads({ cores: 4, measure, key: 'k', file, environment })).toBe(3);
});
