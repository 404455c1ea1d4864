// Whole answers of the Messages format, and what they share with streams: reasons, usage, names.

import type {
  ContentBlock,
  ConverseResponse,
  StopReason,
  TokenUsage,
} from '../../../protocol/api/types.generated.ts';
import type { Converted } from '../../../protocol/loss.ts';
import type { AnswerContext, Conversation } from '../family.ts';
import type { Losses } from '../losses.ts';
import { createLosses } from '../losses.ts';
import { checkNoError } from '../native-error.ts';
import type { JsonObject } from '../native-json.ts';
import { compact, countOf, isJsonObject, objectOf, stringOf } from '../native-json.ts';
import { invocationUsage } from '../native-usage.ts';
import { responseFields } from '../response-fields.ts';
import { createStopReasons } from '../stop-reasons.ts';
import { fromNativeContent } from './content-from-native.ts';
import { toNativeContent } from './content-to-native.ts';

const reasons = createStopReasons({
  end_turn: 'end_turn',
  pause_turn: 'end_turn',
  tool_use: 'tool_use',
  max_tokens: 'max_tokens',
  stop_sequence: 'stop_sequence',
  refusal: 'content_filtered',
  model_context_window_exceeded: 'model_context_window_exceeded',
});

export function decodeResponse(
  native: JsonObject,
  context: AnswerContext,
): Converted<ConverseResponse> {
  checkNoError(native);
  const losses = createLosses();
  const place = { path: 'content', losses };
  const content = fromNativeContent(native['content'], place).map((block) => named(block, context));
  const response: ConverseResponse = {
    output: { message: { role: 'assistant', content } },
    stopReason: decodeStopReason(native['stop_reason'], losses),
    usage: fromNativeUsage(native['usage']) ?? invocationUsage(native) ?? noUsage,
    metrics: { latencyMs: context.latencyMs() },
    ...responseFields(native, context.request),
  };
  return { value: response, losses: losses.list };
}

export function decodeStopReason(native: unknown, losses: Losses): StopReason {
  if (native === 'pause_turn') {
    const reason = 'Converse does not say that a turn is paused, to be gone on with';
    losses.add('stop_reason', 'changed', reason);
  }
  return reasons.decode(native);
}

export function encodeStopReason(stopReason: StopReason, losses: Losses): string {
  return reasons.encode(stopReason, losses);
}

/** A call that came without an ID is given one. */
function named(block: ContentBlock, context: AnswerContext): ContentBlock {
  if (!('toolUse' in block) || block.toolUse.toolUseId !== '') return block;
  return { toolUse: { ...block.toolUse, toolUseId: context.createToolUseId() } };
}

export const noUsage: TokenUsage = { inputTokens: 0, outputTokens: 0, totalTokens: 0 };

/** Undefined where nothing is counted. */
export function fromNativeUsage(native: unknown): TokenUsage | undefined {
  if (!isJsonObject(native)) return undefined;
  const inputTokens = countOf(native['input_tokens']);
  const outputTokens = countOf(native['output_tokens']);
  const read = native['cache_read_input_tokens'];
  const written = native['cache_creation_input_tokens'];
  return {
    inputTokens,
    outputTokens,
    // Recorded: what is read from the cache or written to it counts, too.
    totalTokens: inputTokens + outputTokens + countOf(read) + countOf(written),
    ...(typeof read === 'number' && { cacheReadInputTokens: countOf(read) }),
    ...(typeof written === 'number' && { cacheWriteInputTokens: countOf(written) }),
    ...cacheDetails(objectOf(native['cache_creation'])),
  };
}

// Documented: what was written, the longer kept first, and only where something was.
function cacheDetails(creation: JsonObject): Pick<TokenUsage, 'cacheDetails'> {
  const details = (['1h', '5m'] as const).flatMap((ttl) => {
    const inputTokens = countOf(creation[`ephemeral_${ttl}_input_tokens`]);
    return inputTokens > 0 ? [{ ttl, inputTokens }] : [];
  });
  return details.length > 0 ? { cacheDetails: details } : {};
}

export function toNativeUsage(usage: TokenUsage): JsonObject {
  const { inputTokens, outputTokens, cacheDetails } = usage;
  return compact({
    input_tokens: inputTokens,
    output_tokens: outputTokens,
    cache_creation_input_tokens: usage.cacheWriteInputTokens,
    cache_read_input_tokens: usage.cacheReadInputTokens,
    cache_creation: cacheDetails && {
      ephemeral_5m_input_tokens: writtenFor('5m', cacheDetails),
      ephemeral_1h_input_tokens: writtenFor('1h', cacheDetails),
    },
  });
}

function writtenFor(ttl: string, details: NonNullable<TokenUsage['cacheDetails']>): number {
  return details.find((detail) => detail.ttl === ttl)?.inputTokens ?? 0;
}

export function encodeResponse(
  response: ConverseResponse,
  context: AnswerContext,
): Converted<JsonObject> {
  const losses = createLosses();
  const { output, stopReason, usage } = response;
  const place = { path: 'output.message.content', losses };
  const content = output.message.content.filter((block, at) => isAnswer(block, at, losses));
  const value = {
    ...messageOf(context),
    content: toNativeContent(content, place).map(withSignature),
    stop_reason: encodeStopReason(stopReason, losses),
    stop_sequence: stopSequenceOf(response, context.request),
    usage: toNativeUsage(usage),
  };
  return { value, losses: losses.list };
}

/** What stands at the head of an answer, whole or streamed. Recorded: the form of the ID. */
export function messageOf({ responseId, modelId }: AnswerContext): JsonObject {
  return {
    id: `msg_bdrk_${responseId}`,
    type: 'message',
    role: 'assistant',
    // Recorded: the maker's own name of the model, without provider and version.
    model: modelId.replace(/^.*anthropic\./, '').replace(/-v\d+(?::\d+)*$/, ''),
  };
}

/** The format's answers hold no images: one from another model is left out, and said. */
function isAnswer(block: ContentBlock, at: number, losses: Losses): boolean {
  if (!('image' in block)) return true;
  const reason = "the native format's answers hold no images";
  losses.add(`output.message.content.${at}.image`, 'left out', reason);
  return false;
}

/** Answers always say a signature, were it an empty one. */
function withSignature(native: JsonObject): JsonObject {
  return native['type'] === 'thinking' ? { signature: '', ...native } : native;
}

/** Which sequence ended the answer: said by the model, or the only one that can have. */
export function stopSequenceOf(
  answer: Pick<ConverseResponse, 'additionalModelResponseFields' | 'stopReason'>,
  { inferenceConfig }: Conversation,
): string | null {
  const said = stringOf(objectOf(answer.additionalModelResponseFields)['stop_sequence']);
  if (said !== undefined) return said;
  const [only, ...others] = inferenceConfig?.stopSequences ?? [];
  const isSure = answer.stopReason === 'stop_sequence' && others.length === 0;
  return isSure ? (only ?? null) : null;
}
