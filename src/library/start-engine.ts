// From a configuration to a running engine, the weights of its models brought: what the library and
// the command line share.

import { join } from 'node:path';
import type { Environment } from '../environment.ts';
import type { Weights } from '../providers/embedded/weights.ts';
import { ensureWeights, WeightsError } from '../providers/embedded/weights.ts';
import type { Config } from '../service/config.ts';
import { defaultProvider } from '../service/config.ts';
import type { Engine, Heritage } from '../service/engine.ts';
import { createEngine } from '../service/engine.ts';
import { reachableProviders } from '../service/route.ts';

export { WeightsError } from '../providers/embedded/weights.ts';

export interface EngineStart {
  readonly config: Config;
  readonly environment: Environment;
  /** Gives up what is still being brought. */
  readonly signal: AbortSignal;
  /** Told what takes time, in sentences. */
  readonly onNote?: (note: string) => void;
  /** The simulated model may answer where the default weights cannot be had, and a note says so. */
  readonly simulatedFallback?: boolean;
  /** Of the engine whose place this one takes. */
  readonly heritage?: Heritage | undefined;
}

/** Throws WeightsError when the weights cannot be had. */
export async function startEngine(start: EngineStart): Promise<Engine> {
  const weights = createWeightsSource(start);
  const config = await withWeights(start, weights);
  const { environment, heritage } = start;
  return createEngine({ config, environment, weights, heritage });
}

/** The configuration that can be served, its default weights brought. Throws as `startEngine`. */
export async function prepareConfig(start: EngineStart): Promise<Config> {
  return withWeights(start, createWeightsSource(start));
}

export type WeightsSource = (model: string | undefined) => Promise<Weights>;

/** Each model is brought once, however many providers use it. */
export function createWeightsSource({
  config,
  environment,
  signal,
  onNote,
}: EngineStart): WeightsSource {
  const pending = new Map<string | undefined, Promise<Weights>>();
  return (model) => {
    const known = pending.get(model);
    if (known !== undefined) return known;
    const weights = ensureWeights({
      model,
      folder: join(config.data, 'models'),
      environment,
      signal,
      onProgress: ({ note }) => {
        if (note !== undefined) onNote?.(note);
      },
    });
    pending.set(model, weights);
    return weights;
  };
}

/** Waits until the weights are there: a request that waited for a download would time out. */
async function withWeights(start: EngineStart, weights: WeightsSource): Promise<Config> {
  const { config, simulatedFallback = false, onNote } = start;
  if (config.simulated || config.providers[defaultProvider] !== undefined) return config;
  // Where every model runs elsewhere no weights are needed, and none are brought.
  if (!reachableProviders(config).has(defaultProvider)) return config;
  try {
    await weights(config.model);
    return config;
  } catch (error) {
    // A model that was asked for by name has no stand-in.
    const mayStandIn = simulatedFallback && config.model === undefined;
    if (!mayStandIn || !(error instanceof WeightsError)) throw error;
    onNote?.(error.message);
    onNote?.('Meanwhile the simulated model answers: its text is made up of the request.');
    return { ...config, providers: { ...config.providers, local: { type: 'simulated' } } };
  }
}
