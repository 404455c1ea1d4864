// A file that one process at a time works on: the others wait until it is done, or gone.

import { mkdtemp, open, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { Environment, Timer } from '../../environment.ts';
import { fileLockBeatMs, fileLockPollMs, fileLockStaleMs } from '../../limits.ts';
import { temporaryPrefix } from './checked-file.ts';

export interface FileLockOptions {
  readonly environment: Environment;
  readonly signal?: AbortSignal | undefined;
  /** Told once, when somebody else is at it. */
  readonly onWait?: (() => void) | undefined;
}

/** Runs the action while nobody else does so for this path, in whatever process. */
export async function withFileLock<Result>(
  path: string,
  options: FileLockOptions,
  action: () => Promise<Result>,
): Promise<Result> {
  const lock = `${path}.lock`;
  await take(lock, options);
  const heart = new Heart(lock, options.environment);
  try {
    return await action();
  } finally {
    heart.stop();
    await rm(lock, { force: true });
  }
}

async function take(lock: string, { environment, signal, onWait }: FileLockOptions): Promise<void> {
  for (let tries = 0; !(await tryTake(lock, environment)); tries += 1) {
    if (tries === 0) onWait?.();
    signal?.throwIfAborted();
    await environment.clock.sleep(fileLockPollMs, signal);
  }
}

async function tryTake(lock: string, environment: Environment): Promise<boolean> {
  try {
    await (await open(lock, 'wx')).close();
    return true;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  if (await isAbandoned(lock, environment)) await removeAbandoned(lock, environment);
  return false;
}

/** Whoever was killed no longer says that it is at it. */
async function isAbandoned(lock: string, { clock }: Environment): Promise<boolean> {
  const found = await stat(lock).catch(() => undefined);
  return found !== undefined && clock.now() - found.mtimeMs > fileLockStaleMs;
}

/** Moved away first: two may find it abandoned, and one that is fresh after all is put back. */
async function removeAbandoned(lock: string, environment: Environment): Promise<void> {
  const folder = await mkdtemp(join(dirname(lock), temporaryPrefix));
  try {
    const moved = join(folder, 'lock');
    await rename(lock, moved);
    if (!(await isAbandoned(moved, environment))) await rename(moved, lock);
  } catch {
    // Somebody else was faster; the next try tells.
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Says again and again that the lock is in use. */
class Heart {
  readonly #lock: string;
  readonly #environment: Environment;
  #timer: Timer | undefined;

  constructor(lock: string, environment: Environment) {
    this.#lock = lock;
    this.#environment = environment;
    this.#beat();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #beat(): void {
    const { clock } = this.#environment;
    this.#timer = clock.timer(fileLockBeatMs, () => {
      this.#beat();
      const now = clock.now() / 1_000;
      utimes(this.#lock, now, now).catch(() => {
        // It was taken for abandoned, or its folder is gone: nothing is left to be said.
      });
    });
  }
}
