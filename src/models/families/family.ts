// A family: one native format of requests, answers and streams, to and from Converse.

import type { ConverseRequest, ConverseResponse } from '../../protocol/api/types.generated.ts';
import type { Converted, Loss } from '../../protocol/loss.ts';
import type { StreamDecoder } from '../../protocol/stream/decoder.ts';
import type { ConverseStreamEvent } from '../../protocol/stream/events.ts';
import type { Capability, Template } from '../catalog/model.ts';
import type { JsonObject } from './native-json.ts';

/** A request in the inner language, but for the model it goes to. */
export type Conversation = Omit<ConverseRequest, 'modelId'>;

export interface FamilyContext {
  /** The ID of the model at the place where it runs, for formats that name it. */
  readonly modelId: string;
  /** Which of the family's prompt templates, where it has several. */
  readonly template?: Template | undefined;
  /** What is asked for where a request leaves `maxTokens` open and the format wants a number. */
  readonly maxTokens: number;
}

export interface AnswerContext extends FamilyContext {
  /** The request that is answered. */
  readonly request: Conversation;
  /** For formats that name the answer: letters and digits, new for each. */
  readonly responseId: string;
  /** Seconds since 1970-01-01 UTC, for formats that say when. */
  readonly createdSeconds: number;
  /** Milliseconds since the request, so far. */
  latencyMs(): number;
  /** The ID of a call, for formats that give none: `tooluse_` and 22 letters. */
  createToolUseId(): string;
}

/** Pure: values in, values out, nothing read but the arguments. */
export interface Family {
  /** What the format can express; what is not here is emulated before, or refused. */
  readonly carries: ReadonlySet<Capability>;
  /**
   * A client's native request. Throws ValidationException in AWS's words where it has not the
   * format's shape. What Converse has no member for goes into `additionalModelRequestFields`.
   */
  decodeRequest(native: JsonObject, context: FamilyContext): Converted<Conversation>;
  /**
   * The native request. `additionalModelRequestFields` are merged into it, last. Settings that the
   * format lacks are losses; content that it lacks throws ValidationException.
   */
  encodeRequest(request: Conversation, context: FamilyContext): Converted<JsonObject>;
  /** A model's native answer, read leniently: what is not known is passed over. */
  decodeResponse(native: JsonObject, context: AnswerContext): Converted<ConverseResponse>;
  encodeResponse(response: ConverseResponse, context: AnswerContext): Converted<JsonObject>;
  /** Native chunks, parsed, to events in the service's order, `metadata` last. */
  createStreamDecoder(context: AnswerContext): FamilyStream<JsonObject, ConverseStreamEvent>;
  /**
   * Events to native chunks. The last chunk comes out of the push of `metadata`, never before:
   * the service adds its metrics to it.
   */
  createStreamEncoder(context: AnswerContext): FamilyStream<ConverseStreamEvent, JsonObject>;
}

export interface FamilyStream<In, Out> extends StreamDecoder<In, Out> {
  /** What could not be carried so far. */
  readonly losses: readonly Loss[];
}
