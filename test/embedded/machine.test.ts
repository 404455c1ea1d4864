// What the machine gives a model, with the real weights: memory that is held, threads that are
// measured, and a processor where there is no card.

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as library from 'node-llama-cpp';
import { expect, test } from 'vitest';

import { openLlama } from '../../src/providers/embedded/llama.ts';
import { measureToken } from '../../src/providers/embedded/machine.ts';
import { ensureWeights } from '../../src/providers/embedded/weights.ts';
import { environment, modelsFolder } from './setup.ts';

const weights = await ensureWeights({ folder: modelsFolder, environment });

/** A process of its own fills every window, calls a tool, and says how much memory that took. */
async function peakBytes(memoryBytes: number | undefined): Promise<number> {
  const script = fileURLToPath(new URL('peak-memory.ts', import.meta.url));
  const args = [script, String(memoryBytes ?? 'none')];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return Number(stdout);
}

test('the process stays under the memory that it is given, and under 600 MB by default', async () => {
  for (const [memoryBytes, bytesMax] of [
    [undefined, 600e6],
    [450e6, 450e6],
    [900e6, 900e6],
  ] as const) {
    const bytes = await peakBytes(memoryBytes);
    expect(bytes).toBeGreaterThan(200e6);
    expect(bytes).toBeLessThan(bytesMax);
  }
});

test('a number of threads is measured in a moment', async () => {
  const llama = await openLlama(library, { gpu: 'off', environment });
  const model = await llama.loadModel({ modelPath: weights.path });
  const started = performance.now();
  const tokenMs = await measureToken(model, 1, environment);
  expect(performance.now() - started).toBeLessThan(1_500);
  expect(tokenMs).toBeGreaterThan(0.5);
  expect(tokenMs).toBeLessThan(500);
  await llama.dispose();
});

test('where the library finds no card that works, the processor is opened', async () => {
  const llama = await openLlama(library, { gpu: 'auto', environment });
  const supported = await library.getLlamaGpuTypes('supported');
  expect(supported).toContain(llama.gpu);
  await llama.dispose();
});
