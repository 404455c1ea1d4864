// ConverseStream: the answer to a conversation as events, while it is made.

import type { ConverseEventStream } from '../../protocol/stream/events.ts';
import { checkOrder } from '../../protocol/stream/grammar.ts';
import { checkShape } from '../../protocol/validation/constraints.ts';
import { checkRules, createCall, noteStandIn } from './call.ts';
import { checkModelIdForm } from '../../models/catalog/model-id.ts';
import type { Operation } from './operation.ts';

// The order of checks is observable: shape, model, rules; then the provider's own refusals.
export const converseStream: Operation = async (input, context) => {
  checkModelIdForm(input);
  const { modelId, ...request } = checkShape('ConverseStreamRequest', input);
  const route = context.route(modelId);
  checkRules(request, route);
  const call = createCall({ operation: 'ConverseStream', modelId, request }, route, context);
  const events = await started(checkOrder(await route.provider.stream(call)));
  noteStandIn(context, route);
  return { events };
};

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
