// ConverseStream: the answer to a conversation as events, while it is made.

import { checkShape } from '../../protocol/validation/constraints.ts';
import { checkModelIdForm } from '../../models/catalog/model-id.ts';
import { stream } from './answer.ts';
import type { Operation } from './operation.ts';
import { isTraced, tracedEvents } from './tracing.ts';

// The order of checks is observable: shape, model, rules; then the provider's own refusals.
export const converseStream: Operation = async (input, context) => {
  checkModelIdForm(input);
  const { modelId, ...request } = checkShape('ConverseStreamRequest', input);
  const route = context.route(modelId);
  const asked = { operation: 'ConverseStream', modelId, request } as const;
  const events = await stream(asked, route, context);
  return { events: isTraced(request, context) ? tracedEvents(events, context) : events };
};
