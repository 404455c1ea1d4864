// The body of a streamed answer: events to frames, failures to the last frame.

import { ConnectionCut } from '../protocol/errors.ts';
import type { ServiceException } from '../protocol/errors.ts';
import { encodeEvents, encodeException } from '../protocol/wire/eventstream.ts';

export interface StreamOptions {
  readonly kind: 'converse' | 'native';
  readonly onError: (error: unknown) => ServiceException;
}

/**
 * One buffer of frames a batch. What fails on the way becomes the last frame; a cut goes through.
 * No generator: closing it closes the events even if it was never read.
 */
export function encodeStream(
  events: AsyncIterable<readonly object[]>,
  { kind, onError }: StreamOptions,
): AsyncIterable<Uint8Array> {
  const iterator = events[Symbol.asyncIterator]();
  let ended = false;
  const encoded: AsyncIterator<Uint8Array> = {
    async next() {
      if (ended) return { done: true, value: undefined };
      try {
        const result = await iterator.next();
        if (result.done) return { done: true, value: undefined };
        return { done: false, value: encodeEvents(result.value) };
      } catch (error) {
        ended = true;
        if (error instanceof ConnectionCut) throw error;
        return { done: false, value: encodeException(onError(error), kind) };
      }
    },
    async return(value) {
      ended = true;
      await iterator.return?.(value);
      return { done: true, value };
    },
  };
  return { [Symbol.asyncIterator]: () => encoded };
}
