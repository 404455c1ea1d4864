// Command R's streams: events of text, of calls, and one of the whole answer at the end.

import type { StopReason, TokenUsage } from '../../../protocol/api/types.generated.ts';
import { ModelStreamErrorException } from '../../../protocol/errors.ts';
import type { ConverseStreamEvent } from '../../../protocol/stream/events.ts';
import type { EventWriter } from '../event-writer.ts';
import { createEventWriter } from '../event-writer.ts';
import type { AnswerContext, FamilyStream } from '../family.ts';
import type { Losses } from '../losses.ts';
import { createLosses } from '../losses.ts';
import { checkNoError, unexpected } from '../native-error.ts';
import type { JsonObject } from '../native-json.ts';
import { listOf, numberOf, objectOf, parseNative, stringOf } from '../native-json.ts';
import { responseFields } from '../response-fields.ts';
import { decodeStopReason, decodeUsage, encodeAnswer, noCitations } from './answer.ts';

export function createStreamDecoder(
  context: AnswerContext,
): FamilyStream<JsonObject, ConverseStreamEvent> {
  const losses = createLosses();
  const decoder: Decoder = {
    writer: createEventWriter(),
    context,
    losses,
    state: 'answering',
    call: undefined,
    hasText: false,
  };
  return {
    losses: losses.list,
    push(chunk) {
      checkNoError(chunk);
      if (decoder.state === 'answering') read(chunk, decoder);
      return decoder.writer.take();
    },
    end() {
      if (decoder.state === 'done') return [];
      throw new ModelStreamErrorException('The stream ended before its stream-end event.');
    },
  };
}

interface Decoder {
  readonly writer: EventWriter;
  readonly context: AnswerContext;
  readonly losses: Losses;
  state: 'answering' | 'done';
  /** Which call of the answer is being written. */
  call: number | undefined;
  hasText: boolean;
}

function read(chunk: JsonObject, decoder: Decoder): void {
  switch (chunk['event_type']) {
    case 'text-generation':
      readText(chunk, decoder);
      break;
    case 'tool-calls-chunk':
      readText(chunk, decoder);
      readCallPiece(objectOf(chunk['tool_call_delta']), decoder);
      break;
    case 'tool-calls-generation':
      readCalls(chunk, decoder);
      break;
    case 'citation-generation':
      if (decoder.losses.list.length > 0) break;
      decoder.losses.add('citations', 'left out', noCitations);
      break;
    case 'stream-end':
      readEnd(chunk, decoder);
      break;
    default:
      // The start, and what was searched for: nothing of the answer.
      break;
  }
}

function readText({ text }: JsonObject, decoder: Decoder): void {
  if (typeof text !== 'string' || text === '') return;
  decoder.hasText = true;
  decoder.writer.text(text);
}

function readCallPiece({ index, name, parameters }: JsonObject, decoder: Decoder): void {
  const { writer, call } = decoder;
  const number = numberOf(index) ?? call ?? 0;
  if (typeof name === 'string' && number !== call) {
    decoder.call = number;
    startCall(name, decoder);
  }
  const input = stringOf(parameters) ?? '';
  if (input !== '' && decoder.call !== undefined) writer.delta('toolUse', { toolUse: { input } });
}

function startCall(name: string, { writer, context }: Decoder): void {
  writer.start('toolUse', { toolUse: { toolUseId: context.createToolUseId(), name } });
}

/** All calls at once, after their pieces or without them. */
function readCalls(chunk: JsonObject, decoder: Decoder): void {
  if (!decoder.hasText) readText(chunk, decoder);
  if (decoder.writer.hasToolUse) return;
  for (const call of listOf(chunk['tool_calls'])) {
    const { name, parameters = {} } = objectOf(call);
    startCall(stringOf(name) ?? '', decoder);
    const input = typeof parameters === 'string' ? parameters : JSON.stringify(parameters);
    decoder.writer.delta('toolUse', { toolUse: { input } });
  }
}

function readEnd(chunk: JsonObject, decoder: Decoder): void {
  const { writer, context } = decoder;
  const answer = objectOf(chunk['response']);
  const reason = chunk['finish_reason'] ?? answer['finish_reason'];
  if (reason === 'ERROR') throw new ModelStreamErrorException(unexpected);
  readCalls({ tool_calls: answer['tool_calls'] }, decoder);
  const fields = responseFields(answer, context.request);
  const stopReason = decodeStopReason(reason, writer.hasToolUse);
  writer.stop(stopReason, fields.additionalModelResponseFields);
  const metrics = { latencyMs: context.latencyMs() };
  writer.metadata({ usage: decodeUsage(answer, chunk), metrics });
  decoder.state = 'done';
}

