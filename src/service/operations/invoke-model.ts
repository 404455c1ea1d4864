// InvokeModel: a request in the model's native format, answered in it.

import { checkModelIdForm } from '../../models/catalog/model-id.ts';
import { checkShape } from '../../protocol/validation/constraints.ts';
import { countHeaders, decodeNative, echoHeaders, headerMembers, noBody } from './native.ts';
import { sendNative } from './native-answer.ts';
import type { Operation } from './operation.ts';
import { traceOf } from './tracing.ts';

// The order of checks is observable: shape, model, body, rules; then the provider's own refusals.
export const invokeModel: Operation = async (input, context) => {
  checkModelIdForm(input);
  const { modelId, body = noBody, ...members } = checkShape('InvokeModelRequest', input);
  const door = { modelId, route: context.route(modelId), context };
  const decoded = decodeNative(body, door);
  const request = { ...decoded.request, ...headerMembers(members) };
  const asked = { operation: 'InvokeModel', modelId, request, isNative: true } as const;
  const { native, response } = await sendNative(asked, decoded, door);
  const trace = context.tracing ? { 'amazon-bedrock-trace': traceOf(context) } : {};
  const headers = { ...countHeaders(response), ...echoHeaders({ ...response, ...request }) };
  return { body: { ...native, ...trace }, headers };
};
