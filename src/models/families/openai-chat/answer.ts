// Whole answers of OpenAI's format, and what they share with streams: heads, reasons, pieces.

import type {
  ContentBlock,
  ConverseResponse,
  StopReason,
} from '../../../protocol/api/types.generated.ts';
import { ModelErrorException } from '../../../protocol/errors.ts';
import type { Converted } from '../../../protocol/loss.ts';
import type { AnswerContext } from '../family.ts';
import type { Losses } from '../losses.ts';
import { createLosses } from '../losses.ts';
import { checkNoError, unexpected } from '../native-error.ts';
import type { JsonObject } from '../native-json.ts';
import { isJsonObject, listOf, objectOf, stringOf } from '../native-json.ts';
import { invocationUsage, usageOf } from '../native-usage.ts';
import { responseFields } from '../response-fields.ts';
import { createStopReasons } from '../stop-reasons.ts';
import { toNativeAssistant } from './assistant-message.ts';
import { answeredCalls } from './calls.ts';
import { reasoningBlock } from './messages-from-native.ts';
import type { OpenaiQuirks } from './quirks.ts';
import { fieldReasoning } from './reasoning-fields.ts';
import { ReasoningReader } from './reasoning-tags.ts';
import type { ReasoningSink } from './reasoning-tags.ts';
import { fromNativeUsage, serviceTierOf, toNativeUsage } from './usage.ts';

export function decodeResponse(
  native: JsonObject,
  context: AnswerContext,
): Converted<ConverseResponse> {
  checkNoFailure(native);
  const losses = createLosses();
  const [first, ...others] = listOf(native['choices']).map(objectOf);
  if (first === undefined) throw new ModelErrorException(unexpected);
  checkNoFailure(first);
  if (first['finish_reason'] === 'error') throw new ModelErrorException(unexpected);
  if (others.length > 0) tellChoices(losses);
  const message = messageOf(first);
  const content = readContent(message, context);
  const value: ConverseResponse = {
    output: { message: { role: 'assistant', content } },
    stopReason: stopReasonOf(first, endingOf(content, message), context),
    usage: usageFrom(native, losses),
    metrics: { latencyMs: context.latencyMs() },
    ...serviceTierOf(native),
    ...responseFields(native, context.request),
  };
  return { value, losses: losses.list };
}

/** Throws for an error; some servers write one without the member that says so. */
export function checkNoFailure(native: JsonObject): void {
  checkNoError(native['object'] === 'error' ? { error: native } : native);
}

/** What a choice says, whole or in part; completions of a bare prompt say a text. */
export function messageOf({ message, delta, text }: JsonObject): JsonObject {
  return typeof text === 'string' ? { content: text } : objectOf(delta ?? message);
}

export function tellChoices(losses: Losses): void {
  losses.add('choices', 'left out', 'Converse has one answer: the first');
}

function usageFrom(native: JsonObject, losses: Losses): ConverseResponse['usage'] {
  if (isJsonObject(native['usage'])) return fromNativeUsage(native['usage']);
  const counted = invocationUsage(native);
  if (counted === undefined) tellUncounted(losses);
  return counted ?? usageOf(0, 0);
}

export function tellUncounted(losses: Losses): void {
  losses.add('usage', 'changed', 'the answer counts no tokens: nought is said');
}

function readContent(message: JsonObject, context: AnswerContext): ContentBlock[] {
  const read = { reasoning: fieldReasoning(message), text: '' };
  const sink: ReasoningSink = {
    text: (text) => (read.text += text),
    reasoning: (text) => (read.reasoning += text),
  };
  readPieces(message, sink, read.reasoning === '');
  const blocks: ContentBlock[] = [];
  if (read.reasoning !== '') blocks.push(reasoningBlock(read.reasoning));
  // Blanks before a call are nobody's text, and no caller could send them back.
  if (read.text.trim() !== '') blocks.push({ text: read.text });
  return [...blocks, ...answeredCalls(message, context)];
}

/** Tags are read where no member says what is reasoning. */
function readPieces(message: JsonObject, sink: ReasoningSink, hasTags: boolean): void {
  const reader = new ReasoningReader(sink);
  if (!hasTags) reader.end();
  for (const piece of contentPieces(message)) {
    if (piece.isReasoning) sink.reasoning(piece.text);
    else reader.push(piece.text);
  }
  reader.end();
}

export interface Piece {
  readonly text: string;
  readonly isReasoning: boolean;
}

const nothing: readonly Piece[] = [];

