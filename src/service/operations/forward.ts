// The client's own bytes to a place that takes them as they are. For any other place on the way the
// request is read, and answered as its operation does.

import type { ForwardCall, Provider, SentRequest } from '../../providers/provider.ts';
import { checkModelIdForm } from '../../models/catalog/model-id.ts';
import { attempt } from '../attempt.ts';
import type { CallObserver } from '../observer.ts';
import type { Visiting } from '../resilience/visit.ts';
import type { Route, RoutedPlace } from '../route.ts';
import { noteStandIn, started } from './answer.ts';
import { operations, type ServedOperation } from './index.ts';
import type { OperationContext, OperationInput, OperationOutput } from './operation.ts';

/** A request that nobody has looked into. */
export interface AsSent extends SentRequest {
  /** Of its path. */
  readonly modelId: string;
  /** Reads it, for a place that needs it read. Throws ServiceException. */
  readonly input: () => OperationInput;
}

/**
 * Undefined where the request has to be read before it is known where it may go, or where nobody on
 * the way takes it as it is. A place that does checks it by itself, in the service's words; so what
 * is newer than our shapes reaches it.
 */
export function forward(
  operation: ServedOperation,
  asSent: AsSent,
  context: OperationContext,
): Promise<OperationOutput> | undefined {
  if (!isForwarded(operation) || context.strict) return undefined;
  if (context.tracing || asksForTrace(asSent.body)) return undefined;
  checkModelIdForm(asSent);
  const route = context.route(asSent.modelId);
  if (!route.places.some(({ provider }) => takesBytes(context.providers.get(provider)))) {
    return undefined;
  }
  return tryPlaces({ operation, asSent, route, context });
}

type ForwardedOperation = ForwardCall['operation'] & ServedOperation;

function isForwarded(operation: ServedOperation): operation is ForwardedOperation {
  return kinds.has(operation);
}

// What the exceptions in a stream of the operation are named by.
const kinds: ReadonlyMap<string, 'converse' | 'native'> = new Map([
  ['Converse', 'converse'],
  ['ConverseStream', 'converse'],
  ['CountTokens', 'converse'],
  ['InvokeModel', 'native'],
  ['InvokeModelWithResponseStream', 'native'],
]);

/** The request's metadata may ask for a trace; only its reader can tell for sure. */
function asksForTrace({ buffer, byteOffset, byteLength }: Uint8Array): boolean {
  return Buffer.from(buffer, byteOffset, byteLength).includes('x-openconverse-trace');
}

type Forwarding = Provider & Required<Pick<Provider, 'forward'>>;

function takesBytes(provider: Provider | undefined): provider is Forwarding {
  return provider?.forward !== undefined;
}

interface Way {
  readonly operation: ForwardedOperation;
  readonly asSent: AsSent;
  readonly route: Route;
  readonly context: OperationContext;
}

function tryPlaces(way: Way): Promise<OperationOutput> {
  const { route, context } = way;
  const { observer } = context;
  // What the conversation holds is not known unless a place needs to know.
  observer?.asked({}, route);
  return attempt(route.places, context, async (place, visiting) => {
    const headers = observer?.trying(place);
    try {
      const provider = context.providers.get(place.provider);
      if (!takesBytes(provider)) return await answer(way, place, { visiting, headers });
      return await sendOn(provider, way, { place, visiting, headers });
    } catch (error) {
      observer?.failed(error);
      throw error;
    }
  });
}

interface Try {
  readonly visiting: Visiting;
  /** What the observer adds to every request to the place. */
  readonly headers: Readonly<Record<string, string>> | undefined;
}

async function sendOn(
  provider: Forwarding,
  { operation, asSent, route, context }: Way,
  { place, visiting, headers }: Try & { readonly place: RoutedPlace },
): Promise<OperationOutput> {
  const { modelId, body, headers: sentHeaders } = asSent;
  const forwarded = await provider.forward({
    operation,
    modelId,
    foundationModelId: route.resolved?.model.modelId ?? null,
    model: place.model,
    sent: { body, headers: sentHeaders },
    signal: visiting.signal,
    notes: context.notes,
    headers: { ...context.headers, ...headers },
  });
  noteStandIn(context, place);
  if (forwarded.body instanceof Uint8Array) {
    return { bytes: forwarded.body, headers: forwarded.headers };
  }
  const kind = kinds.get(operation) ?? 'converse';
  const frames = await started(visiting.hold(forwarded.body));
  return { frames, kind, headers: forwarded.headers };
}

const noGuards: OperationContext['guards'] = new Map();

/** By the operation itself, for this place alone: what stands before the place is seen to. */
async function answer(
  { operation, asSent, route, context }: Way,
  place: RoutedPlace,
  { visiting, headers }: Try,
): Promise<OperationOutput> {
  const output = await operations[operation](asSent.input(), {
    ...context,
    route: () => ({ ...route, places: [place] }),
    guards: noGuards,
    signal: visiting.signal,
    observer: context.observer && innerObserver(context.observer, route, headers),
  });
  if ('events' in output) return { ...output, events: visiting.hold(output.events) };
  if ('chunks' in output) return { ...output, chunks: visiting.hold(output.chunks) };
  return output;
}

/** The place is being tried already; now the conversation is known. */
function innerObserver(
  observer: CallObserver,
  route: Route,
  headers: Try['headers'],
): CallObserver {
  return {
    asked: (request) => observer.asked(request, route),
    trying: () => headers,
    answered: (response) => observer.answered(response),
    failed: () => {
      // The place's failure is told once, by whoever tried it.
    },
  };
}