interface Call {
  readonly name: string;
  readonly pieces: string[];
}

/** What the events said so far: the last chunk says all of it again. */
interface Encoder {
  readonly context: AnswerContext;
  readonly losses: Losses;
  readonly texts: string[];
  readonly calls: Call[];
  /** The block of the last text, until a call comes between. */
  textBlock: number | undefined;
  stopReason: StopReason;
}

export function createStreamEncoder(
  context: AnswerContext,
): FamilyStream<ConverseStreamEvent, JsonObject> {
  const losses = createLosses();
  const encoder: Encoder = {
    context,
    losses,
    texts: [],
    calls: [],
    textBlock: undefined,
    stopReason: 'end_turn',
  };
  return {
    losses: losses.list,
    push: (event) => write(event, encoder),
    end: () => [],
  };
}

function write(event: ConverseStreamEvent, encoder: Encoder): readonly JsonObject[] {
  if ('messageStart' in event) {
    return [chunkOf('stream-start', { generation_id: encoder.context.responseId })];
  }
  if ('contentBlockStart' in event) {
    const { start } = event.contentBlockStart;
    return 'toolUse' in start ? writeCall(start.toolUse.name, encoder) : [];
  }
  if ('contentBlockDelta' in event) return writeDelta(event.contentBlockDelta, encoder);
  if ('messageStop' in event) {
    encoder.stopReason = event.messageStop.stopReason;
    return writeCalls(encoder);
  }
  return 'metadata' in event ? [writeEnd(event.metadata.usage, encoder)] : [];
}

type DeltaEvent = Extract<ConverseStreamEvent, { contentBlockDelta: unknown }>['contentBlockDelta'];

function writeDelta(event: DeltaEvent, encoder: Encoder): readonly JsonObject[] {
  const { delta, contentBlockIndex } = event;
  if ('text' in delta) return [writeText(delta.text, contentBlockIndex, encoder)];
  if ('toolUse' in delta) return writePiece({ parameters: delta.toolUse.input }, encoder);
  const [kind = 'delta'] = Object.keys(delta);
  if (encoder.losses.list.every(({ member }) => member !== kind)) {
    encoder.losses.add(kind, 'left out', 'the native stream is text and calls');
  }
  return [];
}

/** Texts that follow one another are lines of one. */
function writeText(text: string, block: number, encoder: Encoder): JsonObject {
  const isNext = encoder.textBlock !== undefined && encoder.textBlock !== block;
  encoder.textBlock = block;
  const piece = isNext ? `\n${text}` : text;
  encoder.texts.push(piece);
  return chunkOf('text-generation', { text: piece });
}

function writeCall(name: string, encoder: Encoder): readonly JsonObject[] {
  encoder.textBlock = undefined;
  encoder.calls.push({ name, pieces: [] });
  return writePiece({ name }, encoder);
}

function writePiece(
  piece: { readonly name?: string; readonly parameters?: string },
  { calls }: Encoder,
): readonly JsonObject[] {
  calls.at(-1)?.pieces.push(piece.parameters ?? '');
  return [chunkOf('tool-calls-chunk', { tool_call_delta: { index: calls.length - 1, ...piece } })];
}

function writeCalls(encoder: Encoder): readonly JsonObject[] {
  if (encoder.calls.length === 0) return [];
  return [chunkOf('tool-calls-generation', { tool_calls: encoder.calls.map(encodeCall) })];
}

/** Text that is no JSON is passed on as it is. */
function encodeCall({ name, pieces }: Call): JsonObject {
  const text = pieces.join('');
  return { name, parameters: text === '' ? {} : (parseNative(text) ?? text) };
}

function writeEnd(usage: TokenUsage, encoder: Encoder): JsonObject {
  const { texts, calls, stopReason, context, losses } = encoder;
  const answer = { text: texts.join(''), calls: calls.map(encodeCall), stopReason, usage };
  const response = encodeAnswer(answer, context, losses);
  return {
    event_type: 'stream-end',
    is_finished: true,
    finish_reason: response['finish_reason'],
    response,
  };
}

function chunkOf(eventType: string, members: JsonObject): JsonObject {
  return { event_type: eventType, is_finished: false, ...members };
}
