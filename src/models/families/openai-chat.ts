// OpenAI's Chat Completions: the format of vLLM, Ollama, llama.cpp and most makers of open models.

import type { InferenceConfiguration, OutputConfig } from '../../protocol/api/types.generated.ts';
import type { Converted } from '../../protocol/loss.ts';
import { additionalOf, mergeAdditional } from './additional.ts';
import type { Conversation, Family, FamilyContext } from './family.ts';
import type { Losses } from './losses.ts';
import { createLosses, leaveOut } from './losses.ts';
import type { JsonObject } from './native-json.ts';
import { compact, listOf, numberOf, objectOf, stringOf, textsOf } from './native-json.ts';
import type { NativeShape } from './native-shape.ts';
import { decodeResponse, encodeResponse } from './openai-chat/answer.ts';
import { fromNativeMessages } from './openai-chat/messages-from-native.ts';
import { toNativeMessages } from './openai-chat/messages-to-native.ts';
import { fromResponseFormat, toResponseFormat } from './openai-chat/output-format.ts';
import { carriedBy, defaultQuirks } from './openai-chat/quirks.ts';
import type { OpenaiQuirks } from './openai-chat/quirks.ts';
import { checkRequest, requestShape } from './openai-chat/request-shape.ts';
import { createStreamDecoder } from './openai-chat/stream-decoder.ts';
import { createStreamEncoder } from './openai-chat/stream-encoder.ts';
import { fromNativeTools, toNativeTools } from './openai-chat/tools.ts';
import { serviceTierOf } from './openai-chat/usage.ts';

/**
 * The family as servers of one kind speak it: how they depart from what most do, and the shape of
 * a client's request.
 */
export function createOpenaiChat(
  departures: Partial<OpenaiQuirks> = {},
  shape: NativeShape = requestShape,
): Family {
  const quirks = { ...defaultQuirks, ...departures };
  return {
    carries: carriedBy(quirks),
    decodeRequest(native, context) {
      checkRequest(native, shape);
      return decodeRequest(native, quirks, context);
    },
    encodeRequest: (request, context) => encodeRequest(request, quirks, context),
    decodeResponse,
    encodeResponse: (response, context) => encodeResponse(response, quirks, context),
    createStreamDecoder: (context) => createStreamDecoder(quirks, context),
    createStreamEncoder: (context) => createStreamEncoder(quirks, context),
  };
}

export const openaiChat: Family = createOpenaiChat();

// `stream` is the operation's to say, and its counts always come.
const known = [
  'max_completion_tokens',
  'max_tokens',
  'messages',
  'model',
  'reasoning_effort',
  'response_format',
  'service_tier',
  'stop',
  'stream',
  'stream_options',
  'temperature',
  'tool_choice',
  'tools',
  'top_p',
];

function decodeRequest(
  native: JsonObject,
  quirks: OpenaiQuirks,
  { modelId }: FamilyContext,
): Converted<Conversation> {
  const losses = createLosses();
  if (quirks.namesModel) tellModel(native, modelId, losses);
  const { system, messages } = fromNativeMessages(listOf(native['messages']), { quirks, losses });
  const { toolConfig, additional } = fromNativeTools(native);
  const { outputConfig, remainder } = fromNativeOutput(native, losses);
  const inferenceConfig = fromNativeInference(native, losses);
  const request: Conversation = {
    messages,
    ...(system.length > 0 && { system }),
    ...(Object.keys(inferenceConfig).length > 0 && { inferenceConfig }),
    ...(toolConfig !== undefined && { toolConfig }),
    ...(outputConfig !== undefined && { outputConfig }),
    ...serviceTierOf(native),
    ...restOf(native, compact({ ...additional, response_format: remainder })),
  };
  return { value: request, losses: losses.list };
}

/** Documented: the body's model must be the one of the path; the server answers for the latter. */
function tellModel({ model }: JsonObject, modelId: string, losses: Losses): void {
  if (model === undefined || model === modelId) return;
  losses.add('model', 'left out', 'the model that the operation names answers');
}

