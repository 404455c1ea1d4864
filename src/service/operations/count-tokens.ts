// CountTokens: how many input tokens a request would be, in either format.

import { ValidationException } from '../../protocol/errors.ts';
import { checkShape } from '../../protocol/validation/constraints.ts';
import { checkModelIdForm } from '../../models/catalog/model-id.ts';
import type { Route } from '../route.ts';
import { countTokens as count } from './answer.ts';
import { decodeNative } from './native.ts';
import type { Operation, OperationContext } from './operation.ts';

export const countTokens: Operation = async (value, context) => {
  checkModelIdForm(value);
  const { modelId, input } = checkShape('CountTokensRequest', value);
  const route = context.route(modelId);
  checkSupport(route, context);
  const request =
    'converse' in input
      ? input.converse
      : decodeNative(input.invokeModel.body, { modelId, route, context }).request;
  const asked = { operation: 'CountTokens', modelId, request } as const;
  const inputTokens = await count(asked, route, context);
  return { body: { inputTokens } };
};

/** Recorded: the service refuses profiles here, and models that it cannot count for. */
function checkSupport({ resolved }: Route, { fidelity }: OperationContext): void {
  if (fidelity !== 'aws' || resolved === undefined) return;
  const { model, inferenceProfileId } = resolved;
  if (inferenceProfileId === null && model.features.includes('countTokens')) return;
  throw new ValidationException("The provided model doesn't support counting tokens.");
}
