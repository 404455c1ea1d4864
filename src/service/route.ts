// From a model ID to the place that serves it.

import type { FamilyName } from '../models/catalog/model.ts';
import type { Resolved } from '../models/catalog/model-id.ts';
import { invalidModelId, nearestModelIds, resolveModelId } from '../models/catalog/model-id.ts';
import type { Family } from '../models/families/family.ts';
import { ResourceNotFoundException, ValidationException } from '../protocol/errors.ts';
import type { Provider } from '../providers/provider.ts';
import type { Config } from './config.ts';
import { patternToRegExp } from './pattern.ts';

export interface Route {
  readonly provider: Provider;
  /** The catalogue's model; undefined where only the configuration knows the ID. */
  readonly resolved: Resolved | undefined;
  /** Another model answers in its place, because nothing better is configured. */
  readonly standIn: boolean;
  /** What the model's native requests are in. */
  readonly family: Family;
}

/** Throws ValidationException or ResourceNotFoundException where the ID leads nowhere. */
export type Router = (modelId: string) => Route;

export interface RouterOptions {
  readonly families: Readonly<Record<FamilyName, Family>>;
  readonly config: Config;
  readonly providers: ReadonlyMap<string, Provider>;
  /** The provider of what no pattern of the configuration matches. */
  readonly fallback: { readonly provider: Provider; readonly standIn: boolean };
}

export function createRouter(options: RouterOptions): Router {
  const { config, families, providers, fallback } = options;
  const patterns = Object.entries(config.models).map(([pattern, { provider, family }]) => ({
    matches: patternToRegExp(pattern),
    // A pattern that is more than "*" makes an ID known that the catalogue does not have.
    names: pattern !== '*',
    provider: providers.get(provider),
    family,
  }));

  return (modelId) => {
    const resolved = resolveModelId(modelId);
    const foundationModelId = resolved?.model.modelId;
    const match = patterns.find(
      ({ matches }) =>
        matches.test(modelId) ||
        (foundationModelId !== undefined && matches.test(foundationModelId)),
    );
    if (resolved === undefined && match?.names !== true) throw unknownModel(modelId, config);
    if (resolved !== undefined && config.fidelity === 'aws') checkAsAws(modelId, resolved);
    // What nobody names is taken to speak as most servers of open models do.
    const family = families[match?.family ?? resolved?.model.family ?? 'openai-chat'];
    const provider = match?.provider;
    if (provider !== undefined) return { provider, resolved, standIn: false, family };
    return { ...fallback, resolved, family };
  };
}

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
