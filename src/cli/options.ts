// The flags that several commands share, and the engine that they ask for.

import { join } from 'node:path';
import type { Command } from 'commander';
import { Option } from 'commander';
import type { Environment } from '../environment.ts';
import { createEnvironment, logLevels } from '../environment.ts';
import type { Weights } from '../providers/embedded/weights.ts';
import { ensureWeights, WeightsError } from '../providers/embedded/weights.ts';
import type { Config, ConfigInput } from '../service/config.ts';
import { loadConfig } from '../service/config.ts';
import type { Engine } from '../service/engine.ts';
import { createEngine } from '../service/engine.ts';
import { printLine } from './terminal.ts';

/** What the shared flags say. */
export interface EngineFlags extends Pick<
  ConfigInput,
  'data' | 'fidelity' | 'logLevel' | 'model' | 'simulated'
> {
  readonly config?: string;
}

export function addEngineOptions(command: Command): Command {
  return command
    .option('--config <file>', 'configuration file (default: openconverse.yaml, if there is one)')
    .option('--simulated', 'serve every model ID with the scripted, deterministic model')
    .option('--model <name|file>', 'the embedded model: a known name or a GGUF file')
    .addOption(
      new Option(
        '--fidelity <mode>',
        'open: allow what works; aws: refuse what AWS refuses',
      ).choices(['open', 'aws']),
    )
    .option('--data <folder>', 'where weights are kept')
    .addOption(new Option('--log-level <level>', 'log of JSON lines on stderr').choices(logLevels));
}

export interface Started {
  readonly config: Config;
  readonly engine: Engine;
  readonly environment: Environment;
}

/** Loads the configuration, brings the weights it needs and creates the engine. */
export async function startEngine(
  { config: file, ...flags }: EngineFlags & Partial<ConfigInput>,
  signal: AbortSignal,
): Promise<Started> {
  const loaded = loadConfig({ flags, file, variables: process.env });
  const environment = createEnvironment({ logLevel: loaded.logLevel });
  const weights = createWeightsSource(loaded, environment, signal);
  const config = await withWeights(loaded, weights);
  const engine = await createEngine({ config, environment, weights });
  return { config, engine, environment };
}

type WeightsSource = (model: string | undefined) => Promise<Weights>;

/** Each model is brought once, however many providers use it. */
function createWeightsSource(
  config: Config,
  environment: Environment,
  signal: AbortSignal,
): WeightsSource {
  const pending = new Map<string | undefined, Promise<Weights>>();
  return (model) => {
    const known = pending.get(model);
    if (known !== undefined) return known;
    const weights = ensureWeights({
      ...(model === undefined ? {} : { model }),
      folder: join(config.data, 'models'),
      environment,
      signal,
      onProgress: ({ note }) => {
        if (note !== undefined) printLine(note);
      },
    });
    pending.set(model, weights);
    return weights;
  };
}

/**
 * Waits until the weights are there. Where the default model cannot be had the simulated one
 * serves meanwhile; a model that was asked for by name is an error instead.
 */
async function withWeights(config: Config, weights: WeightsSource): Promise<Config> {
  if (config.simulated || config.providers['local'] !== undefined) return config;
  try {
    await weights(config.model);
    return config;
  } catch (error) {
    if (!(error instanceof WeightsError) || config.model !== undefined) throw error;
    printLine(error.message);
    printLine('Meanwhile the simulated model answers: its text is made up of the request.');
    return { ...config, providers: { ...config.providers, local: { type: 'simulated' } } };
  }
}
