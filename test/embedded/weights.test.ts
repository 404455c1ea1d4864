// The default model brought for real, with Python's own pip.

import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

import { ensureWeights } from '../../src/providers/embedded/weights.ts';
import { environment } from './setup.ts';

test('the default model is brought, checked, and at once there the next time', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'weights-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const notes: (string | undefined)[] = [];
  const onProgress = ({ note }: { note?: string }) => notes.push(note);
  const weights = await ensureWeights({ folder, environment, onProgress });
  expect(weights.name).toBe('smollm2-135m-instruct');
  expect(notes).toHaveLength(3);
  const files = ['SmolLM2-135M-Instruct.Q4_1.gguf', 'SmolLM2-135M-Instruct.Q4_1.gguf.checked'];
  expect((await readdir(folder)).toSorted()).toEqual(files);
  const started = performance.now();
  expect(await ensureWeights({ folder, environment, onProgress })).toEqual(weights);
  expect(performance.now() - started).toBeLessThan(100);
  expect(notes).toHaveLength(3);
});
