// Native answers: the place's own where it speaks the door's format, else encoded from Converse.

import type {
  ConverseResponse,
  ConverseStreamMetadataEvent,
  TokenUsage,
} from '../../protocol/api/types.generated.ts';
import { decode } from '../../protocol/stream/decoder.ts';
import type { StreamDecoder } from '../../protocol/stream/decoder.ts';
import type { ConverseStreamEvent } from '../../protocol/stream/events.ts';
import type { Family } from '../../models/families/family.ts';
import type { JsonObject } from '../../models/families/native-json.ts';
import { reportLosses } from '../../providers/provider.ts';
import { isFamilyProvider } from '../over-family.ts';
import { ask, openEvents, started } from './answer.ts';
import type { Prepared } from './answer.ts';
import type { Decoded, Door } from './native.ts';
import type { OperationContext } from './operation.ts';
import type { Asked } from './rules.ts';
import { traceOf } from './tracing.ts';

export interface NativeAnswer {
  readonly native: JsonObject;
  /** What it counts and echoes stands in headers. */
  readonly response: ConverseResponse;
}

/** The whole answer. */
export function sendNative(asked: Asked, decoded: Decoded, door: Door): Promise<NativeAnswer> {
  const { route, context } = door;
  const family = context.families[route.family];
  return ask(asked, door, async (prepared) => {
    const { provider, call, emulated } = prepared;
    if (passes(prepared, asked, door) && isFamilyProvider(provider)) {
      const native = await provider.native.send({ ...call, body: decoded.native });
      const response = family.decodeResponse(native, decoded.answer).value;
      context.observer?.answered(response);
      return { native, response };
    }
    reportLosses(context.notes, decoded.losses);
    const response = await emulated.response(await provider.send(call));
    context.observer?.answered(response);
    const { value, losses } = family.encodeResponse(response, decoded.answer);
    reportLosses(context.notes, losses);
    return { native: value, response };
  });
}

/** The answer as the events of a native stream: `{ chunk: { bytes } }`. */
export function streamNative(
  asked: Asked,
  decoded: Decoded,
  door: Door,
): Promise<AsyncIterable<readonly object[]>> {
  const { route, context } = door;
  const family = context.families[route.family];
  return ask(asked, door, async (prepared) => {
    const { provider, call, hold } = prepared;
    if (passes(prepared, asked, door) && isFamilyProvider(provider)) {
      const chunks = await provider.native.stream({ ...call, body: decoded.native });
      return started(hold(decode(chunks, measuring(family, decoded, context))));
    }
    reportLosses(context.notes, decoded.losses);
    const events = await openEvents(prepared, asked);
    return decode(events, encoding(family, decoded, context));
  });
}

/**
 * Whether the bytes go through: the place speaks the door's format, and nothing had to be made up
 * for.
 */
function passes({ provider, emulated }: Prepared, asked: Asked, { route }: Door): boolean {
  return (
    isFamilyProvider(provider) &&
    provider.native.format.family === route.family &&
    emulated.request === asked.request
  );
}

type NativeStage<In> = StreamDecoder<In, object>;

/** The chunks as they came; the last is the one by which its family knows the usage. */
function measuring(
  family: Family,
  { answer }: Decoded,
  context: OperationContext,
): NativeStage<JsonObject> {
  const decoder = family.createStreamDecoder(answer);
  let firstByteMs: number | undefined;
  return {
    push(chunk) {
      firstByteMs ??= answer.latencyMs();
      const events = decoder.push(chunk);
      for (const event of events) tell(event, context);
      const metadata = metadataIn(events);
      if (metadata === undefined) return [eventOf(chunk)];
      return [eventOf({ ...chunk, ...lastMembers(metadata, firstByteMs, context) })];
    },
    end() {
      decoder.end();
      return [];
    },
  };
}

/** What leaves is native: who watches the call could not read it there. */
function tell(event: ConverseStreamEvent, { observer }: OperationContext): void {
  if (observer === undefined) return;
  if ('messageStop' in event) observer.answered({ stopReason: event.messageStop.stopReason });
  else if ('metadata' in event) observer.answered({ usage: event.metadata.usage });
}

function metadataIn(
  events: readonly ConverseStreamEvent[],
): ConverseStreamMetadataEvent | undefined {
  const last = events.at(-1);
  return last !== undefined && 'metadata' in last ? last.metadata : undefined;
}

function encoding(
  family: Family,
  { answer }: Decoded,
  context: OperationContext,
): NativeStage<ConverseStreamEvent> {
  const encoder = family.createStreamEncoder(answer);
  let firstByteMs: number | undefined;
  return {
    push(event) {
      firstByteMs ??= answer.latencyMs();
      tell(event, context);
      const chunks = encoder.push(event);
      if (!('metadata' in event)) return chunks.map(eventOf);
      context.notes.losses.push(...encoder.losses);
      const last = { ...chunks.at(-1), ...lastMembers(event.metadata, firstByteMs, context) };
      return [...chunks.slice(0, -1), last].map(eventOf);
    },
    end: () => encoder.end().map(eventOf),
  };
}

/** Recorded: what the last chunk has besides its own members. */
function lastMembers(
  { usage, metrics }: ConverseStreamMetadataEvent,
  firstByteLatency: number,
  context: OperationContext,
): JsonObject {
  const invocationLatency = metrics.latencyMs;
  return {
    'amazon-bedrock-invocationMetrics': {
      ...countsOf(usage),
      invocationLatency,
      // The place measures by itself, from its own start: no first byte comes after the end.
      firstByteLatency: Math.min(firstByteLatency, invocationLatency),
    },
    ...(context.tracing && { 'amazon-bedrock-trace': traceOf(context) }),
  };
}

function countsOf(usage: TokenUsage): JsonObject {
  const { cacheReadInputTokens: read, cacheWriteInputTokens: written } = usage;
  return {
    inputTokenCount: usage.inputTokens,
    outputTokenCount: usage.outputTokens,
    ...(read !== undefined && { cacheReadInputTokenCount: read }),
    ...(written !== undefined && { cacheWriteInputTokenCount: written }),
  };
}

function eventOf(native: JsonObject): object {
  return { chunk: { bytes: Buffer.from(JSON.stringify(native)) } };
}
