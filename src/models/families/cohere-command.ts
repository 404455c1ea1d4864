// Cohere Command, before the R: one prompt in, generations out. No turns, system text or tools.

import type { ConverseResponse, Message } from '../../protocol/api/types.generated.ts';
import { ModelErrorException, ModelStreamErrorException } from '../../protocol/errors.ts';
import type { Converted } from '../../protocol/loss.ts';
import type { ConverseStreamEvent } from '../../protocol/stream/events.ts';
import { additionalOf, mergeAdditional } from './additional.ts';
import type { AnswerContext, Conversation, Family, FamilyStream } from './family.ts';
import { createLosses } from './losses.ts';
import type { JsonObject } from './native-json.ts';
import { compact, listOf, numberOf, objectOf, stringOf, textsOf } from './native-json.ts';
import { unexpected } from './native-error.ts';
import { checkNative } from './native-shape.ts';
import type { NativeShape } from './native-shape.ts';
import { invocationUsage, usageOf } from './native-usage.ts';
import { plainText } from './plain-text.ts';
import { decodePrompt, encodePrompt } from './prompt.ts';
import { responseFields } from './response-fields.ts';
import { createStopReasons } from './stop-reasons.ts';
import { createTextDecoder, createTextEncoder } from './text-stream.ts';

export const cohereCommand: Family = {
  carries: new Set(['stopSequences']),
  decodeRequest,
  encodeRequest,
  decodeResponse,
  encodeResponse,
  createStreamDecoder,
  createStreamEncoder,
};

// Documented: "Cohere Command models", request.
const requestShape: NativeShape = {
  type: 'object',
  required: ['prompt'],
  properties: {
    prompt: { type: 'string', minLength: 1 },
    temperature: { type: 'number', minimum: 0, maximum: 5 },
    p: { type: 'number', minimum: 0, maximum: 1 },
    k: { type: 'number', minimum: 0, maximum: 500 },
    max_tokens: { type: 'integer', minimum: 1, maximum: 4096 },
    stop_sequences: { type: 'array', items: { type: 'string' }, maxItems: 4 },
    return_likelihoods: { type: 'string', enum: ['GENERATION', 'ALL', 'NONE'] },
    stream: { type: 'boolean' },
    num_generations: { type: 'integer', minimum: 1, maximum: 5 },
    logit_bias: { type: 'object', properties: {}, open: true },
    truncate: { type: 'string', enum: ['NONE', 'START', 'END'] },
  },
};

// Whether an answer is streamed is what the operation says: `stream` says it again.
const known = new Set(['prompt', 'temperature', 'p', 'max_tokens', 'stop_sequences', 'stream']);

// Documented: the names in the maker's examples of chats.
const speakers = { user: 'User', assistant: 'Chatbot' };

function decodeRequest(native: JsonObject): Converted<Conversation> {
  checkNative(native, requestShape);
  const stopSequences = textsOf(native['stop_sequences']);
  const inferenceConfig = compact({
    maxTokens: numberOf(native['max_tokens']),
    temperature: numberOf(native['temperature']),
    topP: numberOf(native['p']),
    stopSequences: stopSequences.length > 0 ? stopSequences : undefined,
  });
  const value: Conversation = {
    messages: decodePrompt(stringOf(native['prompt']) ?? '', speakers),
    ...(Object.keys(inferenceConfig).length > 0 && { inferenceConfig }),
    ...additionalOf(native, known),
  };
  return { value, losses: [] };
}

function encodeRequest(request: Conversation): Converted<JsonObject> {
  const losses = createLosses();
  const { maxTokens, temperature, topP, stopSequences } = request.inferenceConfig ?? {};
  const native = compact({
    prompt: encodePrompt(request, speakers, losses),
    max_tokens: maxTokens,
    temperature,
    p: topP,
    stop_sequences: stopSequences,
  });
  return { value: mergeAdditional(native, request), losses: losses.list };
}

// Documented, and of the maker's own API: ERROR_LIMIT is a context that is full.
const stopReasons = createStopReasons({
  COMPLETE: 'end_turn',
  MAX_TOKENS: 'max_tokens',
  STOP_SEQUENCE: 'stop_sequence',
  ERROR_TOXIC: 'content_filtered',
  ERROR_LIMIT: 'model_context_window_exceeded',
});

function decodeResponse(native: JsonObject, context: AnswerContext): Converted<ConverseResponse> {
  const generation = objectOf(listOf(native['generations'])[0]);
  if (generation['finish_reason'] === 'ERROR') throw new ModelErrorException(unexpected);
  const value: ConverseResponse = {
    output: { message: messageOf(stringOf(generation['text']) ?? '') },
    stopReason: stopReasons.decode(generation['finish_reason']),
    usage: invocationUsage(native) ?? usageOf(0, 0),
    metrics: { latencyMs: context.latencyMs() },
    ...responseFields(native, context.request),
  };
  return { value, losses: [] };
}

function messageOf(text: string): Message {
  return { role: 'assistant', content: [{ text }] };
}

/** The counts stand in the headers of the answer: the format itself has none. */
function encodeResponse(
  { output, stopReason }: ConverseResponse,
  { responseId, request }: AnswerContext,
): Converted<JsonObject> {
  const losses = createLosses();
  const text = plainText(output.message.content, 'output.message.content', losses);
  const finishReason = stopReasons.encode(stopReason, losses);
  const prompt = encodePrompt(request, speakers, createLosses());
  const generation = { finish_reason: finishReason, id: responseId, text };
  return { value: { generations: [generation], id: responseId, prompt }, losses: losses.list };
}

function createStreamDecoder(
  context: AnswerContext,
): FamilyStream<JsonObject, ConverseStreamEvent> {
  return createTextDecoder((chunk) => {
    // Without `stream` in the request the one chunk is the whole answer.
    const generation = objectOf(listOf(chunk['generations'])[0] ?? chunk);
    const reason = generation['finish_reason'];
    if (reason === 'ERROR') throw new ModelStreamErrorException(unexpected);
    const isLast = chunk['is_finished'] === true || typeof reason === 'string';
    return {
      text: stringOf(generation['text']) ?? '',
      stopReason: isLast ? stopReasons.decode(reason) : undefined,
      usage: invocationUsage(chunk),
    };
  }, context);
}

function createStreamEncoder(): FamilyStream<ConverseStreamEvent, JsonObject> {
  return createTextEncoder({
    piece: (text) => ({ index: 0, is_finished: false, text }),
    last: (stopReason, _usage, losses) => ({
      finish_reason: stopReasons.encode(stopReason, losses),
      index: 0,
      is_finished: true,
    }),
  });
}
