// Amazon Titan Text: one prompt in, one text out. No system text, no tools, no media.

import type {
  ConverseResponse,
  Message,
  StopReason,
  TokenUsage,
} from '../../protocol/api/types.generated.ts';
import { ModelStreamErrorException } from '../../protocol/errors.ts';
import type { Converted } from '../../protocol/loss.ts';
import type { ConverseStreamEvent } from '../../protocol/stream/events.ts';
import { additionalOf, mergeAdditional } from './additional.ts';
import { createEventWriter } from './event-writer.ts';
import type { AnswerContext, Conversation, Family, FamilyStream } from './family.ts';
import type { Losses } from './losses.ts';
import { createLosses, leaveOut } from './losses.ts';
import type { JsonObject } from './native-json.ts';
import { compact, countOf, listOf, numberOf, objectOf, stringOf, textsOf } from './native-json.ts';
import { checkNative } from './native-shape.ts';
import type { NativeShape } from './native-shape.ts';
import { createTextJoiner, plainText } from './plain-text.ts';
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
        maxTokenCount: { type: 'integer', minimum: 0 },
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
const turnStart = /(?:^|\n)(User|Bot):/;

/** The turns of a prompt in the documented form; any other prompt is the user's one message. */
function toMessages(prompt: string): readonly Message[] {
  const parts = prompt.split(turnStart);
  const isConversation = parts[0] === '' && parts.at(-2) === 'Bot' && parts.at(-1)?.trim() === '';
  if (!isConversation || parts.length < 5) return [{ role: 'user', content: [{ text: prompt }] }];
  const messages: Message[] = [];
  for (let at = 1; at < parts.length - 2; at += 2) {
    const role = parts[at] === 'User' ? 'user' : 'assistant';
    messages.push({ role, content: [{ text: (parts[at + 1] ?? '').replace(/^ /, '') }] });
  }
  return messages;
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
    inputText: toPrompt(messages, losses),
    textGenerationConfig: Object.keys(config).length > 0 ? config : undefined,
  });
  return { value: mergeAdditional(native, request), losses: losses.list };
}

function toPrompt(messages: readonly Message[], losses: Losses): string {
  const turns = messages.map(({ role, content }, at) => {
    const text = plainText(content, `messages.${at}.content`, losses);
    return `${role === 'assistant' ? 'Bot' : 'User'}: ${text}\n`;
  });
  return `${turns.join('')}Bot:`;
}

const stopReasons: Readonly<Record<string, StopReason>> = {
  CONTENT_FILTERED: 'content_filtered',
  LENGTH: 'max_tokens',
  STOP_CRITERIA_MET: 'stop_sequence',
};

function decodeResponse(native: JsonObject, context: AnswerContext): Converted<ConverseResponse> {
  const result = objectOf(listOf(native['results'])[0]);
  const text = stringOf(result['outputText']) ?? '';
  const response: ConverseResponse = {
    output: { message: { role: 'assistant', content: [{ text }] } },
    stopReason: stopReasonOf(result),
    usage: usageOf(native['inputTextTokenCount'], result['tokenCount']),
    metrics: { latencyMs: context.latencyMs() },
  };
  return { value: response, losses: [] };
}

function stopReasonOf({ completionReason }: JsonObject): StopReason {
  return stopReasons[stringOf(completionReason) ?? ''] ?? 'end_turn';
}

function usageOf(input: unknown, output: unknown): TokenUsage {
  const inputTokens = countOf(input);
  const outputTokens = countOf(output);
  return { inputTokens, outputTokens, totalTokens: inputTokens + outputTokens };
}

function encodeResponse({ output, stopReason, usage }: ConverseResponse): Converted<JsonObject> {
  const losses = createLosses();
  const outputText = plainText(output.message.content, 'output.message.content', losses);
  const completionReason = completionReasonOf(stopReason);
  const result = { tokenCount: usage.outputTokens, outputText, completionReason };
  const value = { inputTextTokenCount: usage.inputTokens, results: [result] };
  return { value, losses: losses.list };
}

function completionReasonOf(stopReason: StopReason): string {
  const entry = Object.entries(stopReasons).find(([, value]) => value === stopReason);
  return entry?.[0] ?? 'FINISH';
}

function createStreamDecoder(
  context: AnswerContext,
): FamilyStream<JsonObject, ConverseStreamEvent> {
  const writer = createEventWriter();
  let inputTokens: unknown;
  let ended = false;
  return {
    losses: [],
    push(chunk) {
      inputTokens ??= chunk['inputTextTokenCount'] ?? undefined;
      writer.text(stringOf(chunk['outputText']) ?? '');
      if (typeof chunk['completionReason'] === 'string') {
        ended = true;
        writer.stop(stopReasonOf(chunk));
        const usage = usageOf(inputTokens, chunk['totalOutputTextTokenCount']);
        writer.metadata({ usage, metrics: { latencyMs: context.latencyMs() } });
      }
      return writer.take();
    },
    end() {
      if (!ended) throw new ModelStreamErrorException('The stream ended before its last chunk.');
      return [];
    },
  };
}

function createStreamEncoder(): FamilyStream<ConverseStreamEvent, JsonObject> {
  const losses = createLosses();
  const join = createTextJoiner();
  let stopReason: StopReason = 'end_turn';
  return {
    losses: losses.list,
    push(event) {
      if ('contentBlockDelta' in event) {
        const { delta, contentBlockIndex } = event.contentBlockDelta;
        if ('text' in delta) return [chunkOf(join(delta.text, contentBlockIndex), {})];
        losses.add(Object.keys(delta)[0] ?? 'delta', 'left out', 'the native stream is text');
      } else if ('messageStop' in event) {
        ({ stopReason } = event.messageStop);
      } else if ('metadata' in event) {
        const { inputTokens, outputTokens } = event.metadata.usage;
        const counts = {
          totalOutputTextTokenCount: outputTokens,
          completionReason: completionReasonOf(stopReason),
          inputTextTokenCount: inputTokens,
        };
        return [chunkOf('', counts)];
      }
      return [];
    },
    end: () => [],
  };
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
