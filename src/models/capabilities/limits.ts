// What a model has of caching, length, speed and tiers.

import { countCachePoints } from '../../protocol/validation/rules/cache-points.ts';
import type { Capability } from './capability.ts';

/** Reported from the field, by several clients: the one capability that is a denial. */
export const cachingSupported: Capability = ({ conversation, model }) => {
  if (countCachePoints(conversation) === 0 || model.features.includes('promptCaching')) return [];
  const message =
    'You invoked an unsupported model or your request did not allow prompt caching. ' +
    'See the documentation for more information.';
  const exception = 'AccessDeniedException';
  return [{ message, cure: 'Leave cachePoint blocks out for this model.', exception }];
};

/** Reported in 2024, of Llama. */
export const maxTokensWithin: Capability = ({ conversation: { inferenceConfig }, model }) => {
  const { maxOutputTokens } = model;
  if ((inferenceConfig?.maxTokens ?? 0) <= maxOutputTokens) return [];
  const message =
    `The maximum tokens you requested exceeds the model limit of ${maxOutputTokens}. ` +
    `Try again with a maximum tokens value that is lower than ${maxOutputTokens}.`;
  return [{ message, cure: 'Without maxTokens the model may write as much as it can.' }];
};

/** Reported from the field: only profiles of a few models are optimised. */
export const optimizedLatency: Capability = (call) => {
  const { conversation, model, modelId, isProfile, region } = call;
  if (conversation.performanceConfig?.latency !== 'optimized') return [];
  if (isProfile && model.features.includes('optimizedLatency')) return [];
  const message = `Latency performance configuration is not supported for ${modelId} in ${region}`;
  return [{ message, cure: 'Leave performanceConfig out, or set latency to standard.' }];
};

/** Reported from the field. */
export const servedTier: Capability = ({ conversation: { serviceTier }, model }) => {
  if (serviceTier === undefined || serviceTier.type === 'default') return [];
  if (model.features.includes('serviceTiers')) return [];
  const message = 'The provided service tier is not supported for this model';
  return [{ message, cure: 'Leave serviceTier out, or set its type to default.' }];
};
