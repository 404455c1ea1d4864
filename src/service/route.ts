// From a model ID to the places that serve it, in the order in which they are tried.

import type { FamilyName } from '../models/catalog/model.ts';
import type { Resolved } from '../models/catalog/model-id.ts';
import { invalidModelId, nearestModelIds, resolveModelId } from '../models/catalog/model-id.ts';
import { ResourceNotFoundException, ValidationException } from '../protocol/errors.ts';
import type { PlacedModel } from '../providers/provider.ts';
import type { Config, RouteConfig } from './config.ts';
import { defaultProvider } from './config.ts';
import type { LiveModel, LiveModels } from './live-models.ts';
import { noLiveModels } from './live-models.ts';
import { patternToRegExp } from './pattern.ts';
import { familyAt, placedId } from './placed-model.ts';
import { isRemote } from './resilience/guard.ts';

export interface Route {
  /** The catalogue's model; undefined where only the configuration knows the ID. */
  readonly resolved: Resolved | undefined;
  /** What the model's native requests are in. */
  readonly family: FamilyName;
  /** The pattern of the configuration that matched; undefined where none did. */
  readonly pattern: string | undefined;
  /** At least one. */
  readonly places: readonly RoutedPlace[];
  /** `prefix`: requests that begin alike go to the same place; else the weights are drawn by. */
  readonly affinity?: 'prefix' | undefined;
}

export interface RoutedPlace {
  /** The provider, by its name in the configuration. */
  readonly provider: string;
  readonly model: PlacedModel;
  /** Another model answers in its place, because nothing better is configured. */
  readonly standIn: boolean;
  /** Its share, where the configuration gives it one. */
  readonly weight?: number | undefined;
}

/** Who asks, where that decides. */
export interface Asker {
  readonly region: string;
  /** The name of the caller's key; undefined without one. */
  readonly key: string | undefined;
}

/** Throws ValidationException or ResourceNotFoundException where the ID leads nowhere. */
export type Router = (modelId: string, asker: Asker) => Route;

/** `chance` gives numbers from 0 up to 1, for places that share by weight. */
export function createRouter(
  config: Config,
  chance: () => number,
  live: Pick<LiveModels, 'find'> = noLiveModels,
): Router {
  const matchOf = createMatcher(config);
  const isServed = createLiveDoor(config);

  return (modelId, asker) => {
    const resolved = resolveModelId(modelId);
    const match = matchOf(modelId, resolved);
    // A pattern that is more than "*" makes an ID known that the catalogue does not have.
    const isNamed = match !== undefined && match.pattern !== '*';
    if (resolved === undefined && !isNamed) {
      const found = live.find(modelId);
      if (found === undefined || !isServed(found, asker)) throw unknownModel(modelId, config);
      return liveRoute(found);
    }
    if (resolved !== undefined && config.fidelity === 'aws') checkAsAws(modelId, resolved);
    const open = (match?.places ?? []).filter((place) => isOpenTo(place, asker));
    const asked = { modelId, resolved, region: asker.region, config };
    const places = inOrder(open, chance).map((place) => placeOf(place, asked));
    return {
      resolved,
      family: open[0]?.family ?? resolved?.model.family ?? familyAt(typeOf(open[0], config)),
      pattern: open.length > 0 ? match?.pattern : undefined,
      places: places.length > 0 ? places : [fallbackPlace(config, modelId, resolved)],
      affinity: open[0]?.affinity,
    };
  };
}

/** A pattern of the configuration, and where it leads. */
export interface Match {
  readonly pattern: string;
  readonly places: readonly RouteConfig[];
}

/** Finds the first pattern that an ID, or the foundation model that it stands for, fits. */
export function createMatcher(
  config: Config,
): (modelId: string, resolved: Resolved | undefined) => Match | undefined {
  const patterns = Object.entries(config.simulated ? {} : config.models).map(
    ([pattern, places]) => ({ pattern, places, matches: patternToRegExp(pattern) }),
  );
  return (modelId, resolved) => {
    const foundationModelId = resolved?.model.modelId;
    return patterns.find(
      ({ matches }) =>
        matches.test(modelId) ||
        (foundationModelId !== undefined && matches.test(foundationModelId)),
    );
  };
}

/**
 * Whether what a place lists is for whoever asks: where patterns lead to it for some regions or
 * keys only, its own IDs are no way around that.
 */
export function createLiveDoor(config: Config): (model: LiveModel, asker: Asker) => boolean {
  const ways = Object.values(config.models).flat();
  return ({ provider }, asker) => {
    const leading = ways.filter((place) => place.provider === provider);
    return leading.length === 0 || leading.some((place) => isOpenTo(place, asker));
  };
}

