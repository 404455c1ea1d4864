// Another configuration without another start: at SIGHUP, and when its file changes.

import type { FSWatcher } from 'node:fs';
import { readFileSync, watch } from 'node:fs';
import { dirname } from 'node:path';
import type { Environment } from '../environment.ts';
import { configSettleMs } from '../limits.ts';

export interface ReloadOptions {
  readonly environment: Pick<Environment, 'clock' | 'log'>;
  /** The configuration's file; undefined where there is none. */
  readonly file: string | undefined;
  /** Reads the configuration and puts it in the place of the one before. Throws in a sentence. */
  readonly apply: () => Promise<void>;
}

export interface Reload {
  /** Nothing is read any more; resolves when what is being applied is. */
  stop(): Promise<void>;
}

export function reloadOnChange({ environment, file, apply }: ReloadOptions): Reload {
  let applying: Promise<void> = Promise.resolve();
  let isStopped = false;

  function reload(): void {
    applying = applying.then(() => (isStopped ? undefined : applyOrTell(apply, environment.log)));
  }

  process.on('SIGHUP', reload);
  const watcher = file === undefined ? undefined : watchFile(file, environment, reload);
  return {
    stop() {
      isStopped = true;
      process.off('SIGHUP', reload);
      watcher?.close();
      return applying;
    },
  };
}

async function applyOrTell(apply: () => Promise<void>, log: Environment['log']): Promise<void> {
  try {
    await apply();
    log.info({}, 'the configuration was read again');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    log.error({}, `The configuration stays as it was: ${reason}`);
  }
}

/**
 * Watches the folder: editors, and whoever mounts files, put a new file in the place of the old
 * one. What counts is that the text is another.
 */
function watchFile(
  file: string,
  { clock, log }: ReloadOptions['environment'],
  onChange: () => void,
): FSWatcher | undefined {
  let text = textOf(file);
  let isSettling = false;

  function look(): void {
    isSettling = false;
    const now = textOf(file);
    // Between two files there is none for a moment.
    if (now === undefined || now === text) return;
    text = now;
    onChange();
  }

  try {
    const watcher = watch(dirname(file), { persistent: false }, () => {
      if (isSettling) return;
      isSettling = true;
      clock.timer(configSettleMs, look);
    });
    watcher.on('error', (error) => {
      log.warn({ err: error }, 'the configuration is not watched any more; SIGHUP reads it');
    });
    return watcher;
  } catch (error) {
    log.warn({ err: error }, 'the configuration cannot be watched; SIGHUP reads it');
    return undefined;
  }
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // What cannot be read now is no other configuration.
    return undefined;
  }
}
