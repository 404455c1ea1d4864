// The door of native requests: their bodies to conversations, answers back into their format.

import type {
  ConverseResponse,
  InvokeModelRequest,
  TokenUsage,
} from '../../protocol/api/types.generated.ts';
import { ValidationException } from '../../protocol/errors.ts';
import { decode } from '../../protocol/stream/decoder.ts';
import type { StreamDecoder } from '../../protocol/stream/decoder.ts';
import type { ConverseEventStream, ConverseStreamEvent } from '../../protocol/stream/events.ts';
import { parseNativeBody } from '../../protocol/wire/rest-json.ts';
import type { AnswerContext, Conversation, FamilyStream } from '../../models/families/family.ts';
import type { JsonObject } from '../../models/families/native-json.ts';
import { reportLosses } from '../../providers/provider.ts';
import type { Route } from '../route.ts';
import { answerContext } from '../over-family.ts';
import type { OperationContext } from './operation.ts';
import { traceOf } from './tracing.ts';

export interface Door {
  readonly modelId: string;
  readonly route: Route;
  readonly context: OperationContext;
}

/** The body of a request that has none. */
export const noBody = new Uint8Array(0);

/** What a native answer is made with. */
export interface Decoded {
  readonly request: Conversation;
  readonly answer: AnswerContext;
}

/** The conversation of a native body. Throws ValidationException in the service's words. */
export function decodeNative(body: Uint8Array, door: Door): Decoded {
  const { modelId, route, context } = door;
  const native = parseNativeBody(body);
  const place = route.places[0];
  if (place === undefined) throw new Error('a route has at least one place');
  const { id: _id, ...model } = place.model;
  const doorContext = { ...model, modelId: route.resolved?.model.modelId ?? modelId };
  const { value, losses } = context.families[route.family].decodeRequest(native, doorContext);
  reportLosses(context.notes, losses);
  const answer = answerContext({ model: place.model, request: value }, context.environment);
  return { request: value, answer: { ...answer, ...doorContext } };
}

/** What the headers of InvokeModel say that stands in the body of Converse. */
export function headerMembers(
  input: Omit<InvokeModelRequest, 'body' | 'modelId'>,
): Partial<Conversation> {
  const { guardrailIdentifier = '', guardrailVersion = '' } = input;
  const { performanceConfigLatency: latency, serviceTier: type } = input;
  if (guardrailIdentifier === '' && guardrailVersion !== '') {
    throw new ValidationException(
      'guardrailVersion is given without guardrailIdentifier. Provide both and try again.',
    );
  }
  return {
    ...(guardrailIdentifier !== '' && {
      guardrailConfig: { guardrailIdentifier, guardrailVersion },
    }),
    ...(latency !== undefined && { performanceConfig: { latency } }),
    ...(type !== undefined && { serviceTier: { type } }),
  };
}

/** The speed and the tier that a native answer says again, in headers. */
export function echoHeaders({
  performanceConfig,
  serviceTier,
}: Pick<ConverseResponse, 'performanceConfig' | 'serviceTier'>): Record<string, string> {
  const { latency } = performanceConfig ?? {};
  return {
    ...(latency !== undefined && { 'x-amzn-bedrock-performanceconfig-latency': latency }),
    ...(serviceTier !== undefined && { 'x-amzn-bedrock-service-tier': serviceTier.type }),
  };
}

/** Recorded: what a whole native answer counts, in headers. */
export function countHeaders({ usage, metrics }: ConverseResponse): Record<string, string> {
  const { cacheReadInputTokens: read, cacheWriteInputTokens: written } = usage;
  return {
    'x-amzn-bedrock-invocation-latency': String(metrics.latencyMs),
    'x-amzn-bedrock-input-token-count': String(usage.inputTokens),
    'x-amzn-bedrock-output-token-count': String(usage.outputTokens),
    ...(read !== undefined && { 'x-amzn-bedrock-cache-read-input-token-count': String(read) }),
    ...(written !== undefined && {
      'x-amzn-bedrock-cache-write-input-token-count': String(written),
    }),
  };
}

/** The native chunks of an answer, as the stream of InvokeModel carries them. */
export function nativeChunks(
  events: ConverseEventStream,
  { answer }: Decoded,
  { route, context }: Door,
): AsyncIterable<readonly object[]> {
  const encoder = context.families[route.family].createStreamEncoder(answer);
  return decode(events, withMetrics(encoder, answer, context));
}

/** The last chunk says what the answer took; each is wrapped as the event of the native stream. */
function withMetrics(
  encoder: FamilyStream<ConverseStreamEvent, JsonObject>,
  answer: AnswerContext,
  context: OperationContext,
): StreamDecoder<ConverseStreamEvent, object> {
  let firstByteLatency: number | undefined;
  return {
    push(event) {
      firstByteLatency ??= answer.latencyMs();
      const chunks = encoder.push(event);
      if (!('metadata' in event)) return chunks.map(chunkOf);
      context.notes.losses.push(...encoder.losses);
      const { usage, metrics } = event.metadata;
      const invocation = { ...metricsOf(usage), invocationLatency: metrics.latencyMs };
      const last = {
        ...chunks.at(-1),
        'amazon-bedrock-invocationMetrics': { ...invocation, firstByteLatency },
        ...(context.tracing && { 'amazon-bedrock-trace': traceOf(context) }),
      };
      return [...chunks.slice(0, -1), last].map(chunkOf);
    },
    end: () => encoder.end().map(chunkOf),
  };
}

function chunkOf(native: JsonObject): object {
  return { chunk: { bytes: Buffer.from(JSON.stringify(native)) } };
}

function metricsOf(usage: TokenUsage): JsonObject {
  const { cacheReadInputTokens: read, cacheWriteInputTokens: written } = usage;
  return {
    inputTokenCount: usage.inputTokens,
    outputTokenCount: usage.outputTokens,
    ...(read !== undefined && { cacheReadInputTokenCount: read }),
    ...(written !== undefined && { cacheWriteInputTokenCount: written }),
  };
}
