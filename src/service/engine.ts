// The engine: configuration, providers and operations put together. Server, library and command
// line all enter the service here.

import type { Environment } from '../environment.ts';
import type { OperationName } from '../protocol/wire/rest-json.ts';
import { providers as providerTypes } from '../providers/index.ts';
import type { CreateProvider, ProviderDependencies } from '../providers/index.ts';
import type { CallNotes, NativeFormat, NativeProvider, Provider } from '../providers/provider.ts';
import { isNative } from '../providers/provider.ts';
import { resolveModelId } from '../models/catalog/model-id.ts';
import type { Family } from '../models/families/family.ts';
import { families } from '../models/families/index.ts';
import { createOpenaiChat } from '../models/families/openai-chat.ts';
import { defaultQuirks } from '../models/families/openai-chat/quirks.ts';
import { scriptedFault } from '../simulation/faults.ts';
import type { Simulation } from '../simulation/simulation.ts';
import { createSimulation } from '../simulation/simulation.ts';
import type { Config, ProviderConfig } from './config.ts';
import { defaultProvider } from './config.ts';
import type { AsSent } from './operations/forward.ts';
import { forward } from './operations/forward.ts';
import type { ServedOperation } from './operations/index.ts';
import { operations } from './operations/index.ts';
import type { OperationContext, OperationInput, OperationOutput } from './operations/operation.ts';
import type { CallObserver } from './observer.ts';
import { overFamily } from './over-family.ts';
import type { Places } from './places.ts';
import { createPlaces } from './places.ts';
import type { PlaceState } from './resilience/guard.ts';
import { createLiveModels, openLive } from './live-models.ts';
import type { LiveModels, LivePlace } from './live-models.ts';
import { createLiveDoor, createLookup, createRouter, reachableProviders } from './route.ts';

export interface EngineOptions {
  readonly config: Config;
  readonly environment: Environment;
  readonly weights: ProviderDependencies['weights'];
  /** How a provider is made; by its type when absent. */
  readonly createPlace?: CreatePlace;
  /** What the engine before leaves to this one, which takes its place. */
  readonly heritage?: Heritage | undefined;
}

export type CreatePlace = (
  config: ProviderConfig,
  dependencies: ProviderDependencies,
) => Promise<NativeProvider | Provider>;

/** What is the same for both is kept: weights in memory, connections, circuits, the journal. */
export interface Heritage {
  readonly id: string;
  readonly places: Places;
  readonly simulation: Simulation;
}

/** What a caller says of its call. */
export interface EngineCall {
  readonly signal: AbortSignal;
  readonly notes: CallNotes;
  /** The region of the request's signature; the configured one when null. */
  readonly region: string | null;
  /** The name of the caller's key, where there is one. */
  readonly key?: string | undefined;
  /** The answer is to say in its trace what could not be carried. */
  readonly tracing?: boolean;
  readonly observer?: CallObserver | undefined;
  /** The servers that the request came by, as it says itself. */
  readonly via?: string | undefined;
}

export interface Engine {
  readonly config: Config;
  /** By which a request is known that comes back to where it came from. */
  readonly id: string;
  /** Script and journal, where the simulated provider is enabled. */
  readonly simulation: Simulation | undefined;
  /** Runs one operation. Throws ServiceException for what the service refuses. */
  run(
    operation: ServedOperation,
    input: OperationInput,
    call: EngineCall,
  ): Promise<OperationOutput>;
  /** The same with the client's own bytes; undefined where `run` is to read them. */
  forward(
    operation: ServedOperation,
    asSent: AsSent,
    call: EngineCall,
  ): Promise<OperationOutput> | undefined;
  /** How each place is doing, by what requests were answered. */
  placeStates(): readonly PlaceState[];
  /** What the places list by themselves. */
  readonly live: LiveModels;
  readonly heritage: Heritage;
  close(): Promise<void>;
}

export function createNotes(strict = false): CallNotes {
  return { servedBy: undefined, scripted: false, losses: [], strict };
}

