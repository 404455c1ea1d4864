// GetFoundationModel: one model of the catalogue.

import { ValidationException } from '../../protocol/errors.ts';
import { checkShape } from '../../protocol/validation/constraints.ts';
import { invalidModelId, nearestModelIds, resolveModelId } from '../../models/catalog/model-id.ts';
import { describeModel } from './foundation-model.ts';
import type { Operation } from './operation.ts';

export const getFoundationModel: Operation = async (input, context) => {
  const { modelIdentifier } = checkShape('GetFoundationModelRequest', input);
  const resolved = resolveModelId(modelIdentifier);
  await context.scriptedFault('GetFoundationModel', modelIdentifier);
  if (resolved === undefined || resolved.inferenceProfileId !== null) {
    const near = nearestModelIds(modelIdentifier, 3).join(', ');
    throw new ValidationException(invalidModelId, {
      hint: `The nearest model IDs are: ${near}.`,
    });
  }
  return { body: { modelDetails: describeModel(resolved.model, context.region) } };
};
