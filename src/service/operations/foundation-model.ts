// A model as the control plane describes it: a row of the catalogue, or what a place says it has.

import type { FoundationModelSummary } from '../../protocol/api/types.generated.ts';
import { foundationModelArn } from '../../models/catalog/model-id.ts';
import type { FoundationModel } from '../../models/catalog/model.ts';
import type { LiveModel } from '../live-models.ts';

// Live values go beyond the enums of the service model (INFERENCE_PROFILE, SPEECH); clients do not
// check the enums of an answer.
type Widened = 'inferenceTypesSupported' | 'inputModalities' | 'outputModalities';
export type ModelDescription = Omit<FoundationModelSummary, Widened> &
  Pick<FoundationModel, Widened>;

/** Summary and details have the same members. */
export function describeModel(model: FoundationModel, region: string): ModelDescription {
  const { legacyTime, endOfLifeTime, status } = model.lifecycle;
  return {
    modelArn: foundationModelArn(region, model.modelId),
    modelId: model.modelId,
    modelName: model.modelName,
    providerName: model.providerName,
    inputModalities: model.inputModalities,
    outputModalities: model.outputModalities,
    responseStreamingSupported: true,
    customizationsSupported: [],
    inferenceTypesSupported: model.inferenceTypesSupported,
    modelLifecycle: {
      status,
      ...(legacyTime === undefined ? {} : { legacyTime: new Date(legacyTime) }),
      ...(endOfLifeTime === undefined ? {} : { endOfLifeTime: new Date(endOfLifeTime) }),
    },
  };
}

/** Lists of places say names and no more: that it takes and gives text is all that is known. */
export function describeLiveModel(
  { modelId, name, provider }: LiveModel,
  region: string,
): ModelDescription {
  return {
    modelArn: foundationModelArn(region, modelId),
    modelId,
    modelName: name,
    providerName: provider,
    inputModalities: ['TEXT'],
    outputModalities: ['TEXT'],
    responseStreamingSupported: true,
    customizationsSupported: [],
    inferenceTypesSupported: ['ON_DEMAND'],
    modelLifecycle: { status: 'ACTIVE' },
  };
}
