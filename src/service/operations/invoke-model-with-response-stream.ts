// InvokeModelWithResponseStream: a native request, answered in native chunks while they are made.

import { checkModelIdForm } from '../../models/catalog/model-id.ts';
import { checkShape } from '../../protocol/validation/constraints.ts';
import { decodeNative, echoHeaders, headerMembers, noBody } from './native.ts';
import { streamNative } from './native-answer.ts';
import type { Operation } from './operation.ts';

// The order of checks is observable: shape, model, body, rules; then the provider's own refusals.
export const invokeModelWithResponseStream: Operation = async (input, context) => {
  checkModelIdForm(input);
  const shape = checkShape('InvokeModelWithResponseStreamRequest', input);
  const { modelId, body = noBody, ...members } = shape;
  const door = { modelId, route: context.route(modelId), context };
  const decoded = decodeNative(body, door);
  const request = { ...decoded.request, ...headerMembers(members) };
  const operation = 'InvokeModelWithResponseStream';
  const asked = { operation, modelId, request, isNative: true } as const;
  const chunks = await streamNative(asked, decoded, door);
  const contentType = { 'x-amzn-bedrock-content-type': 'application/json' };
  return { chunks, headers: { ...contentType, ...echoHeaders(request) } };
};
