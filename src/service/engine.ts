// The engine: configuration, providers and operations put together. Server, library and command
// line all enter the service here.

import type { Environment } from '../environment.ts';
import type { OperationName } from '../protocol/wire/rest-json.ts';
import { providers as providerTypes } from '../providers/index.ts';
import type { ProviderDependencies } from '../providers/index.ts';
import type { CallNotes, Provider } from '../providers/provider.ts';
import { resolveModelId } from '../models/catalog/model-id.ts';
import { families } from '../models/families/index.ts';
import { scriptedFault } from '../simulation/faults.ts';
import type { Simulation } from '../simulation/simulation.ts';
import { createSimulation } from '../simulation/simulation.ts';
import type { Config, ProviderConfig } from './config.ts';
import type { ServedOperation } from './operations/index.ts';
import { operations } from './operations/index.ts';
import type { OperationContext, OperationInput, OperationOutput } from './operations/operation.ts';
import { createRouter } from './route.ts';

export interface EngineOptions {
  readonly config: Config;
  readonly environment: Environment;
  readonly weights: ProviderDependencies['weights'];
}

/** What a caller says of its call. */
export interface EngineCall {
  readonly signal: AbortSignal;
  readonly notes: CallNotes;
  /** The region of the request's signature; the configured one when null. */
  readonly region: string | null;
  /** The answer is to say in its trace what could not be carried. */
  readonly tracing?: boolean;
}

export interface Engine {
  readonly config: Config;
  /** Script and journal, where the simulated provider is enabled. */
  readonly simulation: Simulation | undefined;
  /** Runs one operation. Throws ServiceException for what the service refuses. */
  run(
    operation: ServedOperation,
    input: OperationInput,
    call: EngineCall,
  ): Promise<OperationOutput>;
  close(): Promise<void>;
}

export function createNotes(strict = false): CallNotes {
  return { servedBy: undefined, scripted: false, losses: [], strict };
}

const defaultProvider = 'local';

export async function createEngine(options: EngineOptions): Promise<Engine> {
  const { config, environment } = options;
  const settings = providerSettings(config);
  const isSimulated = Object.values(settings).some(({ type }) => type === 'simulated');
  const simulation = createSimulation(environment);
  const providers = await createProviders(settings, { ...options, simulation });
  const fallback = providers.get(defaultProvider);
  if (fallback === undefined) throw new Error('providerSettings always names the default');
  const route = createRouter({
    config: config.simulated ? { ...config, models: {} } : config,
    families,
    providers,
    fallback: { provider: fallback, standIn: !config.simulated },
  });

  return {
    config,
    simulation: isSimulated ? simulation : undefined,
    run(operation, input, { signal, notes, region, tracing = false }) {
      const context: OperationContext = {
        route,
        fidelity: config.fidelity,
        strict: config.strict,
        region: region ?? config.region,
        signal,
        notes,
        tracing,
        environment,
        scriptedFault: async (name, modelId) => {
          if (!isSimulated) return;
          await scriptedFault(simulation, { ...faultRequest(name, modelId), signal }, notes);
        },
      };
      return operations[operation](input, context);
    },
    async close() {
      await Promise.all([...providers.values()].map((provider) => provider.close()));
    },
  };
}

/** The configured providers and, under the name `local`, the one of whatever nothing matches. */
function providerSettings(config: Config): Readonly<Record<string, ProviderConfig>> {
  if (config.simulated) return { [defaultProvider]: { type: 'simulated' } };
  const { model, memory, gpu } = config;
  return { [defaultProvider]: { type: 'embedded', model, memory, gpu }, ...config.providers };
}

async function createProviders(
  settings: Readonly<Record<string, ProviderConfig>>,
  dependencies: ProviderDependencies,
): Promise<ReadonlyMap<string, Provider>> {
  const providers = new Map<string, Provider>();
  for (const [name, { type, ...rest }] of Object.entries(settings)) {
    providers.set(name, await providerTypes[type](rest, dependencies));
  }
  return providers;
}

function faultRequest(operation: OperationName, modelId: string) {
  const foundationModelId = resolveModelId(modelId)?.model.modelId ?? null;
  return { operation, modelId, foundationModelId };
}
