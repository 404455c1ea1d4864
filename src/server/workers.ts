// The processes that share a port: started, replaced when they die, relieved one after another.

import type { Socket } from 'node:net';
import type { Environment } from '../environment.ts';
import {
  workerEndGraceMs,
  workerRestartMs,
  workerRestartMsMax,
  workerSettledMs,
  workerStartTimeoutMs,
} from '../limits.ts';
import type { WorkerExit, WorkerProgram, WorkerReport } from './worker-process.ts';
import { WorkerProcess } from './worker-process.ts';

export type { WorkerReport } from './worker-process.ts';

export interface PostOptions {
  readonly environment: Pick<Environment, 'clock' | 'log'>;
  /** Which post it is, for the log. */
  readonly name: string;
  readonly program: WorkerProgram;
  /** What a process is told at its start. */
  readonly start: () => object;
  /** A process has the post: it may be given what waits. */
  readonly onFilled: () => void;
  /** A connection that a process was given and did not take. */
  readonly onReturned: (socket: Socket) => void;
  /** How long the drain of a process may take. */
  readonly drainMs: () => number;
}

interface Death extends WorkerExit {
  readonly startedMs: number;
}

/** A post that is always filled: by one process, and by two while one relieves the other. */
export class Post {
  readonly #options: PostOptions;
  readonly #processes = new Set<WorkerProcess>();
  #current: WorkerProcess | undefined;
  #deaths = 0;
  readonly #ending = new AbortController();

  constructor(options: PostOptions) {
    this.#options = options;
  }

  /** Who may be given connections. */
  get worker(): WorkerProcess | undefined {
    return this.#current?.isTaking === true ? this.#current : undefined;
  }

  /** Throws what the process said of its failure to start, as WorkerFailure. */
  async fill(): Promise<WorkerReport> {
    const first = this.#spawn();
    const report = await first.ready;
    this.#take(first);
    return report;
  }

  /** Another process takes the post, and the one before ends when its answers have. */
  async relieve(): Promise<void> {
    if (this.#ending.signal.aborted) return;
    const before = this.#current;
    const next = this.#spawn();
    try {
      await next.ready;
    } catch (error) {
      // The server was told to end meanwhile, and so was the next one.
      if (this.#ending.signal.aborted) return;
      throw error;
    }
    this.#take(next);
    await this.#end(before, 'retire');
  }

  /** Nobody takes the post any more. */
  async end(): Promise<void> {
    this.#ending.abort();
    await Promise.all([...this.#processes].map((process) => this.#end(process, 'end')));
  }

  #take(process: WorkerProcess): void {
    this.#current = process;
    this.#options.onFilled();
  }

  #spawn(): WorkerProcess {
    const { environment, program, start, onReturned } = this.#options;
    const child = new WorkerProcess({ program, start: start(), onReturned });
    const startedMs = environment.clock.monotonic();
    this.#processes.add(child);
    const timer = environment.clock.timer(workerStartTimeoutMs, () => child.kill());
    child.ready.then(
      () => timer.cancel(),
      () => timer.cancel(),
    );
    void child.ended.then((exit) => this.#ended(child, { ...exit, startedMs }));
    return child;
  }

  #ended(child: WorkerProcess, { startedMs, ...exit }: Death): void {
    this.#processes.delete(child);
    if (this.#ending.signal.aborted || this.#current !== child) return;
    const { environment, name } = this.#options;
    const { clock, log } = environment;
    const hadSettled = clock.monotonic() - startedMs >= workerSettledMs;
    this.#deaths = hadSettled ? 1 : this.#deaths + 1;
    const waitMs = Math.min(workerRestartMs * 2 ** (this.#deaths - 1), workerRestartMsMax);
    const { pid } = child;
    const message = `${name} ended; another takes its place`;
    // One that was told to end by somebody else did as it was told.
    if (exit.code === 0) log.warn({ pid, ...exit, waitMs }, message);
    else log.error({ pid, ...exit, waitMs }, message);
    void this.#replaceAfter(waitMs);
  }

  async #replaceAfter(waitMs: number): Promise<void> {
    // A sleep keeps this process alive though it should have no other process left.
    await this.#options.environment.clock.sleep(waitMs, this.#ending.signal).catch(ignore);
    if (this.#ending.signal.aborted) return;
    const next = this.#spawn();
    this.#current = next;
    const { environment, name } = this.#options;
    try {
      const report = await next.ready;
      environment.log.warn({ pid: next.pid, ...report }, `${name} is there again`);
      this.#options.onFilled();
    } catch (error) {
      // It ends, and is replaced in its turn.
      environment.log.error({ err: error }, `${name} could not start`);
    }
  }

  async #end(child: WorkerProcess | undefined, order: 'end' | 'retire'): Promise<void> {
    if (child === undefined) return;
    // Whoever still comes while the server ends is served, until the worker refuses.
    if (order === 'retire') child.stopTaking();
    child.tell({ order });
    const { environment, drainMs } = this.#options;
    const graceMs = drainMs() + workerEndGraceMs;
    const timer = environment.clock.timer(graceMs, () => child.kill());
    await child.ended;
    timer.cancel();
  }
}

function ignore(): void {
  // Nobody takes the post any more.
}
