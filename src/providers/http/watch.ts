// The time that one request to a place may take, and who ended it.

import type { Clock, Timer } from '../../environment.ts';
import { ModelStreamErrorException, ModelTimeoutException } from '../../protocol/errors.ts';

export interface WatchOptions {
  readonly clock: Clock;
  readonly timeouts: {
    readonly firstByteMs: number;
    readonly idleMs: number;
    readonly totalMs: number;
  };
  readonly origin: string;
  /** The caller's. */
  readonly signal: AbortSignal;
}

export interface Watch {
  readonly origin: string;
  /** Aborts with the caller's signal, or when a bound is reached. */
  readonly signal: AbortSignal;
  /** What ended the request before its answer was whole; undefined where nothing did. */
  reason(): unknown;
  /** Whether what falls silent is a stream that has begun. */
  isStream: boolean;
  /** The reader asks for more: only then does the place count as late. */
  waits(): void;
  /** There was more. */
  came(): void;
  /** Nothing is waited for any more. */
  end(): void;
}

export function createWatch(options: WatchOptions): Watch {
  return new RequestWatch(options);
}

class RequestWatch implements Watch {
  readonly origin: string;
  isStream = false;
  readonly #options: WatchOptions;
  readonly #controller = new AbortController();
  readonly #abort: () => void;
  readonly #total: Timer;
  #wait: Timer;
  /** Undefined while it is the reader's turn. */
  #waitingSinceMs: number | undefined;
  #hasBegun = false;

  constructor(options: WatchOptions) {
    const { clock, timeouts, signal, origin } = options;
    this.#options = options;
    this.origin = origin;
    this.#abort = () => this.#stop(signal.reason);
    signal.addEventListener('abort', this.#abort, { once: true });
    this.#waitingSinceMs = clock.monotonic();
    this.#wait = clock.timer(timeouts.firstByteMs, () => this.#check());
    this.#total = clock.timer(timeouts.totalMs, () => this.#stop(this.#tooLong()));
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  reason(): unknown {
    return this.signal.aborted ? this.signal.reason : undefined;
  }

  waits(): void {
    this.#waitingSinceMs = this.#options.clock.monotonic();
  }

  came(): void {
    this.#waitingSinceMs = undefined;
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    this.#wait.cancel();
    this.#arm(this.#options.timeouts.idleMs);
  }

  end(): void {
    this.#wait.cancel();
    this.#total.cancel();
    this.#options.signal.removeEventListener('abort', this.#abort);
  }

  #arm(ms: number): void {
    this.#wait = this.#options.clock.timer(ms, () => this.#check());
  }

  /** One timer for all reads: setting a new one for each would cost more than the read. */
  #check(): void {
    const { clock, timeouts } = this.#options;
    const bound = this.#hasBegun ? timeouts.idleMs : timeouts.firstByteMs;
    if (this.#waitingSinceMs === undefined) {
      this.#arm(bound);
      return;
    }
    const left = Math.ceil(this.#waitingSinceMs + bound - clock.monotonic());
    if (left > 0) this.#arm(left);
    else this.#stop(this.#late());
  }

  #stop(reason: unknown): void {
    this.end();
    this.#controller.abort(reason);
  }

  #late(): Error {
    const { firstByteMs, idleMs } = this.#options.timeouts;
    const { origin } = this;
    if (!this.#hasBegun) {
      const hint = `${origin} sent nothing for ${firstByteMs} ms (timeouts.firstByteMs).`;
      return new ModelTimeoutException(timedOut, { hint });
    }
    const hint = `${origin} fell silent for ${idleMs} ms (timeouts.idleMs).`;
    if (!this.isStream) return new ModelTimeoutException(timedOut, { hint });
    return new ModelStreamErrorException(`The model's place fell silent. ${hint}`, { hint });
  }

  #tooLong(): Error {
    const { totalMs } = this.#options.timeouts;
    const hint = `${this.origin} was not done after ${totalMs} ms (timeouts.totalMs).`;
    return new ModelTimeoutException(timedOut, { hint });
  }
}

// Reported from the field: what the service says.
const timedOut = 'Model has timed out in processing the request. Try your request again.';
