// AI21 Jurassic-2: one prompt in, completions out. No turns, system text, tools or streams on AWS.

import type { ConverseResponse } from '../../protocol/api/types.generated.ts';
import type { Converted } from '../../protocol/loss.ts';
import type { ConverseStreamEvent } from '../../protocol/stream/events.ts';
import { additionalOf, mergeAdditional } from './additional.ts';
import type { AnswerContext, Conversation, Family, FamilyStream } from './family.ts';
import { createLosses } from './losses.ts';
import type { JsonObject } from './native-json.ts';
import { compact, listOf, numberOf, objectOf, stringOf, textsOf } from './native-json.ts';
import { checkNative } from './native-shape.ts';
import type { NativeShape } from './native-shape.ts';
import { invocationUsage, usageOf } from './native-usage.ts';
import { plainText } from './plain-text.ts';
import { decodePrompt, encodePrompt } from './prompt.ts';
import { responseFields } from './response-fields.ts';
import { createStopReasons } from './stop-reasons.ts';
import type { TextChunk } from './text-stream.ts';
import { createTextDecoder, createTextEncoder } from './text-stream.ts';

export const j2: Family = {
  carries: new Set(['stopSequences']),
  decodeRequest,
  encodeRequest,
  decodeResponse,
  encodeResponse,
  createStreamDecoder,
  createStreamEncoder,
};

const penalty: NativeShape = { type: 'object', properties: {}, open: true };

// Documented: "AI21 Labs Jurassic-2 models", request body.
const requestShape: NativeShape = {
  type: 'object',
  required: ['prompt'],
  properties: {
    prompt: { type: 'string', minLength: 1 },
    temperature: { type: 'number', minimum: 0, maximum: 1 },
    topP: { type: 'number', minimum: 0, maximum: 1 },
    maxTokens: { type: 'integer', minimum: 0, maximum: 8191 },
    stopSequences: { type: 'array', items: { type: 'string' } },
    minTokens: { type: 'integer', minimum: 0 },
    numResults: { type: 'integer', minimum: 1 },
    topKReturn: { type: 'integer', minimum: 0 },
    logitBias: { type: 'object', properties: {}, open: true },
    countPenalty: penalty,
    presencePenalty: penalty,
    frequencyPenalty: penalty,
  },
};

const known = new Set(['prompt', 'temperature', 'topP', 'maxTokens', 'stopSequences']);

const speakers = { user: 'User', assistant: 'Assistant' };

function decodeRequest(native: JsonObject): Converted<Conversation> {
  checkNative(native, requestShape);
  const stopSequences = textsOf(native['stopSequences']);
  const inferenceConfig = compact({
    maxTokens: numberOf(native['maxTokens']),
    temperature: numberOf(native['temperature']),
    topP: numberOf(native['topP']),
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
  const prompt = encodePrompt(request, speakers, losses);
  const native = compact({ prompt, maxTokens, temperature, topP, stopSequences });
  return { value: mergeAdditional(native, request), losses: losses.list };
}

// Documented: `finishReason.reason` of a completion.
const stopReasons = createStopReasons({
  endoftext: 'end_turn',
  length: 'max_tokens',
  stop: 'stop_sequence',
});

function decodeResponse(native: JsonObject, context: AnswerContext): Converted<ConverseResponse> {
  const { text, stopReason = 'end_turn', usage = usageOf(0, 0) } = read(native);
  const value: ConverseResponse = {
    output: { message: { role: 'assistant', content: [{ text }] } },
    stopReason,
    usage,
    metrics: { latencyMs: context.latencyMs() },
    ...responseFields(native, context.request),
  };
  return { value, losses: [] };
}

/** A whole answer, or a chunk of the same form. */
function read(native: JsonObject): TextChunk {
  const completion = objectOf(listOf(native['completions'])[0]);
  const data = objectOf(completion['data']);
  const { reason } = objectOf(completion['finishReason']);
  return {
    text: stringOf(data['text']) ?? '',
    stopReason: typeof reason === 'string' ? stopReasons.decode(reason) : undefined,
    usage: invocationUsage(native) ?? tokensOf(objectOf(native['prompt']), data),
  };
}

/** Prompt and answer come with the list of their tokens. */
function tokensOf(prompt: JsonObject, data: JsonObject) {
  return usageOf(listOf(prompt['tokens']).length, listOf(data['tokens']).length);
}

/** Tokens are not listed, as nobody but the model knows them; the headers count them. */
function encodeResponse(
  { output, stopReason }: ConverseResponse,
  { responseId, request }: AnswerContext,
): Converted<JsonObject> {
  const losses = createLosses();
  const text = plainText(output.message.content, 'output.message.content', losses);
  const completion = completionOf(text, { reason: stopReasons.encode(stopReason, losses) });
  const prompt = { text: encodePrompt(request, speakers, createLosses()), tokens: [] };
  return { value: { id: responseId, prompt, completions: [completion] }, losses: losses.list };
}

function completionOf(text: string, finishReason: JsonObject | null): JsonObject {
  return { data: { text, tokens: [] }, finishReason };
}

function createStreamDecoder(
  context: AnswerContext,
): FamilyStream<JsonObject, ConverseStreamEvent> {
  return createTextDecoder(read, context);
}

/** AWS streams nothing of this format: the chunks are answers in part, as those of its kind are. */
function createStreamEncoder(): FamilyStream<ConverseStreamEvent, JsonObject> {
  return createTextEncoder({
    piece: (text) => ({ completions: [completionOf(text, null)] }),
    last: (stopReason, _usage, losses) => ({
      completions: [completionOf('', { reason: stopReasons.encode(stopReason, losses) })],
    }),
  });
}
