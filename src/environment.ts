// The only door to the outside world: time, chance, the log and the process's variables. Everything
// below receives an Environment, so a test can hand in a manual clock and a seeded random.

import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';

export interface Clock {
  /** Milliseconds since 1970-01-01 UTC. */
  now(): number;
  /** Milliseconds with fractions from an arbitrary start; never goes back. */
  monotonic(): number;
  /** Resolves after `ms`; rejects with the signal's reason when that aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Runs `action` once after `ms` unless cancelled; never keeps the process alive. */
  timer(ms: number, action: () => void): Timer;
}

export interface Timer {
  cancel(): void;
}

export interface Random {
  uuid(): string;
  bytes(count: number): Uint8Array;
}

export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface Environment {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** The process's environment variables. */
  readonly variables: Readonly<Record<string, string | undefined>>;
}

export interface EnvironmentOptions {
  readonly logLevel?: LogLevel;
}

/** The real environment: the system's clock and randomness, a log of JSON lines on stderr. */
export function createEnvironment({ logLevel = 'warn' }: EnvironmentOptions = {}): Environment {
  return {
    clock: systemClock,
    random: { uuid: randomUUID, bytes: randomBytes },
    log: pino({ level: logLevel, base: null }, pino.destination({ dest: 2, sync: true })),
    variables: process.env,
  };
}

const systemClock: Clock = {
  now: Date.now,
  monotonic: () => performance.now(),
  sleep: (ms, signal) => delay(ms, undefined, signal ? { signal } : {}),
  timer(ms, action) {
    const handle = setTimeout(action, ms);
    handle.unref();
    return {
      cancel() {
        clearTimeout(handle);
      },
    };
  },
};
