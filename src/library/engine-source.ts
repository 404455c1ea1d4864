// An engine that starts when it is first needed, and again when that failed.

import type { Environment } from '../environment.ts';
import type { Engine } from '../service/engine.ts';

export interface EngineSource {
  readonly environment: Environment;
  /** Aborted by `close`. */
  readonly closing: AbortSignal;
  /** The engine, started by the first caller; an abort ends the wait and not the start. */
  engine(signal: AbortSignal): Promise<Engine>;
  close(): Promise<void>;
}

export function createEngineSource(
  environment: Environment,
  start: (signal: AbortSignal) => Promise<Engine>,
): EngineSource {
  const closing = new AbortController();
  let started: Promise<Engine> | undefined;

  function startOnce(): Promise<Engine> {
    if (started !== undefined) return started;
    const starting = start(closing.signal);
    started = starting;
    starting.catch(() => {
      // Whoever waits is told; the next call may find the network back.
      if (started === starting) started = undefined;
    });
    return starting;
  }

  return {
    environment,
    closing: closing.signal,
    async engine(signal) {
      closing.signal.throwIfAborted();
      signal.throwIfAborted();
      return abortable(startOnce(), AbortSignal.any([signal, closing.signal]));
    },
    async close() {
      if (closing.signal.aborted) return;
      closing.abort(new Error('This Converse is closed. Create another one.'));
      // A start that fails now has nothing to close.
      const engine = await started?.catch(() => undefined);
      await engine?.close();
    },
  };
}

async function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
