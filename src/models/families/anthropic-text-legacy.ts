// Claude before the Messages format: one prompt of "\n\nHuman:" turns in, one completion out.

import type {
  ConversationRole,
  ConverseResponse,
  Message,
  MessageStopEvent,
  StopReason,
} from '../../protocol/api/types.generated.ts';
import { ValidationException } from '../../protocol/errors.ts';
import type { Converted } from '../../protocol/loss.ts';
import type { ConverseStreamEvent } from '../../protocol/stream/events.ts';
import { additionalOf, mergeAdditional } from './additional.ts';
import { stopSequenceOf } from './claude/answer.ts';
import type { AnswerContext, Conversation, Family, FamilyContext, FamilyStream } from './family.ts';
import type { Losses } from './losses.ts';
import { createLosses, leaveOut } from './losses.ts';
import { checkNoError } from './native-error.ts';
import type { JsonObject } from './native-json.ts';
import { compact, numberOf, objectOf, stringOf, textsOf } from './native-json.ts';
import { checkNative } from './native-shape.ts';
import type { NativeShape } from './native-shape.ts';
import { invocationUsage, usageOf } from './native-usage.ts';
import { plainText } from './plain-text.ts';
import { responseFields } from './response-fields.ts';
import { createStopReasons } from './stop-reasons.ts';
import type { TextChunk } from './text-stream.ts';
import { createTextDecoder, createTextEncoder } from './text-stream.ts';
import { unsupportedField } from './unsupported.ts';

export const anthropicTextLegacy: Family = {
  carries: new Set(['stopSequences', 'system']),
  decodeRequest,
  encodeRequest,
  decodeResponse,
  encodeResponse,
  createStreamDecoder,
  createStreamEncoder,
};

// Documented: "Anthropic Claude Text Completions API".
const requestShape: NativeShape = {
  type: 'object',
  required: ['prompt', 'max_tokens_to_sample'],
  properties: {
    prompt: { type: 'string' },
    max_tokens_to_sample: { type: 'integer', minimum: 1 },
    temperature: { type: 'number', minimum: 0, maximum: 1 },
    top_p: { type: 'number', minimum: 0, maximum: 1 },
    top_k: { type: 'integer', minimum: 0 },
    stop_sequences: { type: 'array', items: { type: 'string' } },
    anthropic_version: { type: 'string' },
  },
};

const known = new Set([
  'anthropic_version',
  'max_tokens_to_sample',
  'prompt',
  'stop_sequences',
  'temperature',
  'top_p',
]);

function decodeRequest(native: JsonObject): Converted<Conversation> {
  checkNative(native, requestShape);
  const { system, messages } = fromPrompt(stringOf(native['prompt']) ?? '');
  const stopSequences = textsOf(native['stop_sequences']).filter((text) => text !== endOfTurn);
  const hasStops = stopSequences.length > 0;
  const value: Conversation = {
    messages,
    ...(system !== '' && { system: [{ text: system }] }),
    inferenceConfig: compact({
      maxTokens: numberOf(native['max_tokens_to_sample']),
      temperature: numberOf(native['temperature']),
      topP: numberOf(native['top_p']),
      stopSequences: hasStops ? stopSequences : undefined,
    }),
    ...additionalOf(native, known),
    // Native answers say which sequence ended them; Converse says it where it is asked to.
    ...(hasStops && { additionalModelResponseFieldPaths: stopPointers }),
  };
  return { value, losses: [] };
}

/** What the model ends a turn with by itself; clients name it all the same. */
const endOfTurn = '\n\nHuman:';

/** As this format says it, and as the one after it does. */
const stopPointers = ['/stop', '/stop_sequence'] as const;

const marker = /\n\n(Human|Assistant):/;

interface Prompt {
  readonly system: string;
  readonly messages: readonly Message[];
}

/** Throws ValidationException for a prompt that has not the form of a conversation. */
function fromPrompt(prompt: string): Prompt {
  const [system = '', ...turns] = prompt.split(marker);
  // Reported from the field, both sentences.
  if (turns[0] !== 'Human') throw invalidPrompt('prompt must start with "\n\nHuman:" turn');
  if (turns.at(-2) !== 'Assistant')
    throw invalidPrompt('prompt must end with "\n\nAssistant:" turn');
  const messages: Message[] = [];
  for (let at = 0; at < turns.length; at += 2) {
    const role = turns[at] === 'Human' ? 'user' : 'assistant';
    messages.push({ role, content: [{ text: (turns[at + 1] ?? '').replace(/^ /, '') }] });
  }
  // The answer goes on with what stands there; mostly nothing does.
  if (turns.at(-1)?.trim() === '') messages.pop();
  return { system, messages };
}

function invalidPrompt(problem: string): ValidationException {
  return new ValidationException(`Invalid prompt: ${problem}`);
}

function encodeRequest(request: Conversation, context: FamilyContext): Converted<JsonObject> {
  const { inferenceConfig = {}, toolConfig } = request;
  if (toolConfig !== undefined) throw unsupportedField('toolConfig');
  const losses = createLosses();
  leaveOut(request, ['outputConfig'], losses);
  const { maxTokens, temperature, topP, stopSequences } = inferenceConfig;
  const native = compact({
    prompt: toPrompt(request, losses),
    max_tokens_to_sample: maxTokens ?? context.maxTokens,
    temperature,
    top_p: topP,
    stop_sequences: stopSequences,
  });
  return { value: mergeAdditional(native, request), losses: losses.list };
}

