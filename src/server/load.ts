// Sheds load: where the event loop is late, whoever comes is told at once to come again, so that
// those who are being served are served.

import type { Clock, Environment } from '../environment.ts';
import { loadLagMsMax, loadRetryAfterSeconds, loadSampleMs } from '../limits.ts';
import { ServiceUnavailableException } from '../protocol/errors.ts';
import type { WireHandler, WireRequest } from '../protocol/wire/http.ts';
import { controlPrefix } from './control.ts';
import { exceptionResponse } from './exception-response.ts';

export interface LoadOptions {
  readonly environment: Pick<Environment, 'clock' | 'log' | 'random'>;
  readonly lagMsMax?: number;
}

/** The handler, but for the time in which the event loop is late again and again. */
export function shedLoad(
  handler: WireHandler,
  { environment, lagMsMax = loadLagMsMax }: LoadOptions,
): WireHandler {
  const load = new Load(environment, lagMsMax);
  return (request) => {
    if (!load.isTooHigh() || isExempt(request)) return handler(request);
    load.shed += 1;
    return Promise.resolve(exceptionResponse(tooMuch(), environment.random.uuid()));
  };
}

/** Who watches or steers the server must be answered then most of all. */
function isExempt({ target }: WireRequest): boolean {
  return watched.has(target) || target.startsWith(controlPrefix);
}

const watched = new Set(['/healthz', '/metrics', '/readyz']);

function tooMuch(): ServiceUnavailableException {
  return new ServiceUnavailableException(
    'The server has more requests than it can answer. Try your request again.',
    { headers: { 'retry-after': String(loadRetryAfterSeconds) } },
  );
}

/**
 * How late the event loop is: by how much a timer is. One that is late once was held up by one
 * long piece of work, which is over; late twice in a row there is more work than time.
 */
class Load {
  /** Refused since it began. */
  shed = 0;
  readonly #clock: Clock;
  readonly #log: Environment['log'];
  readonly #lagMsMax: number;
  #dueMs: number | undefined;
  #lateSamples = 0;
  #isUsed = false;

  constructor({ clock, log }: Pick<Environment, 'clock' | 'log'>, lagMsMax: number) {
    this.#clock = clock;
    this.#log = log;
    this.#lagMsMax = lagMsMax;
  }

  /** Asked for every request; without any nothing is measured. */
  isTooHigh(): boolean {
    this.#isUsed = true;
    if (this.#dueMs === undefined) this.#measure();
    return this.#lateSamples >= lateSamplesMin;
  }

  #measure(): void {
    const dueMs = this.#clock.monotonic() + loadSampleMs;
    this.#dueMs = dueMs;
    this.#clock.timer(loadSampleMs, () => this.#look(this.#clock.monotonic() - dueMs));
  }

  #look(lagMs: number): void {
    this.#lateSamples = lagMs > this.#lagMsMax ? this.#lateSamples + 1 : 0;
    if (this.#lateSamples === lateSamplesMin) {
      this.#log.warn({ lagMs: Math.round(lagMs) }, 'too much load: requests are turned away');
    }
    if (this.#lateSamples === 0 && this.shed > 0) {
      this.#log.warn({ requests: this.shed }, 'the load is over: requests are served again');
      this.shed = 0;
    }
    this.#dueMs = undefined;
    if (this.#isUsed || this.#lateSamples > 0) this.#measure();
    this.#isUsed = false;
  }
}

const lateSamplesMin = 2;
