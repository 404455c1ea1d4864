// The whole answer of a chat model.

import type { ContentBlock, ConverseResponse } from '../../../protocol/api/types.generated.ts';
import { ModelErrorException } from '../../../protocol/errors.ts';
import type { Converted } from '../../../protocol/loss.ts';
import type { AnswerContext } from '../family.ts';
import type { Losses } from '../losses.ts';
import { createLosses } from '../losses.ts';
import { unexpected } from '../native-error.ts';
import type { JsonObject } from '../native-json.ts';
import { compact, listOf, objectOf, stringOf } from '../native-json.ts';
import { usageOf } from '../native-usage.ts';
import { responseFields } from '../response-fields.ts';
import { appendBlock, callBlock } from './answer-blocks.ts';
import { createCallIds } from './call-ids.ts';
import {
  chunksOf,
  nativeContent,
  reasoningChunk,
  reasoningOf,
  tellStrange,
  textChunk,
} from './chat-content.ts';
import { toChunks, toNativeCall } from './chat-to-native.ts';
import {
  choiceOf,
  fromNativeUsage,
  headOf,
  reasonOf,
  stopReasonOf,
  stopReasons,
  toNativeUsage,
} from './chat.ts';
import { ReasoningText } from './reasoning-text.ts';

export function decodeResponse(
  native: JsonObject,
  context: AnswerContext,
): Converted<ConverseResponse> {
  const losses = createLosses();
  const choice = choiceOf(native);
  const reason = reasonOf(choice) ?? 'stop';
  if (reason === 'error') throw new ModelErrorException(unexpected);
  const message = objectOf(choice['message'] ?? choice['delta']);
  const calls = listOf(message['tool_calls']).map((call) => callOf(objectOf(call), context));
  const value: ConverseResponse = {
    output: {
      message: { role: 'assistant', content: [...readContent(message, losses), ...calls] },
    },
    stopReason: stopReasonOf(reason, calls.length > 0),
    usage: fromNativeUsage(native) ?? usageOf(0, 0),
    metrics: { latencyMs: context.latencyMs() },
    ...responseFields(native, context.request),
  };
  return { value, losses: losses.list };
}

function readContent(
  { content: native, reasoning_content: reasoned }: JsonObject,
  losses: Losses,
): readonly ContentBlock[] {
  const content: ContentBlock[] = [];
  const reader = new ReasoningText({
    text: (text) => appendBlock(content, { text }),
    reasoning: (text) => appendBlock(content, { reasoningContent: { reasoningText: { text } } }),
  });
  reader.reason(stringOf(reasoned) ?? '');
  for (const chunk of chunksOf(native)) {
    const reasoning = reasoningOf(chunk);
    tellStrange(chunk, losses);
    if (reasoning === undefined) reader.push(stringOf(chunk['text']) ?? '');
    else reader.reason(reasoning);
  }
  reader.end();
  return content;
}

function callOf({ id, function: called }: JsonObject, context: AnswerContext): ContentBlock {
  const { name, arguments: given = {} } = objectOf(called);
  const input = typeof given === 'string' ? given : JSON.stringify(given);
  return callBlock({ name: stringOf(name) ?? '', id, input }, context);
}

export function encodeResponse(
  { output: { message }, stopReason, usage }: ConverseResponse,
  context: AnswerContext,
): Converted<JsonObject> {
  const losses = createLosses();
  const reason = stopReasons.encode(stopReason, losses);
  const choice = {
    index: 0,
    message: toNativeMessage(message.content, losses),
    stop_reason: reason,
    finish_reason: reason,
  };
  const head = headOf('chat.completion', context);
  return {
    value: { ...head, choices: [choice], usage: toNativeUsage(usage) },
    losses: losses.list,
  };
}

function toNativeMessage(content: readonly ContentBlock[], losses: Losses): JsonObject {
  const ids = createCallIds([{ role: 'assistant', content }]);
  const calls = content.flatMap((block) =>
    'toolUse' in block ? [toNativeCall(block.toolUse, ids)] : [],
  );
  const firstCall = content.findIndex((block) => 'toolUse' in block);
  if (content.findLastIndex((block) => !('toolUse' in block)) > firstCall && firstCall !== -1) {
    losses.add('output.message.content', 'changed', 'its text stands before its calls');
  }
  return compact({
    role: 'assistant',
    content: nativeContent(joined(content, losses)),
    tool_calls: calls.length > 0 ? calls : undefined,
  });
}

/** Texts beside one another are one: callers look for one text, and streams know no other. */
function joined(content: readonly ContentBlock[], losses: Losses): readonly JsonObject[] {
  const chunks: JsonObject[] = [];
  for (const [at, block] of content.entries()) {
    if ('toolUse' in block) continue;
    if ('image' in block) {
      const path = `output.message.content.${at}.image`;
      losses.add(path, 'left out', 'the native answers hold no images');
      continue;
    }
    for (const chunk of toChunks(block, `output.message.content.${at}`, losses)) {
      const before = chunks.at(-1);
      if (before?.['type'] !== chunk['type'] || before === undefined) chunks.push(chunk);
      else chunks.splice(-1, 1, joinedChunk(before, chunk, losses));
    }
  }
  return chunks;
}

function joinedChunk(before: JsonObject, chunk: JsonObject, losses: Losses): JsonObject {
  losses.add('output.message.content', 'changed', 'texts are joined into one');
  const reasoning = reasoningOf(before);
  if (reasoning !== undefined) return reasoningChunk(`${reasoning}\n${reasoningOf(chunk) ?? ''}`);
  return textChunk(`${stringOf(before['text']) ?? ''}\n${stringOf(chunk['text']) ?? ''}`);
}
