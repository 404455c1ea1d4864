// The flags that several commands share, and the engine that they ask for.

import type { Command } from 'commander';
import { Option } from 'commander';
import type { Environment } from '../environment.ts';
import { createEnvironment, logLevels } from '../environment.ts';
import { startEngine as startConfigured } from '../library/start-engine.ts';
import type { Config, ConfigInput } from '../service/config.ts';
import { loadConfig } from '../service/config.ts';
import type { Engine } from '../service/engine.ts';
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
  const config = loadConfig({ flags, file, variables: process.env });
  const environment = createEnvironment({ logLevel: config.logLevel });
  const engine = await startConfigured({
    config,
    environment,
    signal,
    onNote: printLine,
    simulatedFallback: true,
  });
  return { config: engine.config, engine, environment };
}
