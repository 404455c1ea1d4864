// Command R's answer: one text, calls without IDs, and what was counted.

import type {
  ContentBlock,
  ConverseResponse,
  StopReason,
  TokenUsage,
} from '../../../protocol/api/types.generated.ts';
import type { DocumentValue } from '../../../protocol/api/shape.ts';
import { ModelErrorException } from '../../../protocol/errors.ts';
import type { Converted } from '../../../protocol/loss.ts';
import type { AnswerContext } from '../family.ts';
import type { Losses } from '../losses.ts';
import { createLosses } from '../losses.ts';
import { unexpected } from '../native-error.ts';
import type { JsonObject } from '../native-json.ts';
import { compact, isJsonObject, listOf, objectOf, parseNative, stringOf } from '../native-json.ts';
import { invocationUsage, usageOf } from '../native-usage.ts';
import { responseFields } from '../response-fields.ts';
import { createStopReasons } from '../stop-reasons.ts';
import { encodeTurns, historyOf, partsOf } from './encode-messages.ts';

// Documented by the maker: the reasons of its chat API.
const stopReasons = createStopReasons({
  COMPLETE: 'end_turn',
  MAX_TOKENS: 'max_tokens',
  STOP_SEQUENCE: 'stop_sequence',
  ERROR_TOXIC: 'content_filtered',
  ERROR_LIMIT: 'model_context_window_exceeded',
});

/** A call is told by its being there: the reason is that the answer is complete. */
export function decodeStopReason(native: unknown, hasToolUse: boolean): StopReason {
  const stopReason = stopReasons.decode(native);
  return hasToolUse && stopReason === 'end_turn' ? 'tool_use' : stopReason;
}

function encodeStopReason(stopReason: StopReason, hasCalls: boolean, losses: Losses): string {
  const isCalling = stopReason === 'tool_use' && hasCalls;
  return stopReasons.encode(isCalling ? 'end_turn' : stopReason, losses);
}

/** What the model counted; the service's own metrics where it did not. */
export function decodeUsage(answer: JsonObject, chunk: JsonObject): TokenUsage {
  const meta = objectOf(answer['meta']);
  const counted = meta['tokens'] ?? meta['billed_units'];
  if (!isJsonObject(counted)) return invocationUsage(chunk) ?? usageOf(0, 0);
  return usageOf(counted['input_tokens'], counted['output_tokens']);
}

export function decodeResponse(
  native: JsonObject,
  context: AnswerContext,
): Converted<ConverseResponse> {
  const losses = createLosses();
  if (native['finish_reason'] === 'ERROR') throw new ModelErrorException(unexpected);
  if (listOf(native['citations']).length > 0) losses.add('citations', 'left out', noCitations);
  const calls = listOf(native['tool_calls']).map((call) => decodeCall(objectOf(call), context));
  const text = stringOf(native['text']) ?? '';
  const texts: readonly ContentBlock[] = text === '' && calls.length > 0 ? [] : [{ text }];
  const value: ConverseResponse = {
    output: { message: { role: 'assistant', content: [...texts, ...calls] } },
    stopReason: decodeStopReason(native['finish_reason'], calls.length > 0),
    usage: decodeUsage(native, native),
    metrics: { latencyMs: context.latencyMs() },
    ...responseFields(native, context.request),
  };
  return { value, losses: losses.list };
}

export const noCitations = 'they name pieces of documents by IDs that Converse does not know';

function decodeCall({ name, parameters = {} }: JsonObject, context: AnswerContext): ContentBlock {
  const input = typeof parameters === 'string' ? parseNative(parameters) : parameters;
  if (!isJsonObject(input)) {
    throw new ModelErrorException(
      'Model produced invalid sequence as part of ToolUse. ' +
        'Please refer to the model tool use troubleshooting guide.',
    );
  }
  const toolUseId = context.createToolUseId();
  return { toolUse: { toolUseId, name: stringOf(name) ?? '', input: input as DocumentValue } };
}

export function encodeResponse(
  { output, stopReason, usage }: ConverseResponse,
  context: AnswerContext,
): Converted<JsonObject> {
  const losses = createLosses();
  const around = { calls: new Map(), losses };
  const { text = '', calls } = partsOf(output.message, 'output.message.content', around);
  const value = encodeAnswer({ text, calls, stopReason, usage }, context, losses);
  return { value, losses: losses.list };
}

export interface Answer {
  readonly text: string;
  readonly calls: readonly JsonObject[];
  readonly stopReason: StopReason;
  readonly usage: TokenUsage;
}

/** The native answer, which repeats the conversation that it ends. */
export function encodeAnswer(answer: Answer, context: AnswerContext, losses: Losses): JsonObject {
  const { text, calls, stopReason, usage } = answer;
  const counted = { input_tokens: usage.inputTokens, output_tokens: usage.outputTokens };
  return compact({
    response_id: context.responseId,
    text,
    generation_id: context.responseId,
    chat_history: [
      ...askedBy(context),
      ...historyOf({ role: 'assistant', text, calls, results: [] }),
    ],
    finish_reason: encodeStopReason(stopReason, calls.length > 0, losses),
    tool_calls: calls.length > 0 ? calls : undefined,
    meta: { api_version: { version: '1' }, billed_units: counted, tokens: counted },
  });
}

function askedBy({ request: { messages = [] } }: AnswerContext): readonly JsonObject[] {
  const { history, message, toolResults } = encodeTurns(messages, createLosses());
  const text = message === '' ? undefined : message;
  return [...history, ...historyOf({ role: 'user', text, calls: [], results: toolResults })];
}
