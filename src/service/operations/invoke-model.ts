// InvokeModel: a request in the model's native format, answered in it.

import { checkModelIdForm } from '../../models/catalog/model-id.ts';
import { checkShape } from '../../protocol/validation/constraints.ts';
import { reportLosses } from '../../providers/provider.ts';
import { send } from './answer.ts';
import { countHeaders, decodeNative, echoHeaders, headerMembers, noBody } from './native.ts';
import type { Operation } from './operation.ts';
import { traceOf } from './tracing.ts';

// The order of checks is observable: shape, model, body, rules; then the provider's own refusals.
export const invokeModel: Operation = async (input, context) => {
  checkModelIdForm(input);
  const { modelId, body = noBody, ...members } = checkShape('InvokeModelRequest', input);
  const route = context.route(modelId);
  const { request: decoded, answer } = decodeNative(body, { modelId, route, context });
  const request = { ...decoded, ...headerMembers(members) };
  const asked = { operation: 'InvokeModel', modelId, request } as const;
  const response = await send(asked, route, context);
  const { value, losses } = context.families[route.family].encodeResponse(response, answer);
  reportLosses(context.notes, losses);
  const trace = context.tracing ? { 'amazon-bedrock-trace': traceOf(context) } : {};
  const headers = { ...countHeaders(response), ...echoHeaders(response) };
  return { body: { ...value, ...trace }, headers };
};
