// What an answer's trace says when it is asked to: who answered, and what could not be carried.

import type { ConverseResponse } from '../../protocol/api/types.generated.ts';
import type { Loss } from '../../protocol/loss.ts';
import type { ConverseEventStream } from '../../protocol/stream/events.ts';
import type { Conversation } from '../../models/families/family.ts';
import type { OperationContext } from './operation.ts';

/** The request's metadata may ask for the trace, as the header `x-openconverse-trace` does. */
const metadataKey = 'x-openconverse-trace';

export function isTraced(
  { requestMetadata }: Pick<Conversation, 'requestMetadata'>,
  { tracing }: OperationContext,
): boolean {
  return tracing || requestMetadata?.[metadataKey] === 'losses';
}

interface Trace {
  readonly openconverse: {
    readonly servedBy: string | undefined;
    readonly losses: readonly Loss[];
  };
}

export function traceOf({ notes: { servedBy, losses } }: OperationContext): Trace {
  return { openconverse: { servedBy, losses } };
}

export function withTrace(response: ConverseResponse, context: OperationContext): ConverseResponse {
  return { ...response, trace: { ...response.trace, ...traceOf(context) } };
}

/** What is lost may be known at the end only, and is told there. */
export async function* tracedEvents(
  events: ConverseEventStream,
  context: OperationContext,
): ConverseEventStream {
  for await (const batch of events) {
    yield batch.map((event) => {
      if (!('metadata' in event)) return event;
      const { metadata } = event;
      return { metadata: { ...metadata, trace: { ...metadata.trace, ...traceOf(context) } } };
    });
  }
}
