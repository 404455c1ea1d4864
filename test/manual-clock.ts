// An environment for tests: time stands still until it is advanced, and chance is always the same.

import type { Clock, Environment } from '../src/environment.ts';

export interface ManualClock extends Clock {
  /** Lets so much time pass: whatever falls due on the way runs at its own time, in order. */
  advance(ms: number): Promise<void>;
  /** How many sleeps and timers wait. */
  readonly waiting: number;
}

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly fields: object;
  readonly message: string;
}

export interface ManualEnvironment extends Environment {
  readonly clock: ManualClock;
  /** What was logged, oldest first. */
  readonly logged: readonly LogLine[];
}

/** A fresh environment; two of them give the same values in the same order. */
export function createManualEnvironment(): ManualEnvironment {
  const logged: LogLine[] = [];
  const log = (level: LogLine['level']) => (fields: object, message: string) => {
    logged.push({ level, fields, message });
  };
  return {
    clock: createManualClock(),
    random: createRandom(),
    log: { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') },
    variables: {},
    logged,
  };
}

interface Waiting {
  readonly at: number;
  readonly action: () => void;
}

// A date that is easy to recognise: 2026-01-01.
const epochMs = Date.UTC(2026, 0, 1);

function createManualClock(): ManualClock {
  let elapsed = 0;
  const waiting = new Set<Waiting>();

  const timer: Clock['timer'] = (ms, action) => {
    const entry = { at: elapsed + ms, action };
    waiting.add(entry);
    return {
      cancel() {
        waiting.delete(entry);
      },
    };
  };

  /** Of those due at the same time the one that began first. */
  const nextUntil = (end: number): Waiting | undefined =>
    [...waiting].filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)[0];

  return {
    now: () => epochMs + elapsed,
    monotonic: () => elapsed,
    timer,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) {
          reject(signal.reason as Error);
          return;
        }
        const abort = (): void => {
          entry.cancel();
          reject(signal?.reason as Error);
        };
        const entry = timer(ms, () => {
          signal?.removeEventListener('abort', abort);
          resolve();
        });
        signal?.addEventListener('abort', abort, { once: true });
      }),
    async advance(ms) {
      const end = elapsed + ms;
      await settle();
      for (let next = nextUntil(end); next !== undefined; next = nextUntil(end)) {
        waiting.delete(next);
        elapsed = Math.max(elapsed, next.at);
        next.action();
        await settle();
      }
      elapsed = end;
    },
    get waiting() {
      return waiting.size;
    },
  };
}

/** Lets everything run that does not wait for the clock: promises, and I/O that is ready. */
function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Mulberry32: small, and good enough for values that nobody must guess. */
function createRandom(): Environment['random'] {
  let state = 0x2f_6e_2b_1d;
  const nextByte = (): number => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return (bits ^ (bits >>> 14)) & 0xff;
  };
  const bytes = (count: number): Uint8Array => Uint8Array.from({ length: count }, nextByte);
  return {
    bytes,
    uuid() {
      const hex = Buffer.from(bytes(16)).toString('hex');
      const variant = '89ab'.charAt(Number.parseInt(hex.charAt(16), 16) % 4);
      const parts = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`];
      return [...parts, `${variant}${hex.slice(17, 20)}`, hex.slice(20)].join('-');
    },
  };
}
