// InvokeModelWithResponseStream: a native request, answered in native chunks while they are made.

import { checkModelIdForm } from '../../models/catalog/model-id.ts';
import { checkShape } from '../../protocol/validation/constraints.ts';
import { stream } from './answer.ts';
import { decodeNative, echoHeaders, headerMembers, nativeChunks, noBody } from './native.ts';
import type { Operation } from './operation.ts';

// The order of checks is observable: shape, model, body, rules; then the provider's own refusals.
export const invokeModelWithResponseStream: Operation = async (input, context) => {
  checkModelIdForm(input);
  const shape = checkShape('InvokeModelWithResponseStreamRequest', input);
  const { modelId, body = noBody, ...members } = shape;
  const route = context.route(modelId);
  const door = { modelId, route, context };
  const decoded = decodeNative(body, door);
  const request = { ...decoded.request, ...headerMembers(members) };
  const asked = { operation: 'InvokeModelWithResponseStream', modelId, request } as const;
  const events = await stream(asked, route, context);
  const headers = {
    'x-amzn-bedrock-content-type': 'application/json',
    ...echoHeaders(request),
  };
  return { chunks: nativeChunks(events, decoded, door), headers };
};