function toPrompt({ system = [], messages = [] }: Conversation, losses: Losses): string {
  // Documented, Claude 2.1: what stands before the first turn is the system text.
  const before = toText({ content: system, path: 'system' }, losses);
  const turns = messages.map(({ role, content }, at) => {
    const text = toText({ content, path: `messages.${at}.content` }, losses);
    return `\n\n${speakerOf(role)}: ${text}`;
  });
  const isBegun = messages.at(-1)?.role === 'assistant';
  return `${before}${turns.join('')}${isBegun ? '' : '\n\nAssistant:'}`;
}

function speakerOf(role: ConversationRole): string {
  if (role === 'system') throw unsupportedField('system');
  return role === 'assistant' ? 'Assistant' : 'Human';
}

interface Spoken {
  readonly content: Parameters<typeof plainText>[0];
  readonly path: string;
}

function toText({ content, path }: Spoken, losses: Losses): string {
  const text = plainText(content, path, losses);
  const speaker = marker.exec(text)?.[1];
  if (speaker !== undefined) {
    const reason = `its text holds "${speaker}:" after an empty line, which begins a turn`;
    losses.add(path, 'changed', reason);
  }
  return text;
}

const stopReasons = createStopReasons({ stop_sequence: 'end_turn', max_tokens: 'max_tokens' });

function decodeResponse(native: JsonObject, context: AnswerContext): Converted<ConverseResponse> {
  checkNoError(native);
  const { text, stopReason = 'end_turn', usage = usageOf(0, 0) } = createReader(context)(native);
  const value: ConverseResponse = {
    output: { message: { role: 'assistant', content: [{ text }] } },
    stopReason,
    usage,
    metrics: { latencyMs: context.latencyMs() },
    ...responseFields(native, context.request),
  };
  return { value, losses: [] };
}

/** Reads answers and chunks: a completion begins with the space that follows `Assistant:`. */
function createReader({ request }: AnswerContext): (native: JsonObject) => TextChunk {
  let isFirst = !isBegunBy(request);
  return (native) => {
    const { completion, stop_reason: reason, stop } = native;
    const written = stringOf(completion) ?? '';
    const text = isFirst ? written.replace(/^ /, '') : written;
    if (written !== '') isFirst = false;
    const stopReason = typeof reason === 'string' ? decodeStopReason(reason, stop) : undefined;
    return { text, stopReason, usage: invocationUsage(native) };
  };
}

function isBegunBy({ messages = [] }: Conversation): boolean {
  return messages.at(-1)?.role === 'assistant';
}

/** Recorded: a turn that ends by itself is ended by the sequence that begins the next. */
function decodeStopReason(reason: string, stop: unknown): StopReason {
  const isAsked = reason === 'stop_sequence' && typeof stop === 'string' && stop !== endOfTurn;
  return isAsked ? 'stop_sequence' : stopReasons.decode(reason);
}

function encodeResponse(
  response: ConverseResponse,
  { request }: AnswerContext,
): Converted<JsonObject> {
  const losses = createLosses();
  const text = plainText(response.output.message.content, 'output.message.content', losses);
  const completion = isBegunBy(request) ? text : ` ${text}`;
  return { value: completionOf(completion, endOf(response, request, losses)), losses: losses.list };
}

interface End {
  readonly stop_reason: string | null;
  readonly stop: string | null;
}

type Ended = Pick<MessageStopEvent, 'additionalModelResponseFields' | 'stopReason'>;

function endOf(answer: Ended, request: Conversation, losses: Losses): End {
  if (answer.stopReason === 'stop_sequence') {
    const said = stringOf(objectOf(answer.additionalModelResponseFields)['stop']);
    const stop = said ?? stopSequenceOf(answer, request);
    if (stop !== null) return { stop_reason: 'stop_sequence', stop };
    losses.add('stopReason', 'changed', 'it is not known which of the stop sequences it was');
    return { stop_reason: 'stop_sequence', stop: null };
  }
  const reason = stopReasons.encode(answer.stopReason, losses);
  return { stop_reason: reason, stop: reason === 'stop_sequence' ? endOfTurn : null };
}

function completionOf(completion: string, end: End): JsonObject {
  return { type: 'completion', completion, ...end };
}

const noEnd: End = { stop_reason: null, stop: null };

function createStreamDecoder(
  context: AnswerContext,
): FamilyStream<JsonObject, ConverseStreamEvent> {
  return createTextDecoder(createReader(context), context);
}

function createStreamEncoder({
  request,
}: AnswerContext): FamilyStream<ConverseStreamEvent, JsonObject> {
  let prefix = isBegunBy(request) ? '' : ' ';
  let ended: Ended = { stopReason: 'end_turn' };
  const encoder = createTextEncoder({
    piece(text) {
      const completion = `${prefix}${text}`;
      prefix = '';
      return completionOf(completion, noEnd);
    },
    last: (_stopReason, _usage, losses) => completionOf('', endOf(ended, request, losses)),
  });
  return {
    losses: encoder.losses,
    push(event) {
      if ('messageStop' in event) ended = event.messageStop;
      return encoder.push(event);
    },
    end: () => encoder.end(),
  };
}