/** Of an ID that nobody knows a place may have the model by now: asks those that may. */
export function createLookup(
  config: Config,
  live: Pick<LiveModels, 'find' | 'look'>,
): (modelId: unknown) => Promise<void> | undefined {
  const matchOf = createMatcher(config);
  return (modelId) => {
    if (typeof modelId !== 'string' || resolveModelId(modelId) !== undefined) return undefined;
    const match = matchOf(modelId, undefined);
    const isNamed = match !== undefined && match.pattern !== '*';
    return isNamed || live.find(modelId) !== undefined ? undefined : live.look(modelId);
  };
}

/** A model that a place lists by itself is there and nowhere else. */
function liveRoute({ provider, name, family }: LiveModel): Route {
  const place = { provider, model: placedModel(name, undefined), standIn: false };
  return { resolved: undefined, family, pattern: undefined, places: [place] };
}

/** The providers that some model ID may lead to. */
export function reachableProviders({ models, providers }: Config): ReadonlySet<string> {
  const names = new Set(Object.values(models).flatMap((places) => places.map(nameOf)));
  // The models that such a place lists have IDs of their own.
  for (const [name, { type }] of Object.entries(providers)) if (isRemote(type)) names.add(name);
  const catchesAll = (models['*'] ?? []).some(
    ({ regions, keys }) => regions === undefined && keys === undefined,
  );
  return catchesAll ? names : names.add(defaultProvider);
}

function nameOf({ provider }: RouteConfig): string {
  return provider;
}

/** Whether a place of a route is for whoever asks. */
export function isOpenTo({ regions, keys }: RouteConfig, { region, key }: Asker): boolean {
  const isInRegion = regions === undefined || regions.includes(region);
  return isInRegion && (keys === undefined || (key !== undefined && keys.includes(key)));
}

/** As they stand; where there are weights the first is drawn, the others follow as they stand. */
function inOrder(places: readonly RouteConfig[], chance: () => number): readonly RouteConfig[] {
  const total = places.reduce((sum, { weight = 0 }) => sum + weight, 0);
  if (total === 0 || places.length < 2) return places;
  let drawn = chance() * total;
  const first = places.find(({ weight = 0 }) => (drawn -= weight) < 0);
  return first === undefined ? places : [first, ...places.filter((place) => place !== first)];
}

function typeOf(place: RouteConfig | undefined, { providers }: Config) {
  return place && providers[place.provider]?.type;
}

interface Asked {
  readonly modelId: string;
  readonly resolved: Resolved | undefined;
  readonly region: string;
  readonly config: Config;
}

function placeOf(
  { provider, model, weight }: RouteConfig,
  { modelId, resolved, region, config }: Asked,
): RoutedPlace {
  const settings = config.providers[provider];
  const own = settings !== undefined && 'region' in settings ? settings.region : undefined;
  const type = settings?.type;
  const id = model ?? placedId({ type, modelId, resolved, region: own ?? region });
  return { provider, model: placedModel(id, resolved), standIn: false, weight };
}

/** What nothing matches is served by the default provider; a simulation stands in for nobody. */
function fallbackPlace(
  { simulated }: Config,
  modelId: string,
  resolved: Resolved | undefined,
): RoutedPlace {
  const model = placedModel(modelId, resolved);
  return { provider: defaultProvider, model, standIn: !simulated };
}

function placedModel(id: string, resolved: Resolved | undefined): PlacedModel {
  const { template, maxOutputTokens: maxTokens = maxTokensUnknown } = resolved?.model ?? {};
  return { id, template, maxTokens };
}

// For a model that only the configuration knows.
const maxTokensUnknown = 4096;

/** The guide's error for an ID that names no model; under `aws` what the service says today. */
function unknownModel(modelId: string, { fidelity }: Config): Error {
  const near = nearestModelIds(modelId, 3).join(', ');
  const hint = `The nearest model IDs are: ${near}.`;
  if (fidelity === 'aws') return new ValidationException(invalidModelId, { hint });
  return new ResourceNotFoundException(
    'Could not resolve the foundation model from the provided model identifier. ' + hint,
    { hint },
  );
}

/** What AWS refuses for an ID that it knows. */
function checkAsAws(modelId: string, { model, inferenceProfileId, isOfficial }: Resolved): void {
  if (!isOfficial) {
    throw new ValidationException(invalidModelId, { hint: `On AWS: ${model.modelId}.` });
  }
  if (model.lifecycle.retired) {
    // Captured, 2026-09.
    throw new ResourceNotFoundException(
      'This model version has reached the end of its life. ' +
        'Please refer to the AWS documentation for more details.',
    );
  }
  if (model.profileOnly && inferenceProfileId === null) {
    // Captured, 2026-09; the apostrophe is the typographic one.
    throw new ValidationException(
      `Invocation of model ID ${modelId} with on-demand throughput isn’t supported. ` +
        'Retry your request with the ID or ARN of an inference profile that contains this model.',
      { hint: `Profiles: ${model.inferenceProfileIds?.join(', ') ?? 'none known'}.` },
    );
  }
  if (!model.features.includes('converse')) {
    throw new ValidationException(
      "This action doesn't support the model that you provided. " +
        'Try again with a supported text or chat model.',
    );
  }
}
