// Opens llama.cpp by node-llama-cpp: loaded when used, on a graphics card where there is one.

import { availableParallelism } from 'node:os';

import type * as NodeLlamaCpp from 'node-llama-cpp';
import type { Llama, LlamaOptions } from 'node-llama-cpp';

import type { Environment } from '../../environment.ts';
import { embeddedGpuTimeoutMs } from '../../limits.ts';

export type Library = typeof NodeLlamaCpp;

/** `auto`: a graphics card where the library finds one that works. `off`: the processor only. */
export type Gpu = 'auto' | 'off';

export interface LlamaSettings {
  readonly gpu: Gpu;
  readonly environment: Environment;
}

export async function importLibrary(): Promise<Library> {
  try {
    return await import('node-llama-cpp');
  } catch (cause) {
    throw new Error(
      'The package node-llama-cpp, which runs the embedded model, could not be loaded: ' +
        'install it with `npm install node-llama-cpp`.',
      { cause },
    );
  }
}

export async function openLlama(library: Library, settings: LlamaSettings): Promise<Llama> {
  const options = optionsOf(library, settings);
  if (settings.gpu === 'auto') {
    try {
      return await inTime(library.getLlama({ ...options, gpu: 'auto' }), settings);
    } catch (error) {
      settings.environment.log.warn({ error }, 'The graphics card cannot be used.');
    }
  }
  return library.getLlama({ ...options, gpu: false });
}

function optionsOf({ LlamaLogLevel }: Library, { environment }: LlamaSettings): LlamaOptions {
  return {
    build: 'never',
    maxThreads: coresMax(),
    logLevel: LlamaLogLevel.error,
    logger: (level, message) => environment.log.warn({ level }, `llama.cpp: ${message.trim()}`),
  };
}

/** As many threads as may ever be tried: one core is the process's own. */
function coresMax(): number {
  return Math.max(1, availableParallelism() - 1);
}

/** A driver may never answer; what it was asked for is given back when it does after all. */
async function inTime(opening: Promise<Llama>, { environment }: LlamaSettings): Promise<Llama> {
  const { promise: overdue, reject } = Promise.withResolvers<never>();
  let isLate = false;
  const timer = environment.clock.timer(embeddedGpuTimeoutMs, () => {
    isLate = true;
    reject(new Error(`no answer in ${embeddedGpuTimeoutMs / 1_000} seconds`));
  });
  opening
    .then((llama) => (isLate ? llama.dispose() : undefined))
    .catch(() => {
      // The race below tells it.
    });
  try {
    return await Promise.race([opening, overdue]);
  } finally {
    timer.cancel();
  }
}
