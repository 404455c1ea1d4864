// One process of several, as the process that started it sees it.

import type { Worker } from 'node:cluster';
import cluster from 'node:cluster';

/** What a worker says of itself once it serves. */
export interface WorkerReport {
  readonly url?: string;
  /** From the start of its process until it served. */
  readonly startMs: number;
  readonly memoryBytes: number;
}

export interface WorkerExit {
  readonly code: number | null;
  readonly signal: string | null;
}

/** What a worker is told. The first is what it starts with. */
export type WorkerOrder = { readonly start: object } | { readonly order: 'end' | 'retire' };

/** What it says: that it serves, or why it cannot. */
export type WorkerWord =
  | { readonly ready: WorkerReport }
  | { readonly failed: { readonly message: string; readonly code: string | undefined } };

/** A worker that could not start, with the code of Node's error where it had one. */
export class WorkerFailure extends Error {
  override readonly name = 'WorkerFailure';
  readonly code: string | undefined;

  constructor(message: string, code: string | undefined) {
    super(message);
    this.code = code;
  }
}

export class WorkerProcess {
  readonly ready: Promise<WorkerReport>;
  readonly ended: Promise<WorkerExit>;
  isReady = false;
  readonly #worker: Worker;

  constructor(start: object) {
    this.#worker = cluster.fork();
    const ready = Promise.withResolvers<WorkerReport>();
    const ended = Promise.withResolvers<WorkerExit>();
    this.ready = ready.promise;
    this.ended = ended.promise;
    // Whoever waits for it is told; where nobody does the end of the process is what counts.
    this.ready.catch(() => {});
    this.#worker.on('message', (word: WorkerWord) => {
      if ('ready' in word) {
        this.isReady = true;
        ready.resolve(word.ready);
      } else if ('failed' in word) {
        ready.reject(new WorkerFailure(word.failed.message, word.failed.code));
      }
    });
    this.#worker.on('error', (error) => ready.reject(error));
    this.#worker.once('exit', (code, signal) => {
      this.isReady = false;
      ready.reject(new WorkerFailure(`It ended by ${signal ?? `code ${code}`}.`, undefined));
      ended.resolve({ code, signal });
    });
    this.tell({ start });
  }

  get pid(): number | undefined {
    return this.#worker.process.pid;
  }

  /** A worker that is gone is told nothing. */
  tell(order: WorkerOrder): void {
    if (this.#worker.isConnected()) this.#worker.send(order);
  }

  kill(): void {
    this.#worker.process.kill('SIGKILL');
  }
}
