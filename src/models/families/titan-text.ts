// Amazon Titan Text: one prompt in, one text out. No system text, no tools, no media.

import type { ConverseResponse, Message } from '../../protocol/api/types.generated.ts';
import type { Converted } from '../../protocol/loss.ts';
import type { ConverseStreamEvent } from '../../protocol/stream/events.ts';
import { additionalOf, mergeAdditional } from './additional.ts';
import type { AnswerContext, Conversation, Family, FamilyStream } from './family.ts';
import { createLosses, leaveOut } from './losses.ts';
import type { JsonObject } from './native-json.ts';
import { compact, listOf, numberOf, objectOf, stringOf, textsOf } from './native-json.ts';
import { checkNative } from './native-shape.ts';
import type { NativeShape } from './native-shape.ts';
import { invocationUsage, usageOf } from './native-usage.ts';
import { plainText } from './plain-text.ts';
import { responseFields } from './response-fields.ts';
import { createStopReasons } from './stop-reasons.ts';
import { createTextDecoder, createTextEncoder } from './text-stream.ts';
import { fromTranscript, toTranscript } from './transcript.ts';
import { unsupportedField } from './unsupported.ts';

export const titanText: Family = {
  carries: new Set(['stopSequences']),
  decodeRequest,
  encodeRequest,
  decodeResponse,
  encodeResponse,
  createStreamDecoder,
  createStreamEncoder,
};

// Documented: "Amazon Titan Text models", inference parameters.
const requestShape: NativeShape = {
  type: 'object',
  required: ['inputText'],
  properties: {
    inputText: { type: 'string', minLength: 1 },
    textGenerationConfig: {
      type: 'object',
      properties: {
        // Of the largest model, Express; the others' bounds are 4,096 and 3,072.
        maxTokenCount: { type: 'integer', minimum: 0, maximum: 8192 },
        temperature: { type: 'number', minimum: 0, maximum: 1 },
        topP: { type: 'number', minimum: 0, maximum: 1 },
        stopSequences: { type: 'array', items: { type: 'string' } },
      },
    },
  },
};

const known = new Set(['inputText', 'textGenerationConfig']);

function decodeRequest(native: JsonObject): Converted<Conversation> {
  checkNative(native, requestShape);
  const config = objectOf(native['textGenerationConfig']);
  const stopSequences = textsOf(config['stopSequences']);
  const inferenceConfig = compact({
    maxTokens: numberOf(config['maxTokenCount']),
    temperature: numberOf(config['temperature']),
    topP: numberOf(config['topP']),
    stopSequences: stopSequences.length > 0 ? stopSequences : undefined,
  });
  const request: Conversation = {
    messages: toMessages(stringOf(native['inputText']) ?? ''),
    ...(Object.keys(inferenceConfig).length > 0 && { inferenceConfig }),
    ...additionalOf(native, known),
  };
  return { value: request, losses: [] };
}

// Documented: the form of a conversation, `User: ...\nBot: ...`.
const speakers = { user: 'User', assistant: 'Bot' };

/** The turns of a prompt in the documented form; any other prompt is the user's one message. */
function toMessages(prompt: string): readonly Message[] {
  return fromTranscript(prompt, speakers, 1) ?? [{ role: 'user', content: [{ text: prompt }] }];
}

function encodeRequest(request: Conversation): Converted<JsonObject> {
  const { messages = [], system = [], toolConfig, inferenceConfig = {} } = request;
  if (system.length > 0) throw unsupportedField('system');
  if (toolConfig !== undefined) throw unsupportedField('toolConfig');
  const losses = createLosses();
  leaveOut(request, ['outputConfig'], losses);
  const { maxTokens, temperature, topP, stopSequences } = inferenceConfig;
  const config = compact({ maxTokenCount: maxTokens, temperature, topP, stopSequences });
  const native = compact({
    inputText: toTranscript(messages, speakers, losses),
    textGenerationConfig: Object.keys(config).length > 0 ? config : undefined,
  });
  return { value: mergeAdditional(native, request), losses: losses.list };
}

// Documented. FINISHED stands in the recordings of older answers, FINISH in those of newer ones; a
// query of retrieval where that is off is an answer like any other.
const stopReasons = createStopReasons({
  FINISH: 'end_turn',
  FINISHED: 'end_turn',
  RAG_QUERY_WHEN_RAG_DISABLED: 'end_turn',
  CONTENT_FILTERED: 'content_filtered',
  LENGTH: 'max_tokens',
  STOP_CRITERIA_MET: 'stop_sequence',
});

function decodeResponse(native: JsonObject, context: AnswerContext): Converted<ConverseResponse> {
  const result = objectOf(listOf(native['results'])[0]);
  const text = stringOf(result['outputText']) ?? '';
  const response: ConverseResponse = {
    output: { message: { role: 'assistant', content: [{ text }] } },
    stopReason: stopReasons.decode(result['completionReason']),
    usage: usageOf(native['inputTextTokenCount'], result['tokenCount']),
    metrics: { latencyMs: context.latencyMs() },
    ...responseFields(native, context.request),
  };
  return { value: response, losses: [] };
}

function encodeResponse({ output, stopReason, usage }: ConverseResponse): Converted<JsonObject> {
  const losses = createLosses();
  const outputText = plainText(output.message.content, 'output.message.content', losses);
  const completionReason = stopReasons.encode(stopReason, losses);
  const result = { tokenCount: usage.outputTokens, outputText, completionReason };
  const value = { inputTextTokenCount: usage.inputTokens, results: [result] };
  return { value, losses: losses.list };
}

function createStreamDecoder(
  context: AnswerContext,
): FamilyStream<JsonObject, ConverseStreamEvent> {
  let inputTokens: unknown;
  return createTextDecoder((chunk) => {
    // The prompt is counted in the first chunk, the answer in the last.
    inputTokens ??= chunk['inputTextTokenCount'] ?? undefined;
    const outputTokens = chunk['totalOutputTextTokenCount'];
    const { completionReason } = chunk;
    const isLast = typeof completionReason === 'string';
    const isCounted = typeof inputTokens === 'number' && typeof outputTokens === 'number';
    const counted = isCounted ? undefined : invocationUsage(chunk);
    return {
      text: stringOf(chunk['outputText']) ?? '',
      stopReason: isLast ? stopReasons.decode(completionReason) : undefined,
      usage: counted ?? usageOf(inputTokens, outputTokens),
    };
  }, context);
}

function createStreamEncoder(): FamilyStream<ConverseStreamEvent, JsonObject> {
  return createTextEncoder({
    piece: (outputText) => chunkOf(outputText, {}),
    last: (stopReason, { inputTokens, outputTokens }, losses) =>
      chunkOf('', {
        totalOutputTextTokenCount: outputTokens,
        completionReason: stopReasons.encode(stopReason, losses),
        inputTextTokenCount: inputTokens,
      }),
  });
}

function chunkOf(outputText: string, rest: JsonObject): JsonObject {
  return {
    outputText,
    index: 0,
    totalOutputTextTokenCount: null,
    completionReason: null,
    inputTextTokenCount: null,
    ...rest,
  };
}
