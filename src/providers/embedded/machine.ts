// What this machine gives a model: how much memory, and how many threads.

import { stat } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { basename, join } from 'node:path';

import type { Llama, LlamaModel } from 'node-llama-cpp';

import type { Environment } from '../../environment.ts';
import {
  embeddedPromptPieceTokens,
  embeddedThreadsSampleMs,
  scoringContextTokens,
  scoringPieceTokens,
  scoringSequences,
} from '../../limits.ts';
import type { Library } from './llama.ts';
import { planShape, type Shape } from './shape.ts';
import { chooseThreads } from './threads.ts';

export interface MachineOptions {
  readonly path: string;
  /** Where what was measured is kept. */
  readonly folder: string | undefined;
  readonly memoryBytes: number | undefined;
  readonly environment: Environment;
}

/** The biggest shape that fits into memory. Throws an Error with a plain sentence if none does. */
export async function fitShape(
  llama: Llama,
  model: LlamaModel,
  { memoryBytes }: MachineOptions,
): Promise<Shape> {
  const weights = await model.fileInsights.estimateModelResourceRequirementsV2({
    gpuLayers: model.gpuLayers,
    useMmap: model.useMmap,
  });
  const onCard = llama.gpu !== false && model.gpuLayers > 0;
  const kind = onCard ? 'gpuVram' : 'cpuRam';
  const { free } = await (onCard ? llama.getVramState() : llama.getRamState());
  const bytesOf = async (shape: Shape, batchSize = batchTokens(shape)): Promise<number> => {
    const estimate = await model.fileInsights.estimateContextResourceRequirementsV2({
      contextSize: shape.contextTokens,
      sequences: shape.sequences,
      batchSize,
      modelGpuLayers: model.gpuLayers,
      useMmap: model.useMmap,
    });
    return estimate[kind];
  };
  const scoring = { sequences: scoringSequences, contextTokens: scoringContextTokens };
  const besides = weights[kind] + (await bytesOf(scoring, scoringPieceTokens));
  return planShape({
    memoryBytes,
    // The weights are there already.
    freeBytes: free + weights[kind],
    trainContextTokens: model.trainContextSize,
    estimateBytes: async (shape) => besides + (await bytesOf(shape)),
  });
}

/** Room for a piece of every sequence, so that no piece is ever split. */
export function batchTokens({ sequences }: Shape): number {
  return embeddedPromptPieceTokens * sequences;
}

/** The number of threads that writes fastest; measured once for a model on a machine. */
export async function fitThreads(
  library: Library,
  model: LlamaModel,
  { path, folder, environment }: MachineOptions,
): Promise<number> {
  const cores = availableParallelism();
  const { size, mtimeMs } = await stat(path);
  const version = await library.getModuleVersion();
  const machine = `${cpus()[0]?.model ?? 'unknown'} x ${cores}, ${model.llama.gpu || 'no card'}`;
  return chooseThreads({
    cores,
    key: `${basename(path)} ${size} ${Math.round(mtimeMs)}; ${machine}; ${version}`,
    file: folder === undefined ? undefined : join(folder, 'threads.txt'),
    environment,
    measure: (threads) => measureToken(model, threads, environment),
  });
}

/** The median of a few tokens; the first one finds the memory cold and does not count. */
export async function measureToken(
  model: LlamaModel,
  threads: number,
  { clock }: Environment,
): Promise<number> {
  const context = await model.createContext({ contextSize: 256, batchSize: 32, threads });
  try {
    const written = context.getSequence().evaluate(model.tokenize('Once upon a time'));
    await written.next();
    const times: number[] = [];
    const started = clock.monotonic();
    while (times.length < 2 || clock.monotonic() - started < embeddedThreadsSampleMs) {
      const before = clock.monotonic();
      if ((await written.next()).done === true) break;
      times.push(clock.monotonic() - before);
    }
    await written.return();
    return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Infinity;
  } finally {
    await context.dispose();
  }
}
