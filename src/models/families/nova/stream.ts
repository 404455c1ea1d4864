// Nova's streams: Converse's events as JSON, their bytes base64.

import type {
  ConverseStreamMetadataEvent,
  StopReason,
  TokenUsage,
} from '../../../protocol/api/types.generated.ts';
import type { DocumentValue } from '../../../protocol/api/shape.ts';
import { ModelStreamErrorException } from '../../../protocol/errors.ts';
import type { ConverseStreamEvent } from '../../../protocol/stream/events.ts';
import type { EventWriter } from '../event-writer.ts';
import { createEventWriter } from '../event-writer.ts';
import type { AnswerContext, FamilyStream } from '../family.ts';
import { checkNoError } from '../native-error.ts';
import type { JsonObject } from '../native-json.ts';
import { compact, countOf, isJsonObject, listOf, objectOf, stringOf } from '../native-json.ts';
import { invocationUsage, usageOf } from '../native-usage.ts';
import { createLosses } from '../losses.ts';
import { toWire } from './blocks.ts';

type State = 'answering' | 'stopped' | 'done';

export function createStreamDecoder(
  context: AnswerContext,
): FamilyStream<JsonObject, ConverseStreamEvent> {
  const writer = createEventWriter();
  let state: State = 'answering';
  return {
    losses: [],
    push(chunk) {
      checkNoError(chunk);
      if (state === 'answering') state = readAnswer(chunk, writer);
      if (state === 'stopped' && chunk['metadata'] !== undefined) {
        writer.metadata(metadataOf(chunk, context));
        state = 'done';
      }
      return writer.take();
    },
    end() {
      if (state === 'done') return [];
      throw new ModelStreamErrorException('The stream ended before its metadata.');
    },
  };
}

function readAnswer(chunk: JsonObject, writer: EventWriter): State {
  const { contentBlockDelta, contentBlockStart, contentBlockStop, messageStop } = chunk;
  if (contentBlockDelta !== undefined) {
    readDelta(objectOf(objectOf(contentBlockDelta)['delta']), writer);
  } else if (contentBlockStart !== undefined) {
    readStart(objectOf(objectOf(contentBlockStart)['start']), writer);
  } else if (contentBlockStop !== undefined) writer.close();
  if (messageStop === undefined) return 'answering';
  const { stopReason, additionalModelResponseFields } = objectOf(messageStop);
  writer.stop(
    stopReasonOf(stopReason, writer.hasToolUse),
    additionalModelResponseFields as DocumentValue | undefined,
  );
  return 'stopped';
}

/** The service's own word; where it is missing, what the answer holds says why it ended. */
export function stopReasonOf(native: unknown, hasToolUse: boolean): StopReason {
  return (stringOf(native) as StopReason | undefined) ?? (hasToolUse ? 'tool_use' : 'end_turn');
}

/** Texts and reasoning open with their first delta. */
function readStart({ toolUse, toolResult, image }: JsonObject, writer: EventWriter): void {
  if (isJsonObject(toolUse)) {
    const { toolUseId, name, type } = toolUse;
    const start = { toolUseId: stringOf(toolUseId) ?? '', name: stringOf(name) ?? '' };
    const isServers = type === 'server_tool_use';
    writer.start('toolUse', { toolUse: isServers ? { ...start, type } : start });
  } else if (isJsonObject(toolResult)) {
    const { status, type } = toolResult;
    const toolUseId = stringOf(toolResult['toolUseId']) ?? '';
    const rest = compact({ status, type });
    writer.start('toolResult', { toolResult: { toolUseId, ...rest } });
  } else if (isJsonObject(image)) {
    writer.start('image', { image: { format: image['format'] === 'jpeg' ? 'jpeg' : 'png' } });
  } else writer.close();
}

function readDelta(delta: JsonObject, writer: EventWriter): void {
  const { text, toolUse, reasoningContent, toolResult, citation, image } = delta;
  if (typeof text === 'string') writer.text(text);
  else if (isJsonObject(toolUse)) readInput(toolUse['input'], writer);
  else if (isJsonObject(reasoningContent)) readReasoning(reasoningContent, writer);
  else if (isJsonObject(citation)) writer.delta('citations', { citation });
  else if (Array.isArray(toolResult)) {
    const content = listOf(toolResult) as { readonly text: string }[];
    writer.delta('toolResult', { toolResult: content });
  } else if (isJsonObject(image)) {
    const bytes = stringOf(objectOf(image['source'])['bytes']) ?? '';
    writer.delta('image', { image: { source: { bytes: Buffer.from(bytes, 'base64') } } });
  }
}

/** An input that is not the text of JSON but JSON itself is made one. */
function readInput(input: unknown, writer: EventWriter): void {
  const text = typeof input === 'string' ? input : JSON.stringify(input ?? {});
  writer.delta('toolUse', { toolUse: { input: text } });
}

function readReasoning(delta: JsonObject, writer: EventWriter): void {
  const { text, signature, redactedContent } = delta;
  if (typeof text === 'string') writer.reasoning(text);
  else if (typeof signature === 'string') writer.signature(signature);
  else if (typeof redactedContent === 'string') {
    writer.redacted(Buffer.from(redactedContent, 'base64'));
  }
}

function metadataOf(chunk: JsonObject, context: AnswerContext): ConverseStreamMetadataEvent {
  const { usage } = objectOf(chunk['metadata']);
  return {
    usage: decodeUsage(usage) ?? invocationUsage(chunk) ?? usageOf(0, 0),
    metrics: { latencyMs: context.latencyMs() },
  };
}

/** The counts of an answer, under the names of Converse or of Nova. */
export function decodeUsage(native: unknown): TokenUsage | undefined {
  if (!isJsonObject(native)) return undefined;
  const read = native['cacheReadInputTokens'] ?? cachedOf(native['cacheReadInputTokenCount']);
  const written = native['cacheWriteInputTokens'] ?? cachedOf(native['cacheWriteInputTokenCount']);
  const { totalTokens, ...counted } = usageOf(native['inputTokens'], native['outputTokens']);
  const total = totalTokens + countOf(read) + countOf(written);
  return {
    ...counted,
    totalTokens: native['totalTokens'] === undefined ? total : countOf(native['totalTokens']),
    ...(read !== undefined && { cacheReadInputTokens: countOf(read) }),
    ...(written !== undefined && { cacheWriteInputTokens: countOf(written) }),
  };
}

/** Nova always counts what was cached: nought is said of a request that caches nothing, too. */
function cachedOf(count: unknown): unknown {
  return count === 0 ? undefined : count;
}

export function encodeUsage(usage: TokenUsage): JsonObject {
  const { inputTokens, outputTokens, totalTokens } = usage;
  const { cacheReadInputTokens = 0, cacheWriteInputTokens = 0 } = usage;
  return {
    inputTokens,
    outputTokens,
    totalTokens,
    cacheReadInputTokenCount: cacheReadInputTokens,
    cacheWriteInputTokenCount: cacheWriteInputTokens,
  };
}

/** An event is a chunk; the service's metrics and traces are its own to add. */
export function createStreamEncoder(): FamilyStream<ConverseStreamEvent, JsonObject> {
  return {
    losses: createLosses().list,
    push(event) {
      if (!('metadata' in event)) return [toWire(event)];
      return [{ metadata: { usage: encodeUsage(event.metadata.usage), metrics: {}, trace: {} } }];
    },
    end: () => [],
  };
}
