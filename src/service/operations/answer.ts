// From a checked conversation to its answer: what the operations over messages share.

import type { ConverseResponse } from '../../protocol/api/types.generated.ts';
import type { ConverseEventStream, ConverseStreamEvent } from '../../protocol/stream/events.ts';
import { checkOrder } from '../../protocol/stream/grammar.ts';
import type { Provider, ProviderCall } from '../../providers/provider.ts';
import type { Route } from '../route.ts';
import type { OperationContext } from './operation.ts';
import { checkRules } from './rules.ts';
import type { Asked } from './rules.ts';

/** A call that may be made: its rules hold, and what its route lacks is seen to. */
export interface Prepared {
  readonly call: ProviderCall;
  readonly provider: Provider;
  readonly route: Route;
}

/** Throws what the service refuses. */
export async function prepare(
  asked: Asked,
  route: Route,
  context: OperationContext,
): Promise<Prepared> {
  checkRules(asked, route, context);
  const { signal, notes } = context;
  const foundationModelId = route.resolved?.model.modelId ?? null;
  const call = { ...asked, foundationModelId, signal, notes };
  return { call, provider: route.provider, route };
}

/** The whole answer. */
export async function send(
  { call, provider, route }: Prepared,
  context: OperationContext,
): Promise<ConverseResponse> {
  const response = await provider.send(call);
  noteStandIn(context, route);
  return { ...echoOf(call), ...response };
}

/**
 * The answer as events. Resolves when the first have come, so that what fails before is answered
 * as an HTTP error.
 */
export async function stream(
  { call, provider, route }: Prepared,
  context: OperationContext,
): Promise<ConverseEventStream> {
  const events = checkOrder(await provider.stream(call));
  const running = await started(echoing(events, echoOf(call)));
  noteStandIn(context, route);
  return running;
}

export async function countTokens(
  { call, provider, route }: Prepared,
  context: OperationContext,
): Promise<number> {
  const inputTokens = await provider.countTokens(call);
  noteStandIn(context, route);
  return inputTokens;
}

/** Says that another model answers in place of the one that was asked for. */
function noteStandIn({ notes }: OperationContext, { standIn }: Route): void {
  if (standIn && notes.servedBy !== undefined) notes.servedBy += '; stand-in';
}

type Echo = Pick<ConverseResponse, 'performanceConfig' | 'serviceTier'>;

/** What an answer says again of its request, unless the provider says it itself. */
function echoOf({ request }: ProviderCall): Echo {
  const { performanceConfig, serviceTier } = request;
  return {
    ...(performanceConfig === undefined ? {} : { performanceConfig }),
    ...(serviceTier === undefined ? {} : { serviceTier }),
  };
}

/** The last event says again what was asked for, unless the provider says it itself. */
function echoing(events: ConverseEventStream, echo: Echo): ConverseEventStream {
  return Object.keys(echo).length === 0 ? events : withEcho(events, echo);
}

async function* withEcho(events: ConverseEventStream, echo: Echo): ConverseEventStream {
  for await (const batch of events) {
    yield batch.map((event) =>
      'metadata' in event ? { metadata: { ...echo, ...event.metadata } } : event,
    );
  }
}

type Batch = readonly ConverseStreamEvent[];

/** No generator: closing the result closes the stream behind it even if it was never read. */
async function started(events: ConverseEventStream): Promise<ConverseEventStream> {
  const iterator = events[Symbol.asyncIterator]();
  let first: IteratorResult<Batch, unknown> | undefined = await iterator.next();
  const resumed: AsyncIterator<Batch> = {
    async next() {
      const result = first ?? (await iterator.next());
      first = undefined;
      return result;
    },
    async return(value) {
      await iterator.return?.(value);
      return { done: true, value };
    },
  };
  return { [Symbol.asyncIterator]: () => resumed };
}
