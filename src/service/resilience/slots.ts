// How many requests a place has at a time, and how many wait for their turn.

import { ThrottlingException } from '../../protocol/errors.ts';

export interface SlotLimits {
  readonly concurrent: number;
  readonly queued: number;
}

/** Gives a slot back; the second time does nothing. */
export type Release = () => void;

export class Slots {
  readonly #limits: SlotLimits;
  // In the order of their coming; who leaves is taken out at once.
  readonly #waiting = new Set<() => void>();
  #running = 0;

  constructor(limits: SlotLimits) {
    this.#limits = limits;
  }

  get running(): number {
    return this.#running;
  }

  get queued(): number {
    return this.#waiting.size;
  }

  /** Throws ThrottlingException where too many wait, and the signal's reason when it aborts. */
  async take(signal: AbortSignal): Promise<Release> {
    if (this.#running >= this.#limits.concurrent) await this.#wait(signal);
    else this.#running += 1;
    let isTaken = true;
    return () => {
      if (isTaken) this.#pass();
      isTaken = false;
    };
  }

  #wait(signal: AbortSignal): Promise<void> {
    if (this.#waiting.size >= this.#limits.queued) throw tooManyRequests();
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const enter = (): void => {
      signal.removeEventListener('abort', leave);
      resolve();
    };
    const leave = (): void => {
      this.#waiting.delete(enter);
      reject(signal.reason);
    };
    this.#waiting.add(enter);
    signal.addEventListener('abort', leave, { once: true });
    return promise;
  }

  /** To whoever waits longest, so that nobody who comes now overtakes. */
  #pass(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#running -= 1;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}

export function tooManyRequests(): ThrottlingException {
  return new ThrottlingException('Too many requests, please wait before trying again.', {
    hint: "The model's place has as many requests as its limits allow, and as many wait.",
  });
}
