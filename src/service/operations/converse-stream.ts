// ConverseStream: the answer to a conversation as events, while it is made.

import type { ConverseStreamMetadataEvent } from '../../protocol/api/types.generated.ts';
import type { ConverseEventStream } from '../../protocol/stream/events.ts';
import { checkOrder } from '../../protocol/stream/grammar.ts';
import { checkShape } from '../../protocol/validation/constraints.ts';
import { checkRules, createCall, echoOf, noteStandIn } from './call.ts';
import { checkModelIdForm } from '../../models/catalog/model-id.ts';
import type { Operation } from './operation.ts';

// The order of checks is observable: shape, model, rules; then the provider's own refusals.
export const converseStream: Operation = async (input, context) => {
  checkModelIdForm(input);
  const { modelId, ...request } = checkShape('ConverseStreamRequest', input);
  const route = context.route(modelId);
  const parts = { operation: 'ConverseStream', modelId, request } as const;
  checkRules(parts, route, context);
  const stream = checkOrder(await route.provider.stream(createCall(parts, route, context)));
  const events = await started(echoing(stream, echoOf(parts)));
  noteStandIn(context, route);
  return { events };
};

type Echo = Pick<ConverseStreamMetadataEvent, 'performanceConfig' | 'serviceTier'>;

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
 * Waits for the first batch, so that what fails before it is answered as an HTTP error. The result
 * is no generator: closing it closes the stream behind it even if it was never read.
 */
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

type Batch = ConverseEventStream extends AsyncIterable<infer Item> ? Item : never;
