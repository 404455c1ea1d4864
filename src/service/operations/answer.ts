// From a checked conversation to its answer: what the operations over messages share.

import type { ConverseResponse } from '../../protocol/api/types.generated.ts';
import type { ConverseEventStream, ConverseStreamEvent } from '../../protocol/stream/events.ts';
import { checkOrder } from '../../protocol/stream/grammar.ts';
import { emulate } from '../../models/emulation/index.ts';
import type { Emulated } from '../../models/emulation/index.ts';
import type { Provider, ProviderCall } from '../../providers/provider.ts';
import { reportLosses } from '../../providers/provider.ts';
import type { Route } from '../route.ts';
import type { OperationContext } from './operation.ts';
import { checkRules } from './rules.ts';
import type { Asked } from './rules.ts';

/** A call that may be made: its rules hold, and what its route lacks is seen to. */
export interface Prepared {
  readonly call: ProviderCall;
  readonly provider: Provider;
  readonly route: Route;
  /** What is done to the answer for what the route lacks. */
  readonly emulated: Emulated;
}

/** Throws what the service refuses. */
export async function prepare(
  asked: Asked,
  route: Route,
  context: OperationContext,
): Promise<Prepared> {
  checkRules(asked, route, context);
  const { signal, notes, environment } = context;
  const { provider, resolved } = route;
  const emulated = await emulate(asked.request, provider.capabilities, {
    clock: environment.clock,
    signal,
    createToolUseId: () => createToolUseId(environment.random),
  });
  reportLosses(notes, emulated.losses);
  const foundationModelId = resolved?.model.modelId ?? null;
  const call = { ...asked, request: emulated.request, foundationModelId, signal, notes };
  return { call, provider, route, emulated };
}

/** As the service makes them: 128 bits in URL-safe base64. */
export function createToolUseId({ bytes }: OperationContext['environment']['random']): string {
  return `tooluse_${Buffer.from(bytes(16)).toString('base64url')}`;
}

/** The whole answer. */
export async function send(
  { call, provider, route, emulated }: Prepared,
  context: OperationContext,
): Promise<ConverseResponse> {
  const response = await emulated.response(await provider.send(call));
  noteStandIn(context, route);
  return { ...echoOf(call), ...response };
}

/**
 * The answer as events. Resolves when the first have come, so that what fails before is answered
 * as an HTTP error.
 */
export async function stream(
  { call, provider, route, emulated }: Prepared,
  context: OperationContext,
): Promise<ConverseEventStream> {
  const events = checkOrder(emulated.stream(await provider.stream(call)));
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
