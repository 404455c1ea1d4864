// Meta Llama: one prompt in the model's own template in, one text out, which may hold calls.

import type { ConverseResponse, Message } from '../../protocol/api/types.generated.ts';
import type { Converted } from '../../protocol/loss.ts';
import { additionalOf, mergeAdditional } from './additional.ts';
import type { AnswerContext, Conversation, Family, FamilyContext } from './family.ts';
import { readerOptions, stopReasons, toToolUse } from './llama/answer.ts';
import { readAnswer } from './llama/answer-reader.ts';
import { writeAnswer } from './llama/answer-writer.ts';
import { readInstruct, writeInstruct } from './llama/instruct.ts';
import { markersOf } from './llama/markers.ts';
import type { ReadConversation } from './llama/read-prompt.ts';
import { readPrompt, toImage, withImages } from './llama/read-prompt.ts';
import { createStreamDecoder, createStreamEncoder } from './llama/stream.ts';
import type { Prompt } from './llama/write-prompt.ts';
import { writePrompt } from './llama/write-prompt.ts';
import type { Losses } from './losses.ts';
import { createLosses, leaveOut } from './losses.ts';
import type { JsonObject } from './native-json.ts';
import { compact, numberOf, stringOf, textsOf } from './native-json.ts';
import { checkNative } from './native-shape.ts';
import type { NativeShape } from './native-shape.ts';
import { invocationUsage, usageOf } from './native-usage.ts';

export const llama: Family = {
  carries: new Set(['images', 'system', 'tools']),
  decodeRequest,
  encodeRequest,
  decodeResponse,
  encodeResponse,
  createStreamDecoder,
  createStreamEncoder,
};

// Documented: "Meta Llama models", request; 2,048 tokens of an answer at first, 8,192 by now.
const textShape = {
  prompt: { type: 'string', minLength: 1 },
  temperature: { type: 'number', minimum: 0, maximum: 1 },
  top_p: { type: 'number', minimum: 0, maximum: 1 },
  max_gen_len: { type: 'integer', minimum: 1, maximum: 8192 },
} as const;

const requestShape: NativeShape = {
  type: 'object',
  required: ['prompt'],
  properties: { ...textShape, images: { type: 'array', items: { type: 'string' } } },
};

const llama2Shape: NativeShape = { type: 'object', required: ['prompt'], properties: textShape };

const known = new Set(['prompt', 'temperature', 'top_p', 'max_gen_len', 'images']);

function decodeRequest(native: JsonObject, context: FamilyContext): Converted<Conversation> {
  checkNative(native, context.template === 'llama2' ? llama2Shape : requestShape);
  const losses = createLosses();
  const inferenceConfig = compact({
    maxTokens: numberOf(native['max_gen_len']),
    temperature: numberOf(native['temperature']),
    topP: numberOf(native['top_p']),
  });
  const value: Conversation = {
    ...decodePrompt(native, context, losses),
    ...(Object.keys(inferenceConfig).length > 0 && { inferenceConfig }),
    ...additionalOf(native, known),
  };
  return { value, losses: losses.list };
}

/** A prompt that is in no template is what the user says. */
function decodePrompt(
  native: JsonObject,
  { template }: FamilyContext,
  losses: Losses,
): ReadConversation {
  const prompt = stringOf(native['prompt']) ?? '';
  const images = textsOf(native['images']);
  const markers = markersOf(template);
  const read =
    markers === undefined
      ? readInstruct(prompt)
      : readPrompt(prompt, { markers, template, images }, losses);
  if (read !== undefined) return read;
  const bare: Message = { role: 'user', content: [{ text: prompt }] };
  return { messages: withImages([bare], images.map(toImage)) };
}

function encodeRequest(request: Conversation, context: FamilyContext): Converted<JsonObject> {
  const losses = createLosses();
  leaveOut(request, ['inferenceConfig.stopSequences', 'outputConfig'], losses);
  const { maxTokens, temperature, topP } = request.inferenceConfig ?? {};
  const { prompt, images } = encodePrompt(request, context, losses);
  const native = compact({
    prompt,
    images: images.length > 0 ? images : undefined,
    // Documented: where Converse names none it is the model's most; the format's default is 512.
    max_gen_len: maxTokens ?? context.maxTokens,
    temperature,
    top_p: topP,
  });
  return { value: mergeAdditional(native, request), losses: losses.list };
}

function encodePrompt(request: Conversation, { template }: FamilyContext, losses: Losses): Prompt {
  const markers = markersOf(template);
  if (markers !== undefined) return writePrompt(request, { markers, template }, losses);
  return { prompt: writeInstruct(request, losses), images: [] };
}

function decodeResponse(native: JsonObject, context: AnswerContext): Converted<ConverseResponse> {
  const items = readAnswer(stringOf(native['generation']) ?? '', readerOptions(context));
  const content = items.map((item) => ('text' in item ? item : toToolUse(item.call, context)));
  const hasCall = content.some((block) => 'toolUse' in block);
  const value: ConverseResponse = {
    output: { message: { role: 'assistant', content } },
    stopReason: stopReasons.decode(native['stop_reason'], hasCall),
    usage:
      invocationUsage(native) ??
      usageOf(native['prompt_token_count'], native['generation_token_count']),
    metrics: { latencyMs: context.latencyMs() },
  };
  return { value, losses: [] };
}

function encodeResponse(
  response: ConverseResponse,
  { template }: AnswerContext,
): Converted<JsonObject> {
  const losses = createLosses();
  const { output, stopReason, usage } = response;
  leaveOut(response, ['additionalModelResponseFields'], losses);
  const place = { path: 'output.message.content', template, isTrimmed: true };
  const { text, hasCall } = writeAnswer(output.message.content, place, losses);
  const value = {
    generation: text,
    prompt_token_count: usage.inputTokens,
    generation_token_count: usage.outputTokens,
    stop_reason: stopReasons.encode(stopReason, hasCall, losses),
  };
  return { value, losses: losses.list };
}
