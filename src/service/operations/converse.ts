// Converse: the whole answer to a conversation.

import { checkShape } from '../../protocol/validation/constraints.ts';
import { checkModelIdForm } from '../../models/catalog/model-id.ts';
import { send } from './answer.ts';
import type { Operation } from './operation.ts';
import { isTraced, withTrace } from './tracing.ts';

// The order of checks is observable: shape, model, rules; then the provider's own refusals.
export const converse: Operation = async (input, context) => {
  checkModelIdForm(input);
  const { modelId, ...request } = checkShape('ConverseRequest', input);
  const route = context.route(modelId);
  const asked = { operation: 'Converse', modelId, request } as const;
  const response = await send(asked, route, context);
  return { body: isTraced(request, context) ? withTrace(response, context) : response };
};
