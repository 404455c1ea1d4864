// Converse: the whole answer to a conversation.

import { checkShape } from '../../protocol/validation/constraints.ts';
import { checkRules, createCall, echoOf, noteStandIn } from './call.ts';
import { checkModelIdForm } from '../../models/catalog/model-id.ts';
import type { Operation } from './operation.ts';

// The order of checks is observable: shape, model, rules; then the provider's own refusals.
export const converse: Operation = async (input, context) => {
  checkModelIdForm(input);
  const { modelId, ...request } = checkShape('ConverseRequest', input);
  const route = context.route(modelId);
  const parts = { operation: 'Converse', modelId, request } as const;
  checkRules(parts, route, context);
  const body = await route.provider.send(createCall(parts, route, context));
  noteStandIn(context, route);
  return { body: { ...echoOf(parts), ...body } };
};
