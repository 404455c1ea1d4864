// DeepSeek-R1: one prompt in, one text out, which begins with the model's reasoning.

import type { Converted } from '../../protocol/loss.ts';
import { additionalOf, mergeAdditional } from './additional.ts';
import { decodeResponse, encodeResponse } from './deepseek-r1/answer.ts';
import { fromPrompt, toPrompt } from './deepseek-r1/prompt.ts';
import { createStreamDecoder, createStreamEncoder } from './deepseek-r1/stream.ts';
import type { Conversation, Family } from './family.ts';
import { createLosses, leaveOut } from './losses.ts';
import type { JsonObject } from './native-json.ts';
import { compact, numberOf, stringOf, textsOf } from './native-json.ts';
import { checkNative } from './native-shape.ts';
import type { NativeShape } from './native-shape.ts';
import { unsupportedField } from './unsupported.ts';

export const deepseekR1: Family = {
  carries: new Set(['reasoning', 'stopSequences', 'system']),
  decodeRequest,
  encodeRequest,
  decodeResponse,
  encodeResponse,
  createStreamDecoder,
  createStreamEncoder,
};

// Documented: "DeepSeek models", request body.
const requestShape: NativeShape = {
  type: 'object',
  required: ['prompt'],
  properties: {
    prompt: { type: 'string', minLength: 1 },
    temperature: { type: 'number', minimum: 0, maximum: 1 },
    top_p: { type: 'number', minimum: 0, maximum: 1 },
    max_tokens: { type: 'integer', minimum: 1, maximum: 32_768 },
    stop: { type: 'array', items: { type: 'string' }, maxItems: 10 },
  },
  // What servers of the open model take besides.
  open: true,
};

const known = new Set(['prompt', 'temperature', 'top_p', 'max_tokens', 'stop']);

function decodeRequest(native: JsonObject): Converted<Conversation> {
  checkNative(native, requestShape);
  const losses = createLosses();
  const stopSequences = textsOf(native['stop']);
  const inferenceConfig = compact({
    maxTokens: numberOf(native['max_tokens']),
    temperature: numberOf(native['temperature']),
    topP: numberOf(native['top_p']),
    stopSequences: stopSequences.length > 0 ? stopSequences : undefined,
  });
  const value: Conversation = {
    ...fromPrompt(stringOf(native['prompt']) ?? '', losses),
    ...(Object.keys(inferenceConfig).length > 0 && { inferenceConfig }),
    ...additionalOf(native, known),
  };
  return { value, losses: losses.list };
}

function encodeRequest(request: Conversation): Converted<JsonObject> {
  const { toolConfig, inferenceConfig = {} } = request;
  if (toolConfig !== undefined) throw unsupportedField('toolConfig');
  const losses = createLosses();
  leaveOut(request, ['outputConfig'], losses);
  const { maxTokens, temperature, topP, stopSequences = [] } = inferenceConfig;
  const native = compact({
    prompt: toPrompt(request, losses),
    max_tokens: maxTokens,
    temperature,
    top_p: topP,
    stop: stopSequences.length > 0 ? stopSequences : undefined,
  });
  return { value: mergeAdditional(native, request), losses: losses.list };
}
