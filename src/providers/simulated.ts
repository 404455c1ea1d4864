// The simulated provider: a model without weights, deterministic, that says what a script tells it.

import type { Clock, Environment } from '../environment.ts';
import { simulatedBatchEventsMax } from '../limits.ts';
import type { Capability } from '../models/catalog/model.ts';
import type { ConverseResponse } from '../protocol/api/types.generated.ts';
import type { ConverseEventStream, ConverseStreamEvent } from '../protocol/stream/events.ts';
import { unfold, type UnfoldOptions } from '../protocol/stream/unfold.ts';
import { createReply, type UnmeasuredResponse } from '../simulation/reply.ts';
import { lastMessageText } from '../simulation/request-texts.ts';
import { createError } from '../simulation/scripted-error.ts';
import type { Simulation } from '../simulation/simulation.ts';
import { countInputTokens, splitCodePoints, splitTokens } from '../simulation/tokens.ts';
import type { Pace, Turn } from '../simulation/turn.ts';
import { waitFor } from '../simulation/wait.ts';
import type { Provider, ProviderCall } from './provider.ts';

export interface SimulatedProviderOptions {
  readonly simulation: Simulation;
  readonly environment: Environment;
}

export function createSimulatedProvider({
  simulation,
  environment: { clock },
}: SimulatedProviderOptions): Provider {
  /** The turn that the script has for this call. Throws its fault, after its delay. */
  async function takeTurn(call: ProviderCall): Promise<Turn | undefined> {
    const { operation, modelId, foundationModelId, request, signal, notes } = call;
    notes.servedBy = 'simulated';
    const text = lastMessageText(request);
    const turn = simulation.script.take({ operation, modelId, foundationModelId, text });
    if (turn === undefined) return undefined;
    notes.scripted = true;
    await waitFor(clock, turn.delayMs, signal);
    if ('error' in turn.reply) throw createError(turn.reply.error);
    return turn;
  }

  return {
    capabilities,
    async send(call) {
      const startedMs = clock.monotonic();
      const turn = await takeTurn(call);
      return measure(replyTo(call, turn), { clock, startedMs });
    },
    async stream(call) {
      const startedMs = clock.monotonic();
      const turn = await takeTurn(call);
      const { pace = quickly } = turn ?? {};
      const response = measure(replyTo(call, turn), { clock, startedMs });
      const events = unfold(response, splitting(pace));
      return streamEvents(events, { clock, pace, signal: call.signal });
    },
    async countTokens(call) {
      const turn = await takeTurn(call);
      if (turn !== undefined && 'inputTokens' in turn.reply) return turn.reply.inputTokens;
      return countInputTokens(call.request);
    },
    async close() {
      // Nothing is held open: script and journal belong to the simulation.
    },
  };
}

const capabilities = new Set<Capability>([
  'documents',
  'images',
  'promptCaching',
  'reasoning',
  'stopSequences',
  'structuredOutput',
  'system',
  'tools',
]);

const quickly: Pace = { chunk: undefined, delayMs: 0, fault: undefined };

function replyTo({ request }: ProviderCall, turn: Turn | undefined): UnmeasuredResponse {
  const reply = turn?.reply;
  return createReply(request, reply !== undefined && 'answer' in reply ? reply.answer : undefined);
}

interface Measuring {
  readonly clock: Clock;
  readonly startedMs: number;
}

/** Takes the time when it is asked for it: in a stream that is at the end. */
function measure(
  { metrics, ...response }: UnmeasuredResponse,
  { clock, startedMs }: Measuring,
): ConverseResponse {
  return {
    ...response,
    get metrics() {
      return metrics ?? { latencyMs: Math.round(clock.monotonic() - startedMs) };
    },
  };
}

const inputCharactersOfDelta = 16;

function splitting({ chunk }: Pace): UnfoldOptions {
  return {
    splitText: (text) => (chunk === undefined ? splitTokens(text) : splitCodePoints(text, chunk)),
    splitInput: (json) => splitCodePoints(json, chunk ?? inputCharactersOfDelta),
  };
}

interface Streaming {
  readonly clock: Clock;
  readonly pace: Pace;
  readonly signal: AbortSignal;
}

/** In large batches where nothing waits; else each event as it is made. */
async function* streamEvents(
  events: Iterable<ConverseStreamEvent>,
  { clock, pace, signal }: Streaming,
): ConverseEventStream {
  const batchEventsMax = pace.delayMs > 0 ? 1 : simulatedBatchEventsMax;
  let batch: ConverseStreamEvent[] = [];
  let deltas = 0;
  for (const event of events) {
    signal.throwIfAborted();
    const isDelta = 'contentBlockDelta' in event;
    if (isDelta && deltas > 0) await waitFor(clock, pace.delayMs, signal);
    if (isDelta) deltas += 1;
    batch.push(event);
    const isFault = pace.fault?.after === deltas && (isDelta || 'messageStart' in event);
    if (batch.length < batchEventsMax && !isFault) continue;
    yield batch;
    batch = [];
    if (isFault && pace.fault !== undefined) throw createError(pace.fault.error);
  }
  if (batch.length > 0) yield batch;
}
