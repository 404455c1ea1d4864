// Whether a place is asked at all: after failures in a row it is left alone for a while.

import type { Clock, Timer } from '../../environment.ts';
import {
  circuitFailuresMax,
  circuitOpenMs,
  circuitOpenMsMax,
  circuitTrialMs,
  healthTimeoutMs,
} from '../../limits.ts';
import { ModelTimeoutException } from '../../protocol/errors.ts';

/** `half-open`: one request tries the place, the others are refused until it is known. */
export type CircuitState = 'closed' | 'half-open' | 'open';

export interface CircuitOptions {
  readonly clock: Clock;
  /** Asked in the background before a request tries the place again. */
  readonly health?: ((signal: AbortSignal) => Promise<void>) | undefined;
  readonly onChange?: (state: CircuitState) => void;
}

/**
 * The state of a circuit from one change to the next. Who is let through gets the period, and tells
 * it again with the outcome: what began before a change says nothing of the time after it.
 */
export type Period = number;

export class Circuit {
  readonly #options: CircuitOptions;
  #state: CircuitState = 'closed';
  #period: Period = 0;
  #failuresInARow = 0;
  #isTrying = false;
  #openMs = circuitOpenMs;
  #untilMs = 0;
  #timer: Timer | undefined;
  readonly #closing = new AbortController();

  constructor(options: CircuitOptions) {
    this.#options = options;
  }

  get state(): CircuitState {
    const { clock, health } = this.#options;
    const isOver = health === undefined && clock.monotonic() >= this.#untilMs;
    if (this.#state === 'open' && isOver) this.#enter('half-open');
    return this.#state;
  }

  /** Until a request may be let through; 0 where one is. */
  get retryAfterMs(): number {
    if (this.state === 'closed') return 0;
    if (this.#state === 'half-open') return this.#isTrying ? circuitTrialMs : 0;
    // While the place's health is being asked for, its time is over already.
    return Math.max(this.#untilMs - this.#options.clock.monotonic(), circuitTrialMs);
  }

  /** Undefined where the place is not to be asked; else one outcome is to be told. */
  admit(): Period | undefined {
    if (this.retryAfterMs > 0) return undefined;
    if (this.#state === 'half-open') this.#isTrying = true;
    return this.#period;
  }

  /** The answer began, which ends a trial: nobody has to wait for the end of a long stream. */
  began(period: Period): Period {
    if (period === this.#period && this.#state === 'half-open') this.#recover();
    return this.#period;
  }

  answered(period: Period): void {
    if (period !== this.#period) return;
    if (this.#state === 'half-open') this.#recover();
    this.#failuresInARow = 0;
  }

  failed(period: Period): void {
    if (period !== this.#period) return;
    this.#failuresInARow += 1;
    if (this.#state === 'half-open') this.#openAgain();
    else if (this.#failuresInARow >= circuitFailuresMax) this.#open();
  }

  /** The caller left, or it was not the place that failed: it says nothing of the place. */
  abandoned(period: Period): void {
    if (period === this.#period) this.#isTrying = false;
  }

  /** Nothing is asked in the background any more. */
  close(): void {
    this.#timer?.cancel();
    this.#closing.abort();
  }

  #recover(): void {
    this.#openMs = circuitOpenMs;
    this.#failuresInARow = 0;
    this.#enter('closed');
  }

  #openAgain(): void {
    this.#openMs = Math.min(this.#openMs * 2, circuitOpenMsMax);
    this.#open();
  }

  #open(): void {
    const { clock, health } = this.#options;
    this.#untilMs = clock.monotonic() + this.#openMs;
    this.#enter('open');
    if (health === undefined || this.#closing.signal.aborted) return;
    this.#timer = clock.timer(this.#openMs, () => void this.#askHealth(health));
  }

  async #askHealth(health: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const asking = new AbortController();
    const { signal } = this.#closing;
    const stop = (): void => asking.abort(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    this.#timer = this.#options.clock.timer(healthTimeoutMs, () => asking.abort(tooLate()));
    try {
      await orAborted(health(asking.signal), asking.signal);
      this.#enter('half-open');
    } catch {
      // Why it is not well will be told to the request that asks next.
      if (!signal.aborted) this.#openAgain();
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  #enter(state: CircuitState): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#state = state;
    this.#period += 1;
    this.#isTrying = false;
    this.#options.onChange?.(state);
  }
}

function tooLate(): Error {
  return new ModelTimeoutException("The model's place did not say in time how it is.");
}

function orAborted(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  return Promise.race([promise, aborted]);
}
