// The public face of a stream: single events, where the inside has batches.

import { exceptionClasses, exceptionTable, ServiceException } from '../protocol/errors.ts';
import type { ConverseEventStream, ConverseStreamEvent } from '../protocol/stream/events.ts';

/**
 * Single events. Closing it closes the batches behind it even if it was never read, which a
 * generator alone would not.
 */
export function flatten(
  events: ConverseEventStream,
  toThrown: (error: unknown) => unknown,
): AsyncIterable<ConverseStreamEvent> {
  const batches = events[Symbol.asyncIterator]();
  const flattened = eachEvent({ [Symbol.asyncIterator]: () => batches }, toThrown);
  const stream: AsyncIterator<ConverseStreamEvent> = {
    next: () => flattened.next(),
    async return(value) {
      await flattened.return();
      await batches.return?.();
      return { done: true, value };
    },
  };
  return { [Symbol.asyncIterator]: () => stream };
}

async function* eachEvent(
  batches: ConverseEventStream,
  toThrown: (error: unknown) => unknown,
): AsyncGenerator<ConverseStreamEvent, void, void> {
  try {
    for await (const batch of batches) yield* batch;
  } catch (error) {
    throw asInStream(toThrown(error));
  }
}

/** A stream has five exceptions; over the wire the others would arrive as these. */
function asInStream(error: unknown): unknown {
  if (!(error instanceof ServiceException)) return error;
  const { inStream } = exceptionTable[error.name];
  const name = (inStream[0]?.toUpperCase() + inStream.slice(1)) as keyof typeof exceptionClasses;
  if (name === error.name) return error;
  const { members, hint } = error;
  return new exceptionClasses[name](error.message, {
    members,
    ...(hint === undefined ? {} : { hint }),
    cause: error,
  });
}
