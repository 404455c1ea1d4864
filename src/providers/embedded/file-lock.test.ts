// Who works on a file, and who waits.

import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

import { createManualEnvironment } from '../../../test/manual-clock.ts';
import { createEnvironment } from '../../environment.ts';
import { fileLockBeatMs, fileLockStaleMs } from '../../limits.ts';
import { withFileLock } from './file-lock.ts';

const environment = createEnvironment({ logLevel: 'silent' });

async function createPath(): Promise<{ folder: string; path: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'lock-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return { folder, path: join(folder, 'model.gguf') };
}

test('two at once work one after the other, and leave nothing behind', async () => {
  const { folder, path } = await createPath();
  const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>();
  const done: string[] = [];
  const first = withFileLock(path, { environment }, async () => {
    await mayEnd;
    done.push('first');
  });
  const waits = Promise.withResolvers<void>();
  const second = withFileLock(path, { environment, onWait: waits.resolve }, async () => {
    done.push('second');
  });
  await waits.promise;
  end();
  await Promise.all([first, second]);
  expect(done).toEqual(['first', 'second']);
  expect(await readdir(folder)).toEqual([]);
});

test('a failure gives the file free', async () => {
  const { folder, path } = await createPath();
  const failed = withFileLock(path, { environment }, () => Promise.reject(new Error('no')));
  await expect(failed).rejects.toThrow('no');
  expect(await readdir(folder)).toEqual([]);
});

test('what a killed process left is taken over', async () => {
  const { path } = await createPath();
  await writeFile(`${path}.lock`, '');
  const old = (Date.now() - fileLockStaleMs - 1_000) / 1_000;
  await utimes(`${path}.lock`, old, old);
  expect(await withFileLock(path, { environment }, async () => 'mine')).toBe('mine');
});

test('an abort ends the wait', async () => {
  const { path } = await createPath();
  await writeFile(`${path}.lock`, '');
  const controller = new AbortController();
  const { signal } = controller;
  const onWait = (): void => controller.abort(new Error('gone'));
  const waiting = withFileLock(path, { environment, signal, onWait }, async () => 'mine');
  await expect(waiting).rejects.toThrow('gone');
});

test('whoever is at it for long says so again and again', async () => {
  const { path } = await createPath();
  const manual = createManualEnvironment();
  await withFileLock(path, { environment: manual }, async () => {
    await utimes(`${path}.lock`, 1, 1);
    await manual.clock.advance(2 * fileLockBeatMs);
    await expect
      .poll(async () => (await stat(`${path}.lock`)).mtimeMs, { interval: 5 })
      .not.toBe(1_000);
    expect(manual.clock.waiting).toBe(1);
  });
  expect(manual.clock.waiting).toBe(0);
});
