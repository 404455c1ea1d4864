// How many threads write fastest on this machine: measured once for a model, and kept.

import { readFile } from 'node:fs/promises';

import type { Environment } from '../../environment.ts';
import { embeddedThreadsMeasureMs } from '../../limits.ts';
import { writeWhole } from './checked-file.ts';

export interface ThreadsOptions {
  /** Cores that may be used at most. */
  readonly cores: number;
  /** Milliseconds that a token takes with so many threads. */
  readonly measure: (threads: number) => Promise<number>;
  /** What the number was measured for: model, machine and library, on one line. */
  readonly key: string;
  /** Where what was measured is kept; without it each start measures. */
  readonly file: string | undefined;
  readonly environment: Environment;
}

/** A machine of two cores has nothing to choose: one is left to the process itself. */
export async function chooseThreads(options: ThreadsOptions): Promise<number> {
  const { key, file, environment } = options;
  const candidates = threadCandidates(options.cores);
  const [only] = candidates;
  if (only === undefined || candidates.length === 1) return 1;
  const kept = await readKept(file);
  const known = kept.get(key);
  if (known !== undefined && candidates.includes(known)) return known;
  const threads = fewestFast(await measureAll(candidates, options));
  if (file === undefined) return threads;
  // The next start would only measure again.
  await writeKept(file, kept.set(key, threads)).catch((error: unknown) => {
    environment.log.warn({ error, file }, 'How many threads are best could not be kept.');
  });
  return threads;
}

/** From all cores but one downwards: where threads help, they help a slow model most. */
export function threadCandidates(cores: number): readonly number[] {
  const candidates: number[] = [];
  for (let threads = Math.max(1, cores - 1); threads > 1; threads = Math.ceil(threads / 2)) {
    candidates.push(threads);
  }
  return [...candidates, 1];
}

/** Ends where fewer threads are clearly slower, or when the time is up. */
async function measureAll(
  candidates: readonly number[],
  { measure, environment: { clock } }: ThreadsOptions,
): Promise<ReadonlyMap<number, number>> {
  const started = clock.monotonic();
  const measured = new Map<number, number>();
  for (const threads of candidates) {
    const tokenMs = await measure(threads);
    const isSlower = tokenMs > 1.3 * Math.min(...measured.values());
    measured.set(threads, tokenMs);
    if (isSlower || clock.monotonic() - started > embeddedThreadsMeasureMs) break;
  }
  return measured;
}

/** A twentieth is noise: fewer threads leave more to others. */
export function fewestFast(measured: ReadonlyMap<number, number>): number {
  const best = Math.min(...measured.values());
  const fast = [...measured].filter(([, tokenMs]) => tokenMs <= 1.05 * best);
  return Math.min(...fast.map(([threads]) => threads));
}

/** A line each: the number, a space and what it was measured for. */
async function readKept(file: string | undefined): Promise<Map<string, number>> {
  const text = file === undefined ? '' : await readFile(file, 'utf8').catch(() => '');
  const lines = [...text.matchAll(/^(\d+) (.+)$/gm)];
  return new Map(lines.map(([, threads, key]) => [key ?? '', Number(threads)]));
}

function writeKept(file: string, kept: ReadonlyMap<string, number>): Promise<void> {
  return writeWhole(file, [...kept].map(([key, threads]) => `${threads} ${key}\n`).join(''));
}