export async function createEngine(options: EngineOptions): Promise<Engine> {
  const { config, environment, heritage } = options;
  const settings = providerSettings(config);
  const isSimulated = Object.values(settings).some(({ type }) => type === 'simulated');
  const simulation = heritage?.simulation ?? createSimulation(environment);
  const chance = (): number => fractionOf(environment.random.bytes(4));
  const places = await createPlaces(settings, {
    environment,
    chance,
    create: (provider) => createProvider(provider, { ...options, simulation }),
    previous: heritage?.places,
  });
  const { providers, guards } = places;
  const live = createLiveModels(livePlaces(settings, providers), environment);
  const lookFor = createLookup(config, live);
  const router = createRouter(config, chance, live);
  const isServed = createLiveDoor(config);
  const id = heritage?.id ?? environment.random.uuid();
  const isForwarding = [...providers.values()].some((provider) => provider.forward !== undefined);

  function contextOf(call: EngineCall): OperationContext {
    const { signal, notes, tracing = false, via } = call;
    const region = call.region ?? config.region;
    const asker = { region, key: call.key };
    return {
      route: (modelId) => router(modelId, asker),
      providers,
      guards,
      families,
      fidelity: config.fidelity,
      strict: config.strict,
      region,
      signal,
      notes,
      tracing,
      environment,
      headers: { [viaHeader]: via === undefined ? id : `${via}, ${id}` },
      observer: call.observer,
      live: openLive(live, (model) => isServed(model, asker)),
      scriptedFault: async (name, modelId) => {
        if (!isSimulated) return;
        await scriptedFault(simulation, { ...faultRequest(name, modelId), signal }, notes);
      },
    };
  }

  return {
    config,
    id,
    simulation: isSimulated ? simulation : undefined,
    run(operation, input, call) {
      const looking = lookFor(input['modelId']);
      const go = () => operations[operation](input, contextOf(call));
      return looking === undefined ? go() : looking.then(go);
    },
    forward: (operation, asSent, call) =>
      isForwarding && lookFor(asSent.modelId) === undefined
        ? forward(operation, asSent, contextOf(call))
        : undefined,
    placeStates: () => places.states(),
    live,
    heritage: { id, places, simulation },
    async close() {
      live.close();
      await places.close();
    },
  };
}

/** Names the servers that a request came by, each by its ID, in order. */
export const viaHeader = 'x-openconverse-via';

/** A number from 0 up to 1 of four bytes. */
function fractionOf(bytes: Uint8Array): number {
  return Buffer.from(bytes).readUInt32BE() / 2 ** 32;
}

function livePlaces(
  settings: Readonly<Record<string, ProviderConfig>>,
  providers: ReadonlyMap<string, Provider>,
): ReadonlyMap<string, LivePlace> {
  const places = Object.entries(settings).flatMap(([name, { type }]) => {
    const models = providers.get(name)?.models;
    return models === undefined ? [] : [[name, { type, models }] as const];
  });
  return new Map(places);
}

/**
 * The providers that some model can reach: those that the routes name and, under the name `local`,
 * the one of whatever nothing matches.
 */
function providerSettings(config: Config): Readonly<Record<string, ProviderConfig>> {
  if (config.simulated) return { [defaultProvider]: { type: 'simulated' } };
  const { model, memory, gpu } = config;
  const all = {
    [defaultProvider]: { type: 'embedded', model, memory, gpu } as const,
    ...config.providers,
  };
  const reachable = reachableProviders(config);
  return Object.fromEntries(Object.entries(all).filter(([name]) => reachable.has(name)));
}

async function createProvider(
  config: ProviderConfig,
  { createPlace = createByType, ...dependencies }: ProviderDependencies & EngineOptions,
): Promise<Provider> {
  const provider = await createPlace(config, dependencies);
  return isNative(provider) ? spoken(provider, dependencies) : provider;
}

const createByType: CreatePlace = (config, dependencies) => {
  const { type, retries: _retries, circuit: _circuit, limits: _limits, ...settings } = config;
  const create: CreateProvider = providerTypes[type];
  return create(settings, dependencies);
};

/** A place that speaks a native format, through its family. */
function spoken(provider: NativeProvider, { environment }: ProviderDependencies): Provider {
  return overFamily(provider, familyOf(provider.format), environment);
}

/** Servers of OpenAI's format differ; the others speak as their makers do. */
function familyOf({ family, quirks }: NativeFormat): Family {
  if (family !== 'openai-chat') return families[family];
  return createOpenaiChat({ ...defaultQuirks, ...quirks });
}

function faultRequest(operation: OperationName, modelId: string) {
  const foundationModelId = resolveModelId(modelId)?.model.modelId ?? null;
  return { operation, modelId, foundationModelId };
}
