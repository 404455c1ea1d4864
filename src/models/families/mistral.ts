// Mistral's completion models: a prompt in one of four templates in, a text with calls out.

import type { ContentBlock, ConverseResponse } from '../../protocol/api/types.generated.ts';
import { ModelErrorException } from '../../protocol/errors.ts';
import type { Converted } from '../../protocol/loss.ts';
import { additionalOf, mergeAdditional } from './additional.ts';
import type { AnswerContext, Conversation, Family, FamilyContext } from './family.ts';
import type { Losses } from './losses.ts';
import { createLosses, leaveOut } from './losses.ts';
import { appendBlock, callBlock, malformedCall } from './mistral/answer-blocks.ts';
import { AnswerReader } from './mistral/answer-reader.ts';
import { createAnswerWriter } from './mistral/answer-writer.ts';
import { createStreamDecoder, createStreamEncoder } from './mistral/completion-stream.ts';
import { answerOptions, cutCall, stopReasonOf, stopReasons } from './mistral/completion.ts';
import { promptFormatOf } from './mistral/prompt-format.ts';
import { readPrompt } from './mistral/read-prompt.ts';
import { writePrompt } from './mistral/write-prompt.ts';
import type { JsonObject } from './native-json.ts';
import { compact, listOf, numberOf, objectOf, stringOf, textsOf } from './native-json.ts';
import { checkNative } from './native-shape.ts';
import type { NativeShape } from './native-shape.ts';
import { invocationUsage, usageOf } from './native-usage.ts';
import { plainBlock } from './plain-text.ts';
import { responseFields } from './response-fields.ts';

export const mistral: Family = {
  carries: new Set(['stopSequences', 'system', 'tools']),
  decodeRequest,
  encodeRequest,
  decodeResponse,
  encodeResponse,
  createStreamDecoder,
  createStreamEncoder,
};

// Documented: "Mistral AI text completion", request.
const requestShape = {
  type: 'object',
  required: ['prompt'],
  properties: {
    prompt: { type: 'string', minLength: 1 },
    max_tokens: { type: 'integer', minimum: 1, maximum: 8192 },
    stop: { type: 'array', items: { type: 'string' }, maxItems: 10 },
    temperature: { type: 'number', minimum: 0, maximum: 1 },
    top_p: { type: 'number', minimum: 0, maximum: 1 },
  },
} as const satisfies NativeShape;

// Documented: of Mistral 7B and Mixtral 8x7B only.
const shapeWithTopK: NativeShape = {
  ...requestShape,
  properties: { ...requestShape.properties, top_k: { type: 'integer', minimum: 1, maximum: 200 } },
};

const known = new Set(['prompt', 'max_tokens', 'stop', 'temperature', 'top_p']);

function decodeRequest(native: JsonObject, { template }: FamilyContext): Converted<Conversation> {
  const format = promptFormatOf(template);
  checkNative(native, format.hasTopK ? shapeWithTopK : requestShape);
  const stopSequences = textsOf(native['stop']);
  const inferenceConfig = compact({
    maxTokens: numberOf(native['max_tokens']),
    temperature: numberOf(native['temperature']),
    topP: numberOf(native['top_p']),
    stopSequences: stopSequences.length > 0 ? stopSequences : undefined,
  });
  const value: Conversation = {
    ...readPrompt(stringOf(native['prompt']) ?? '', format),
    ...(Object.keys(inferenceConfig).length > 0 && { inferenceConfig }),
    ...additionalOf(native, known),
  };
  return { value, losses: [] };
}

function encodeRequest(request: Conversation, { template }: FamilyContext): Converted<JsonObject> {
  const losses = createLosses();
  leaveOut(request, ['outputConfig'], losses);
  const { maxTokens, temperature, topP, stopSequences = [] } = request.inferenceConfig ?? {};
  const native = compact({
    prompt: writePrompt(request, promptFormatOf(template), losses),
    max_tokens: maxTokens,
    stop: stopSequences.length > 0 ? stopSequences : undefined,
    temperature,
    top_p: topP,
  });
  return { value: mergeAdditional(native, request), losses: losses.list };
}

function decodeResponse(native: JsonObject, context: AnswerContext): Converted<ConverseResponse> {
  const losses = createLosses();
  const output = objectOf(listOf(native['outputs'])[0]);
  const content = readAnswer(output, context, losses);
  const value: ConverseResponse = {
    output: { message: { role: 'assistant', content } },
    stopReason: stopReasonOf(
      output,
      content.some((block) => 'toolUse' in block),
    ),
    usage: invocationUsage(native) ?? usageOf(0, 0),
    metrics: { latencyMs: context.latencyMs() },
    ...responseFields(native, context.request),
  };
  return { value, losses: losses.list };
}

function readAnswer(
  output: JsonObject,
  context: AnswerContext,
  losses: Losses,
): readonly ContentBlock[] {
  const content: ContentBlock[] = [];
  const reader = new AnswerReader(answerOptions(context.request), {
    text: (text) => appendBlock(content, { text }),
    call: (call) => appendBlock(content, callBlock(call, context)),
    malformed() {
      throw new ModelErrorException(malformedCall);
    },
    cut: () => cutCall(losses),
  });
  reader.push(stringOf(output['text']) ?? '');
  reader.end(output['stop_reason'] === 'length');
  return content;
}

/** The counts stand in the headers of the answer: the format itself has none. */
function encodeResponse(
  { output, stopReason }: ConverseResponse,
  context: AnswerContext,
): Converted<JsonObject> {
  const losses = createLosses();
  const text = writeAnswer(output.message.content, context, losses);
  const value = { outputs: [{ text, stop_reason: stopReasons.encode(stopReason, losses) }] };
  return { value, losses: losses.list };
}

function writeAnswer(
  content: readonly ContentBlock[],
  { request, template }: AnswerContext,
  losses: Losses,
): string {
  const format = promptFormatOf(template);
  const writer = createAnswerWriter(format, answerOptions(request).isBegun);
  tellJoined(content, losses);
  const pieces = content.flatMap((block, at) => {
    if ('toolUse' in block) return [writer.call(block.toolUse)];
    const texts = plainBlock(block, `output.message.content.${at}`, losses);
    return texts.map((text) => writer.text(text, at));
  });
  return pieces.join('') + writer.end();
}

function tellJoined(content: readonly ContentBlock[], losses: Losses): void {
  const isJoined = content.some(
    (block, at) => 'text' in block && 'text' in (content[at - 1] ?? {}),
  );
  if (isJoined) losses.add('output.message.content', 'changed', 'texts are joined into one');
}
