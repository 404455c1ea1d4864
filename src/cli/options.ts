// The flags that several commands share, and the engine that they ask for.

import type { Command } from 'commander';
import { Option } from 'commander';
import type { Environment } from '../environment.ts';
import { createEnvironment, logLevels } from '../environment.ts';
import type { Converse } from '../library/converse.ts';
import { converseOver } from '../library/converse-over.ts';
import { createEngineSource } from '../library/engine-source.ts';
import { startEngine as startConfigured } from '../library/start-engine.ts';
import type { Config, ConfigInput } from '../service/config.ts';
import { configFile, loadConfig } from '../service/config.ts';
import type { Engine } from '../service/engine.ts';
import { lookForServers, withServers } from './local-servers.ts';
import type { PaidFlags } from './paid-providers.ts';
import { withPaid } from './paid-providers.ts';
import { printLine } from './terminal.ts';

/** What the shared flags say. */
export interface EngineFlags
  extends Pick<ConfigInput, 'data' | 'fidelity' | 'logLevel' | 'model' | 'simulated'>, PaidFlags {
  readonly config?: string;
  /** Commander says true where the flag is absent. */
  readonly discover?: boolean;
}

export function addEngineOptions(command: Command): Command {
  return command
    .option('--config <file>', 'configuration file (default: openconverse.yaml, if there is one)')
    .option('--simulated', 'serve every model ID with the scripted, deterministic model')
    .option('--model <name|file|hf:...>', 'the embedded model: a name, a GGUF file or an address')
    .addOption(
      new Option(
        '--fidelity <mode>',
        'open: allow what works; aws: refuse what AWS refuses',
      ).choices(['open', 'aws']),
    )
    .option('--anthropic', 'use Anthropic for its models, with the key in ANTHROPIC_API_KEY')
    .option('--mistral', 'use Mistral for its models, with the key in MISTRAL_API_KEY')
    .option('--aws', 'use Amazon Bedrock for every model, with the credentials of the AWS tools')
    .option('--no-discover', 'do not look for servers of models on this machine')
    .option('--data <folder>', 'where weights are kept')
    .addOption(new Option('--log-level <level>', 'log of JSON lines on stderr').choices(logLevels));
}

export interface Started {
  readonly config: Config;
  readonly engine: Engine;
  readonly environment: Environment;
}

type Flags = EngineFlags & Partial<Omit<ConfigInput, 'discover'>>;

/** The configuration that the flags ask for; a command keeps its own flags to itself. */
export function loadFlags(given: Flags): Config {
  const { config: file, anthropic = false, mistral = false, aws = false, ...rest } = given;
  const flags = { ...rest, discover: rest.discover === false ? false : undefined };
  const config = loadConfig({ flags, file, variables: process.env });
  return withPaid(config, { anthropic, mistral, aws }, process.env);
}

/** The file that they are read from besides; undefined where there is none. */
export function fileOfFlags({ config: file }: EngineFlags): string | undefined {
  return configFile({ file, variables: process.env });
}

/** What a server has before its engine. */
export type Prepared = Pick<Started, 'config' | 'environment'>;

export function prepare(flags: Flags): Prepared {
  const config = loadFlags(flags);
  return { config, environment: createEnvironment({ logLevel: config.logLevel }) };
}

/** Brings the weights that the configuration needs, and creates the engine. */
export async function startEngine(prepared: Prepared, signal: AbortSignal): Promise<Started> {
  const { config, environment } = prepared;
  const engine = await startConfigured({ config, environment, signal, ...atTerminal });
  return { config: engine.config, engine, environment };
}

/** The engine of another configuration: what is the same for both is kept. */
export async function replaceEngine(
  { engine: before, environment }: Started,
  config: Config,
  signal: AbortSignal,
): Promise<Started> {
  const { heritage } = before;
  const engine = await startConfigured({ config, environment, signal, heritage, ...atTerminal });
  return { config: engine.config, engine, environment };
}

export interface Opened {
  readonly converse: Converse;
  /** Resolves once the engine runs. */
  readonly ready: (signal: AbortSignal) => Promise<void>;
}

/** The same for a command that calls the operations itself. */
export function openConverse(flags: Flags): Opened {
  const config = loadFlags(flags);
  const environment = createEnvironment({ logLevel: config.logLevel });
  const source = createEngineSource(environment, async (signal) => {
    const { found } = await lookForServers(config, { environment, signal });
    const whole = withServers(config, found);
    return startConfigured({ config: whole, environment, signal, ...atTerminal });
  });
  return {
    converse: converseOver(source),
    async ready(signal) {
      await source.engine(signal);
    },
  };
}

const atTerminal = { onNote: printLine, simulatedFallback: true };
