// The door of native requests: their bodies to conversations, answers back into their format.

import { jsonDepthMax } from '../../limits.ts';
import type { ConverseResponse, InvokeModelRequest } from '../../protocol/api/types.generated.ts';
import { ValidationException } from '../../protocol/errors.ts';
import type { Loss } from '../../protocol/loss.ts';
import { nestsDeeper } from '../../protocol/validation/depth.ts';
import { parseNativeBody } from '../../protocol/wire/rest-json.ts';
import type { AnswerContext, Conversation } from '../../models/families/family.ts';
import type { JsonObject } from '../../models/families/native-json.ts';
import type { Route } from '../route.ts';
import { answerContext } from '../over-family.ts';
import type { OperationContext } from './operation.ts';

export interface Door {
  readonly modelId: string;
  readonly route: Route;
  readonly context: OperationContext;
}

/** The body of a request that has none. */
export const noBody = new Uint8Array(0);

/** A native request and the conversation that it is. */
export interface Decoded {
  readonly native: JsonObject;
  readonly request: Conversation;
  /** What of the native request the conversation does not hold. */
  readonly losses: readonly Loss[];
  /** What a native answer is made with. */
  readonly answer: AnswerContext;
}

/** The conversation of a native body. Throws ValidationException in the service's words. */
export function decodeNative(body: Uint8Array, door: Door): Decoded {
  const { modelId, route, context } = door;
  const native = parseNativeBody(body);
  checkDepth(native);
  const place = route.places[0];
  if (place === undefined) throw new Error('a route has at least one place');
  const { id: _id, ...model } = place.model;
  const doorContext = { ...model, modelId: route.resolved?.model.modelId ?? modelId };
  const { value, losses } = context.families[route.family].decodeRequest(native, doorContext);
  const answer = answerContext({ model: place.model, request: value }, context.environment);
  return { native, request: value, losses, answer: { ...answer, ...doorContext } };
}

/** What recurses into a body behind this may do so. The words are ours. */
function checkDepth(native: JsonObject): void {
  if (!nestsDeeper(native, jsonDepthMax)) return;
  throw new ValidationException(
    `Malformed input request: #: nests deeper than ${jsonDepthMax} levels, ` +
      'please reformat your input and try again.',
  );
}

/** What the headers of InvokeModel say that stands in the body of Converse. */
export function headerMembers(
  input: Omit<InvokeModelRequest, 'body' | 'modelId'>,
): Partial<Conversation> {
  const { guardrailIdentifier = '', guardrailVersion = '' } = input;
  const { performanceConfigLatency: latency, serviceTier: type } = input;
  if (guardrailIdentifier === '' && guardrailVersion !== '') {
    throw new ValidationException(
      'guardrailVersion is given without guardrailIdentifier. Provide both and try again.',
    );
  }
  return {
    ...(guardrailIdentifier !== '' && {
      guardrailConfig: { guardrailIdentifier, guardrailVersion },
    }),
    ...(latency !== undefined && { performanceConfig: { latency } }),
    ...(type !== undefined && { serviceTier: { type } }),
  };
}

/** The speed and the tier that a native answer says again, in headers. */
export function echoHeaders({
  performanceConfig,
  serviceTier,
}: Pick<ConverseResponse, 'performanceConfig' | 'serviceTier'>): Record<string, string> {
  const { latency } = performanceConfig ?? {};
  return {
    ...(latency !== undefined && { 'x-amzn-bedrock-performanceconfig-latency': latency }),
    ...(serviceTier !== undefined && { 'x-amzn-bedrock-service-tier': serviceTier.type }),
  };
}

/** Recorded: what a whole native answer counts, in headers. */
export function countHeaders({ usage, metrics }: ConverseResponse): Record<string, string> {
  const { cacheReadInputTokens: read, cacheWriteInputTokens: written } = usage;
  return {
    'x-amzn-bedrock-invocation-latency': String(metrics.latencyMs),
    'x-amzn-bedrock-input-token-count': String(usage.inputTokens),
    'x-amzn-bedrock-output-token-count': String(usage.outputTokens),
    ...(read !== undefined && { 'x-amzn-bedrock-cache-read-input-token-count': String(read) }),
    ...(written !== undefined && {
      'x-amzn-bedrock-cache-write-input-token-count': String(written),
    }),
  };
}