/** What Converse has no member for, null left out: it says what is said by nothing. */
function restOf(
  native: JsonObject,
  additional: JsonObject,
): Pick<Conversation, 'additionalModelRequestFields'> {
  const remaining = new Set(known);
  for (const name of Object.keys(additional)) remaining.delete(name);
  // A tier that Converse does not know stays with the model.
  if (serviceTierOf(native).serviceTier === undefined) remaining.delete('service_tier');
  const said = Object.entries({ ...native, ...additional }).filter(([, value]) => value !== null);
  return additionalOf(Object.fromEntries(said), remaining);
}

function fromNativeInference(native: JsonObject, losses: Losses): InferenceConfiguration {
  const newer = numberOf(native['max_completion_tokens']);
  const older = numberOf(native['max_tokens']);
  if (newer !== undefined && older !== undefined && newer !== older) {
    losses.add('max_tokens', 'left out', 'max_completion_tokens says it, too');
  }
  const stopSequences = textsOf(native['stop']);
  return compact({
    maxTokens: newer ?? older,
    temperature: numberOf(native['temperature']),
    topP: numberOf(native['top_p']),
    stopSequences: stopSequences.length > 0 ? stopSequences : undefined,
  });
}

interface Output {
  readonly outputConfig?: OutputConfig;
  readonly remainder?: JsonObject | undefined;
}

function fromNativeOutput(native: JsonObject, losses: Losses): Output {
  const { textFormat, remainder } = fromResponseFormat(native['response_format'], losses);
  const effort = stringOf(native['reasoning_effort']);
  const outputConfig = {
    ...(textFormat !== undefined && { textFormat }),
    ...(effort !== undefined && { effort }),
  };
  return Object.keys(outputConfig).length > 0 ? { outputConfig, remainder } : { remainder };
}

function encodeRequest(
  request: Conversation,
  quirks: OpenaiQuirks,
  { modelId }: FamilyContext,
): Converted<JsonObject> {
  const { inferenceConfig = {}, toolConfig, serviceTier } = request;
  const losses = createLosses();
  const added = objectOf(request.additionalModelRequestFields);
  const { maxTokens, temperature, topP, stopSequences = [] } = inferenceConfig;
  const native = compact({
    model: quirks.namesModel ? modelId : undefined,
    messages: toNativeMessages(request, { quirks, losses }),
    [quirks.maxTokensMember]: maxTokens,
    temperature,
    top_p: topP,
    stop: stopSequences.length > 0 ? stopSequences : undefined,
    ...toNativeTools(toolConfig, added, { path: 'toolConfig', losses }),
    ...toNativeOutput(request, quirks, losses),
    service_tier: serviceTier?.type,
  });
  return { value: mergeAdditional(native, withoutTools(request)), losses: losses.list };
}

function toNativeOutput(
  request: Conversation,
  { carriesSchemas, carriesEffort }: OpenaiQuirks,
  losses: Losses,
): JsonObject {
  const { textFormat, effort } = request.outputConfig ?? {};
  if (!carriesSchemas) leaveOut(request, ['outputConfig.textFormat'], losses);
  if (!carriesEffort) leaveOut(request, ['outputConfig.effort'], losses);
  return compact({
    response_format: carriesSchemas && textFormat ? toResponseFormat(textFormat) : undefined,
    reasoning_effort: carriesEffort ? effort : undefined,
  });
}

/** The tools among the additional fields stand with the others already. */
function withoutTools(request: Conversation): Conversation {
  const { tools, ...rest } = objectOf(request.additionalModelRequestFields);
  if (!Array.isArray(tools)) return request;
  const additionalModelRequestFields = rest as Conversation['additionalModelRequestFields'];
  return { ...request, ...(additionalModelRequestFields && { additionalModelRequestFields }) };
}
