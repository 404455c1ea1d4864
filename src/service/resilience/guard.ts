// What stands before a place: its circuit, its slots, its time and its share of retries.

import type { Environment } from '../../environment.ts';
import { placeRequestsMax, placeWaitingRequestsMax, providerTotalTimeoutMs } from '../../limits.ts';
import { ServiceUnavailableException } from '../../protocol/errors.ts';
import type { ProviderConfig } from '../config.ts';
import type { CircuitState } from './circuit.ts';
import { Circuit } from './circuit.ts';
import { RetryBudget } from './retry-budget.ts';
import { delayBeforeRetry } from './retry-delay.ts';
import { Slots } from './slots.ts';
import type { Terms } from './visit.ts';
import { Visit } from './visit.ts';

export interface GuardOptions {
  /** The provider, by its name in the configuration. */
  readonly name: string;
  readonly config: ProviderConfig;
  readonly health: ((signal: AbortSignal) => Promise<void>) | undefined;
  readonly environment: Pick<Environment, 'clock' | 'log'>;
  /** A number from 0 up to 1, for waits that are drawn. */
  readonly chance: () => number;
}

/** How a place is doing. */
export interface PlaceState {
  readonly name: string;
  readonly type: ProviderConfig['type'];
  /** What does not fail by a network has no circuit: it counts as closed. */
  readonly circuit: CircuitState;
  /** Until a request may be let through; 0 where one is. */
  readonly retryAfterMs: number;
  /** Answers under way, streams among them. */
  readonly running: number;
  /** Requests that wait for their turn. */
  readonly queued: number;
}

export interface Guard {
  /** Waits for a turn. Throws where the place is not to be asked now. */
  enter(signal: AbortSignal): Promise<Visit>;
  /** How long to wait before the place is asked again; undefined where it is not to be. */
  retryDelay(error: unknown, retriesBefore: number): number | undefined;
  state(): PlaceState;
  close(): void;
}

export function createGuard(options: GuardOptions): Guard {
  const { name, config, health, environment, chance } = options;
  const { clock } = environment;
  const isFar = isRemote(config.type);
  const { concurrent, queued } = config.limits ?? {};
  const retries = config.retries ?? (isFar ? 1 : 0);
  const circuit =
    (config.circuit ?? isFar)
      ? new Circuit({ clock, health, onChange: (state) => tell(state) })
      : undefined;
  const terms: Terms = {
    clock,
    circuit,
    slots: new Slots({
      concurrent: concurrent ?? (isFar ? placeRequestsMax : Infinity),
      queued: queued ?? placeWaitingRequestsMax,
    }),
    budget: new RetryBudget(),
    totalMs: config.timeouts?.totalMs ?? (isFar ? providerTotalTimeoutMs : undefined),
  };

  function tell(state: CircuitState): void {
    const level = state === 'open' ? 'warn' : 'info';
    environment.log[level]({ provider: name, circuit: state }, 'a circuit changed');
  }

  return {
    async enter(signal) {
      signal.throwIfAborted();
      const isShut = circuit !== undefined && circuit.retryAfterMs > 0;
      if (isShut) throw leftAlone(name, circuit);
      const visit = new Visit(terms, signal);
      const isAdmitted = await visit.enter();
      // The circuit may have opened while the request waited.
      if (circuit !== undefined && !isAdmitted) throw leftAlone(name, circuit);
      return visit;
    },
    retryDelay(error, retriesBefore) {
      if (retriesBefore >= retries) return undefined;
      const delayMs = delayBeforeRetry(error, retriesBefore, chance);
      if (delayMs === undefined || (circuit?.retryAfterMs ?? 0) > 0) return undefined;
      return terms.budget.spend() ? delayMs : undefined;
    },
    state: () => ({
      name,
      type: config.type,
      circuit: circuit?.state ?? 'closed',
      retryAfterMs: circuit?.retryAfterMs ?? 0,
      running: terms.slots.running,
      queued: terms.slots.queued,
    }),
    close() {
      circuit?.close();
    },
  };
}

/** Whether it can be down while this process is not. */
export function isRemote(type: ProviderConfig['type']): boolean {
  return !runsHere.has(type);
}

// A script's faults are to reach the client, and the embedded model has a queue of its own.
const runsHere: ReadonlySet<ProviderConfig['type']> = new Set(['embedded', 'simulated']);

function leftAlone(name: string, circuit: Circuit): ServiceUnavailableException {
  const seconds = Math.ceil(circuit.retryAfterMs / 1_000);
  return new ServiceUnavailableException(
    'The service is currently unavailable. Wait and try your request again.',
    {
      hint: `The provider ${name} failed several times in a row, and is left alone for a while.`,
      headers: { 'retry-after': String(Math.max(seconds, 1)) },
    },
  );
}
