// Reads a request's body within a bound, and throws away one that nobody wants.

import type { Readable } from 'node:stream';
import type { Clock } from '../environment.ts';
import { ConnectionCut, ValidationException } from '../protocol/errors.ts';

export interface BodyTerms {
  /** What `content-length` says; undefined where the client says nothing. */
  readonly declaredBytes: number | undefined;
  readonly bytesMax: number;
  /** Asked at the end: Node ends the body of a reset stream of HTTP/2 as if it were whole. */
  isWhole(): boolean;
}

/**
 * The whole body. Rejects with ValidationException when it is over the bound, before a byte is read
 * where the client says its length, and with ConnectionCut when the client goes away in mid-body.
 */
export function readBody(incoming: Readable, terms: BodyTerms): Promise<Uint8Array> {
  const { declaredBytes, bytesMax } = terms;
  if (declaredBytes !== undefined && declaredBytes > bytesMax) {
    return Promise.reject(bodyTooLarge(bytesMax, declaredBytes));
  }
  if (incoming.destroyed && !incoming.readableEnded) return Promise.reject(clientGone());
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    // Listeners rather than `for await`: 15 % cheaper on small bodies.
    incoming.on('data', onData);
    incoming.once('end', onEnd);
    incoming.once('close', onClose);

    function onData(chunk: Buffer): void {
      size += chunk.length;
      chunks.push(chunk);
      if (size <= bytesMax) return;
      chunks.length = 0;
      incoming.pause();
      leave();
      reject(bodyTooLarge(bytesMax));
    }
    function onEnd(): void {
      leave();
      if (!terms.isWhole()) {
        reject(clientGone());
        return;
      }
      const [only] = chunks;
      resolve(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, size));
    }
    function onClose(): void {
      leave();
      reject(clientGone());
    }
    function leave(): void {
      incoming.off('data', onData);
      incoming.off('end', onEnd);
      incoming.off('close', onClose);
    }
  });
}

export interface DrainTerms {
  readonly clock: Clock;
  readonly bytesMax: number;
  readonly timeoutMs: number;
  /** A pause of so long ends the wait as well: the client is waiting for us. */
  readonly quietMs?: number;
}

/** Reads and throws away what still comes; `done` is called once at its end or that of our wait. */
export function drainBody(incoming: Readable, terms: DrainTerms, done: () => void): void {
  const { clock, bytesMax, timeoutMs, quietMs } = terms;
  let size = 0;
  let finished = false;
  const deadline = clock.timer(timeoutMs, finish);
  let pause = quietMs === undefined ? undefined : clock.timer(quietMs, () => look(0, quietMs));
  incoming.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > bytesMax) finish();
  });
  incoming.once('end', finish);
  incoming.once('close', finish);
  incoming.resume();

  function look(sizeBefore: number, ms: number): void {
    if (size === sizeBefore) {
      finish();
      return;
    }
    const sizeNow = size;
    pause = clock.timer(ms, () => look(sizeNow, ms));
  }
  function finish(): void {
    if (finished) return;
    finished = true;
    deadline.cancel();
    pause?.cancel();
    done();
  }
}

function bodyTooLarge(bytesMax: number, declaredBytes?: number): ValidationException {
  const what = declaredBytes === undefined ? '' : ` of ${declaredBytes} bytes`;
  return new ValidationException(
    `The request body${what} is larger than the limit of ${bytesMax} bytes.`,
  );
}

function clientGone(): ConnectionCut {
  return new ConnectionCut('The client went away before its request was whole.');
}