/** The texts of a message or a delta: its content, one text or parts, and its refusal. */
export function contentPieces({ content, refusal }: JsonObject): readonly Piece[] {
  const isRefused = typeof refusal === 'string' && refusal !== '';
  if (typeof content === 'string' && !isRefused) {
    return content === '' ? nothing : [{ text: content, isReasoning: false }];
  }
  const pieces = typeof content === 'string' ? [{ text: content, isReasoning: false }] : [];
  pieces.push(...listOf(content).flatMap(partPieces));
  return isRefused ? [...pieces, { text: refusal, isReasoning: false }] : pieces;
}

function partPieces(part: unknown): readonly Piece[] {
  const { type, text, refusal, thinking } = objectOf(part);
  if (type === 'thinking') {
    const texts = listOf(thinking).map((it) => stringOf(objectOf(it)['text']) ?? '');
    return [{ text: stringOf(thinking) ?? texts.join(''), isReasoning: true }];
  }
  return [{ text: stringOf(text) ?? stringOf(refusal) ?? '', isReasoning: false }];
}

const written = {
  stop: 'end_turn',
  length: 'max_tokens',
  tool_calls: 'tool_use',
  content_filter: 'content_filtered',
} as const;

const writtenReasons = createStopReasons(written);

// With the format's first years, and servers that write the words of other formats.
const readReasons = createStopReasons({
  ...written,
  function_call: 'tool_use',
  tool_use: 'tool_use',
  max_tokens: 'max_tokens',
  model_length: 'model_context_window_exceeded',
  stop_sequence: 'stop_sequence',
  safety: 'content_filtered',
});

export function encodeStopReason(stopReason: StopReason, losses: Losses): string {
  return writtenReasons.encode(stopReason, losses);
}

/** What an answer holds that says why it ended, whatever its reason says. */
export interface Ending {
  readonly hasToolUse: boolean;
  readonly isRefused: boolean;
}

function endingOf(content: readonly ContentBlock[], { refusal }: JsonObject): Ending {
  return {
    hasToolUse: content.some((block) => 'toolUse' in block),
    isRefused: typeof refusal === 'string' && refusal !== '',
  };
}

export function stopReasonOf(
  { finish_reason: native, stop_reason: matched }: JsonObject,
  { hasToolUse, isRefused }: Ending,
  { request }: AnswerContext,
): StopReason {
  const reason = readReasons.decode(native);
  if (isRefused) return 'content_filtered';
  // Many servers say "stop" where the answer calls, and some "tool_calls" where it does not.
  if (reason === 'tool_use' || reason === 'end_turn') {
    if (hasToolUse) return 'tool_use';
    // vLLM tells which sequence it was.
    const sequences = request.inferenceConfig?.stopSequences ?? [];
    const isMatched = typeof matched === 'string' && sequences.includes(matched);
    return isMatched ? 'stop_sequence' : 'end_turn';
  }
  return reason;
}

export function encodeResponse(
  { output, stopReason, usage, serviceTier }: ConverseResponse,
  quirks: OpenaiQuirks,
  context: AnswerContext,
): Converted<JsonObject> {
  const losses = createLosses();
  const place = { path: 'output.message.content', losses };
  const content = output.message.content.filter((block, at) => isAnswer(block, at, losses));
  const choice = {
    index: 0,
    message: toNativeAssistant(content, quirks, place),
    finish_reason: encodeStopReason(stopReason, losses),
  };
  const value = {
    ...headOf('chat.completion', quirks, context),
    choices: [choice],
    usage: toNativeUsage(usage, losses),
    ...(serviceTier !== undefined && { service_tier: serviceTier.type }),
  };
  return { value, losses: losses.list };
}

const answerKinds = ['text', 'reasoningContent', 'toolUse', 'citationsContent'] as const;

/** What another model answered besides text and calls is left out, and said. */
function isAnswer(block: ContentBlock, at: number, losses: Losses): boolean {
  if (answerKinds.some((kind) => kind in block)) return true;
  const path = `output.message.content.${at}.${Object.keys(block)[0]}`;
  losses.add(path, 'left out', "the native format's answers hold no such content");
  return false;
}

/** What stands at the head of an answer and of every chunk. */
export function headOf(
  object: string,
  { namesModel }: OpenaiQuirks,
  { responseId, createdSeconds, modelId }: AnswerContext,
): JsonObject {
  const id = `chatcmpl-${responseId}`;
  return namesModel ? { id, object, created: createdSeconds, model: modelId } : { id };
}
