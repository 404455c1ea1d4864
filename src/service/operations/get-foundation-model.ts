// GetFoundationModel: one model of the catalogue, or one that a place lists.

import { ValidationException } from '../../protocol/errors.ts';
import { checkShape } from '../../protocol/validation/constraints.ts';
import { invalidModelId, nearestModelIds, resolveModelId } from '../../models/catalog/model-id.ts';
import { describeLiveModel, describeModel } from './foundation-model.ts';
import type { Operation } from './operation.ts';

export const getFoundationModel: Operation = async (input, context) => {
  const { modelIdentifier } = checkShape('GetFoundationModelRequest', input);
  const { region } = context;
  const resolved = resolveModelId(modelIdentifier);
  await context.scriptedFault('GetFoundationModel', modelIdentifier);
  if (resolved === undefined) {
    await context.live.look(modelIdentifier);
    const found = context.live.find(modelIdentifier);
    if (found !== undefined) return { body: { modelDetails: describeLiveModel(found, region) } };
  }
  if (resolved === undefined || resolved.inferenceProfileId !== null) {
    const near = nearestModelIds(modelIdentifier, 3).join(', ');
    throw new ValidationException(invalidModelId, {
      hint: `The nearest model IDs are: ${near}.`,
    });
  }
  return { body: { modelDetails: describeModel(resolved.model, region) } };
};
