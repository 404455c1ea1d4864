// The answers of DeepSeek-R1: one text, whose reasoning goes before a tag that the prompt opens.

import type {
  ContentBlock,
  ConverseResponse,
  StopReason,
  TokenUsage,
} from '../../../protocol/api/types.generated.ts';
import type { Converted } from '../../../protocol/loss.ts';
import type { AnswerContext } from '../family.ts';
import type { Losses } from '../losses.ts';
import { createLosses } from '../losses.ts';
import { checkNoError } from '../native-error.ts';
import type { JsonObject } from '../native-json.ts';
import { isJsonObject, listOf, objectOf, stringOf } from '../native-json.ts';
import { invocationUsage, usageOf } from '../native-usage.ts';
import {
  afterReasoning,
  ReasoningReader,
  tellClosing,
  thinkTag,
} from '../openai-chat/reasoning-tags.ts';
import type { ReasoningSink } from '../openai-chat/reasoning-tags.ts';
import { plainText } from '../plain-text.ts';
import { responseFields } from '../response-fields.ts';
import { createStopReasons } from '../stop-reasons.ts';
import { opensReasoning } from './prompt.ts';

// Documented: `stop` and `length`.
const reasons = createStopReasons({ stop: 'end_turn', length: 'max_tokens' });

export function encodeStopReason(stopReason: StopReason, losses: Losses): string {
  return reasons.encode(stopReason, losses);
}

export function decodeResponse(
  native: JsonObject,
  context: AnswerContext,
): Converted<ConverseResponse> {
  checkNoError(native);
  const { text, reason } = readChoice(native);
  const value: ConverseResponse = {
    output: { message: { role: 'assistant', content: contentOf(text, context) } },
    stopReason: reasons.decode(reason),
    usage: usageFrom(native) ?? usageOf(0, 0),
    metrics: { latencyMs: context.latencyMs() },
    ...responseFields(native, context.request),
  };
  return { value, losses: [] };
}

export interface NativeChoice {
  readonly text: string;
  /** Of the last chunk, and of a whole answer. */
  readonly reason: string | undefined;
}

export function readChoice(native: JsonObject): NativeChoice {
  const { text, stop_reason: said, finish_reason: other } = objectOf(listOf(native['choices'])[0]);
  return { text: stringOf(text) ?? '', reason: stringOf(said) ?? stringOf(other) };
}

export function decodeStopReason(reason: string): StopReason {
  return reasons.decode(reason);
}

/** Documented bodies count nothing; servers of the open model count as OpenAI does. */
export function usageFrom(native: JsonObject): TokenUsage | undefined {
  const { usage } = native;
  if (!isJsonObject(usage)) return invocationUsage(native);
  return usageOf(usage['prompt_tokens'], usage['completion_tokens']);
}

/** The reader of the text that follows on the prompt. */
export function createReader(sink: ReasoningSink, context: AnswerContext): ReasoningReader {
  return opensReasoning(context.request)
    ? ReasoningReader.within(thinkTag, sink)
    : new ReasoningReader(sink);
}

/** Recorded: the text comes first, the reasoning after it. */
function contentOf(text: string, context: AnswerContext): readonly ContentBlock[] {
  const read = { text: '', reasoning: '' };
  const reader = createReader(
    {
      text: (piece) => (read.text += piece),
      reasoning: (piece) => (read.reasoning += piece),
    },
    context,
  );
  reader.push(text);
  reader.end();
  const blocks: ContentBlock[] = read.text === '' ? [] : [{ text: read.text }];
  if (read.reasoning === '') return blocks;
  return [...blocks, { reasoningContent: { reasoningText: { text: read.reasoning } } }];
}

export function encodeResponse(
  { output, stopReason }: ConverseResponse,
  { request }: AnswerContext,
): Converted<JsonObject> {
  const losses = createLosses();
  const { content } = output.message;
  const path = 'output.message.content';
  const text = plainText(content.filter(isNoReasoning), path, losses);
  const texts = content.flatMap((block, at) => reasoningOf(block, `${path}.${at}`, losses));
  if (texts.length > 1) losses.add(path, 'changed', 'its reasoning is joined into one');
  const firstText = content.findIndex(isNoReasoning);
  if (texts.length > 0 && firstText > 0) {
    losses.add(path, 'changed', 'a client of this format reads the text first, then the reasoning');
  }
  const before = opensReasoning(request) ? texts.join('\n') : undefined;
  if (before === undefined && texts.length > 0) tellNoPlace(path, losses);
  else tellClosing(texts.join('\n'), thinkTag, { path, losses });
  const choice = {
    text: before === undefined ? text : joined(before, text),
    stop_reason: encodeStopReason(stopReason, losses),
  };
  return { value: { choices: [choice] }, losses: losses.list };
}

export function tellNoPlace(path: string, losses: Losses): void {
  losses.add(`${path}.reasoningContent`, 'left out', 'the answer goes on with a text');
}

/** Reasoning that nothing follows was cut, or all there is. */
function joined(reasoning: string, text: string): string {
  return text === '' ? reasoning : `${reasoning}${afterReasoning(thinkTag)}${text}`;
}

function isNoReasoning(block: ContentBlock): boolean {
  return !('reasoningContent' in block);
}

function reasoningOf(block: ContentBlock, path: string, losses: Losses): readonly string[] {
  if (!('reasoningContent' in block)) return [];
  const { reasoningContent } = block;
  if ('redactedContent' in reasoningContent) {
    losses.add(
      `${path}.reasoningContent.redactedContent`,
      'left out',
      'the native format has none',
    );
    return [];
  }
  const { text, signature } = reasoningContent.reasoningText;
  if (signature !== undefined) {
    const member = `${path}.reasoningContent.reasoningText.signature`;
    losses.add(member, 'left out', 'the native format signs nothing');
  }
  return [text];
}
