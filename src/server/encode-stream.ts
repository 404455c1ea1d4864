// The body of a streamed answer: events to frames, failures to the last frame.

import { ConnectionCut, ServiceException } from '../protocol/errors.ts';
import { encodeEvents, encodeException } from '../protocol/wire/eventstream.ts';

/** Who is told what leaves, and once how it ended. */
export interface StreamWatch {
  /** `events` is empty where nobody has looked into the frames. */
  wrote(events: readonly object[], bytes: number): void;
  streamEnds(outcome: 'cut' | 'failed' | 'left' | 'whole', exception?: ServiceException): void;
}

export interface StreamOptions {
  readonly kind: 'converse' | 'native';
  readonly onError: (error: unknown) => ServiceException;
  /** Of the request: one aborted with an exception cuts the answer, and that is its last frame. */
  readonly signal?: AbortSignal;
  readonly watch?: StreamWatch | undefined;
}

/** One buffer of frames a batch. */
export function encodeStream(
  events: AsyncIterable<readonly object[]>,
  options: StreamOptions,
): AsyncIterable<Uint8Array> {
  const { watch } = options;
  return bodyOf(events, options, (batch) => {
    const bytes = encodeEvents(batch);
    watch?.wrote(batch, bytes.length);
    return bytes;
  });
}

/** The place's own frames as they are. */
export function passFrames(
  frames: AsyncIterable<Uint8Array>,
  options: StreamOptions,
): AsyncIterable<Uint8Array> {
  const { watch } = options;
  return bodyOf(frames, options, (bytes) => {
    watch?.wrote(noEvents, bytes.length);
    return bytes;
  });
}

const noEvents: readonly object[] = [];

/**
 * What fails on the way becomes the last frame; a cut goes through. No generator: closing it closes
 * the source even if it was never read.
 */
function bodyOf<Batch>(
  source: AsyncIterable<Batch>,
  { kind, signal, onError, watch }: StreamOptions,
  encode: (batch: Batch) => Uint8Array,
): AsyncIterable<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  let ended = false;

  function fail(error: unknown): IteratorResult<Uint8Array> {
    ended = true;
    if (error instanceof ConnectionCut) {
      watch?.streamEnds('cut');
      throw error;
    }
    const exception = onError(error);
    watch?.streamEnds('failed', exception);
    return { done: false, value: encodeException(exception, kind) };
  }

  function end(): IteratorResult<Uint8Array> {
    // A model that just stops when it is told to did not come to its end.
    if (signal?.aborted && signal.reason instanceof ServiceException) return fail(signal.reason);
    ended = true;
    watch?.streamEnds('whole');
    return { done: true, value: undefined };
  }

  const body: AsyncIterator<Uint8Array> = {
    async next() {
      if (ended) return { done: true, value: undefined };
      try {
        const result = await iterator.next();
        return result.done === true ? end() : { done: false, value: encode(result.value) };
      } catch (error) {
        return fail(error);
      }
    },
    async return(value) {
      if (!ended) watch?.streamEnds('left');
      ended = true;
      await iterator.return?.(value);
      return { done: true, value };
    },
  };
  return { [Symbol.asyncIterator]: () => body };
}
