// From a checked conversation to its answer: what the operations over messages share.

import type { ConverseResponse } from '../../protocol/api/types.generated.ts';
import type { ConverseEventStream } from '../../protocol/stream/events.ts';
import { checkOrder } from '../../protocol/stream/grammar.ts';
import { emulate } from '../../models/emulation/index.ts';
import type { Emulated } from '../../models/emulation/index.ts';
import type { Provider, ProviderCall } from '../../providers/provider.ts';
import { reportLosses } from '../../providers/provider.ts';
import { inAffinity } from '../affinity.ts';
import { attempt } from '../attempt.ts';
import type { Visiting } from '../resilience/visit.ts';
import type { Route, RoutedPlace } from '../route.ts';
import { createToolUseId } from '../tool-use-id.ts';
import type { OperationContext } from './operation.ts';
import { checkRules } from './rules.ts';
import type { Asked } from './rules.ts';

/** The whole answer. Throws what the service refuses, and what the last place failed with. */
export function send(
  asked: Asked,
  route: Route,
  context: OperationContext,
): Promise<ConverseResponse> {
  return ask(asked, { route, context }, async ({ provider, call, emulated }) => {
    const response = await emulated.response(await provider.send(call));
    context.observer?.answered(response);
    return { ...echoOf(asked), ...response };
  });
}

/**
 * The answer as events. Resolves when the first have come, so that what fails before is answered
 * as an HTTP error, or by another place.
 */
export function stream(
  asked: Asked,
  route: Route,
  context: OperationContext,
): Promise<ConverseEventStream> {
  return ask(asked, { route, context }, (prepared) => openEvents(prepared, asked));
}

export function countTokens(
  asked: Asked,
  route: Route,
  context: OperationContext,
): Promise<number> {
  return ask(asked, { route, context }, ({ provider, call }) => provider.countTokens(call));
}

/** Resolves when the first events have come. Throws what fails before. */
export async function openEvents(
  { provider, call, emulated, hold }: Prepared,
  asked: Asked,
): Promise<ConverseEventStream> {
  const events = checkOrder(emulated.stream(await provider.stream(call)));
  return started(hold(echoing(events, echoOf(asked))));
}

/** A call that may be made: what its place lacks is seen to. */
export interface Prepared {
  readonly provider: Provider;
  readonly call: ProviderCall;
  /** What is done to the answer for what the place lacks. */
  readonly emulated: Emulated;
  /** Every stream goes through it before it is read: its place is taken until it ends. */
  readonly hold: Visiting['hold'];
}

interface Way {
  readonly route: Route;
  readonly context: OperationContext;
}

interface Visited extends Way {
  readonly visiting: Visiting;
}

/** Checks the rules, and asks one place of the route after the other until one answers. */
export function ask<Answer>(
  asked: Asked,
  { route, context }: Way,
  answer: (prepared: Prepared) => Promise<Answer>,
): Promise<Answer> {
  const { observer } = context;
  observer?.asked(asked.request, route);
  checkRules(asked, route, context);
  const { affinity, places } = route;
  const ordered = affinity === undefined ? places : inAffinity(places, asked.request);
  return attempt(ordered, context, async (place, visiting) => {
    const headers = observer?.trying(place);
    try {
      const prepared = await prepare(asked, place, { route, context, visiting });
      const answered = await answer(withHeaders(prepared, headers));
      noteStandIn(context, place);
      return answered;
    } catch (error) {
      observer?.failed(error);
      throw error;
    }
  });
}

async function prepare(
  asked: Asked,
  { provider: name, model }: RoutedPlace,
  { route, context, visiting }: Visited,
): Promise<Prepared> {
  const { notes, environment } = context;
  const { signal } = visiting;
  const provider = context.providers.get(name);
  if (provider === undefined) throw new Error(`the route names ${name}, which was never made`);
  const emulated = await emulate(asked.request, provider.capabilities, {
    clock: environment.clock,
    signal,
    createToolUseId: () => createToolUseId(environment.random),
  });
  reportLosses(notes, emulated.losses);
  const foundationModelId = route.resolved?.model.modelId ?? null;
  const { request } = emulated;
  const { operation, modelId } = asked;
  const { headers } = context;
  const call = { operation, modelId, request, model, foundationModelId, signal, notes, headers };
  return { provider, call, emulated, hold: (source) => visiting.hold(source) };
}

function withHeaders(prepared: Prepared, headers: ProviderCall['headers']): Prepared {
  if (headers === undefined) return prepared;
  const { call } = prepared;
  return { ...prepared, call: { ...call, headers: { ...call.headers, ...headers } } };
}

/** Says that another model answers in place of the one that was asked for. */
export function noteStandIn({ notes }: OperationContext, { standIn }: RoutedPlace): void {
  if (standIn && notes.servedBy !== undefined) notes.servedBy += '; stand-in';
}

type Echo = Pick<ConverseResponse, 'performanceConfig' | 'serviceTier'>;

/** What an answer says again of its request, unless the provider says it itself. */
function echoOf({ request: { performanceConfig, serviceTier } }: Asked): Echo {
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

/**
 * The same batches, the first of them already read. No generator: closing the result closes the
 * stream behind it even if it was never read.
 */
export async function started<Batch>(source: AsyncIterable<Batch>): Promise<AsyncIterable<Batch>> {
  const iterator = source[Symbol.asyncIterator]();
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
