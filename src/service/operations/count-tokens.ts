// CountTokens: how many input tokens a request would be.

import { ValidationException } from '../../protocol/errors.ts';
import { checkShape } from '../../protocol/validation/constraints.ts';
import type { Route } from '../route.ts';
import { checkRules, createCall, noteStandIn } from './call.ts';
import { checkModelIdForm } from '../../models/catalog/model-id.ts';
import type { Operation, OperationContext } from './operation.ts';

export const countTokens: Operation = async (value, context) => {
  checkModelIdForm(value);
  const { modelId, input } = checkShape('CountTokensRequest', value);
  const route = context.route(modelId);
  checkSupport(route, context);
  if (!('converse' in input)) {
    throw new ValidationException(
      'The invokeModel member of input is not served yet. Provide the converse member instead.',
    );
  }
  const parts = { operation: 'CountTokens', modelId, request: input.converse } as const;
  checkRules(parts, route, context);
  const call = createCall(parts, route, context);
  const inputTokens = await route.provider.countTokens(call);
  noteStandIn(context, route);
  return { body: { inputTokens } };
};

/** Recorded: the service refuses profiles here, and models that it cannot count for. */
function checkSupport({ resolved }: Route, { fidelity }: OperationContext): void {
  if (fidelity !== 'aws' || resolved === undefined) return;
  const { model, inferenceProfileId } = resolved;
  if (inferenceProfileId === null && model.features.includes('countTokens')) return;
  throw new ValidationException("The provided model doesn't support counting tokens.");
}
