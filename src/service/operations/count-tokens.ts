// CountTokens: how many input tokens a request would be, in either format.

import type { CountTokensInput } from '../../protocol/api/types.generated.ts';
import { ValidationException } from '../../protocol/errors.ts';
import { checkShape } from '../../protocol/validation/constraints.ts';
import { checkModelIdForm } from '../../models/catalog/model-id.ts';
import type { Route } from '../route.ts';
import { countTokens as count } from './answer.ts';
import { decodeNative } from './native.ts';
import type { Door } from './native.ts';
import type { Operation, OperationContext } from './operation.ts';
import type { Asked } from './rules.ts';

export const countTokens: Operation = async (value, context) => {
  checkModelIdForm(value);
  const { modelId, input } = checkShape('CountTokensRequest', value);
  const route = context.route(modelId);
  checkSupport(route, context);
  const asked = askedOf(input, { modelId, route, context });
  const inputTokens = await count(asked, route, context);
  return { body: { inputTokens } };
};

function askedOf(input: CountTokensInput, door: Door): Asked {
  const { modelId } = door;
  const operation = 'CountTokens';
  if ('converse' in input) return { operation, modelId, request: input.converse };
  const { request } = decodeNative(input.invokeModel.body, door);
  return { operation, modelId, request, isNative: true };
}

/** Recorded: the service refuses profiles here, and models that it cannot count for. */
function checkSupport({ resolved }: Route, { fidelity }: OperationContext): void {
  if (fidelity !== 'aws' || resolved === undefined) return;
  const { model, inferenceProfileId } = resolved;
  if (inferenceProfileId === null && model.features.includes('countTokens')) return;
  throw new ValidationException("The provided model doesn't support counting tokens.");
}
