// One process of several, as the process that started it sees it.

import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import type { Socket } from 'node:net';

/** What a worker says of itself once it serves. */
export interface WorkerReport {
  /** From the start of its process until it served. */
  readonly startMs: number;
  readonly memoryBytes: number;
}

export interface WorkerExit {
  readonly code: number | null;
  readonly signal: string | null;
}

/** What a worker is told; the first is what it starts with. A connection comes with its number. */
export type WorkerOrder =
  | { readonly start: object }
  | { readonly order: 'end' | 'retire' }
  | { readonly connection: number };

/** What it says: that it serves, or why it cannot, and what became of a connection. */
export type WorkerWord =
  | { readonly ready: WorkerReport }
  | { readonly failed: string }
  | { readonly taken: number }
  | { readonly refused: number };

/** A worker that could not start. */
export class WorkerFailure extends Error {
  override readonly name = 'WorkerFailure';
}

/** How this program is started as a worker. */
export interface WorkerProgram {
  readonly path: string;
  readonly args: readonly string[];
  readonly variables: Readonly<Record<string, string | undefined>>;
}

export interface WorkerProcessOptions {
  readonly program: WorkerProgram;
  /** What it is told at its start. */
  readonly start: object;
  /** A connection that it did not take. */
  readonly onReturned: (socket: Socket) => void;
}

export class WorkerProcess {
  readonly ready: Promise<WorkerReport>;
  readonly ended: Promise<WorkerExit>;
  readonly #ready = Promise.withResolvers<WorkerReport>();
  readonly #onReturned: (socket: Socket) => void;
  readonly #child: ChildProcess;
  /** Connections that it was sent and has not taken yet: they are open here, too. */
  readonly #handed = new Map<number, Socket>();
  #number = 0;
  #isTaking = false;

  constructor({ program, start, onReturned }: WorkerProcessOptions) {
    this.#onReturned = onReturned;
    const { path, args, variables } = program;
    const child = fork(path, [...args], { env: { ...variables } });
    this.#child = child;
    this.ready = this.#ready.promise;
    const ended = Promise.withResolvers<WorkerExit>();
    this.ended = ended.promise;
    // Whoever waits for it is told; where nobody does the end of the process is what counts.
    this.ready.catch(ignore);
    child.on('message', (word: WorkerWord) => this.#hear(word));
    // The end of the process says the same.
    child.on('error', (error) => this.#ready.reject(error));
    child.once('exit', (code, signal) => {
      this.#ready.reject(new WorkerFailure(`It ended by ${signal ?? `code ${code}`}.`));
      this.stopTaking();
      for (const socket of this.#handed.values()) onReturned(socket);
      this.#handed.clear();
      ended.resolve({ code, signal });
    });
    this.tell({ start });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Whether it may be handed connections. */
  get isTaking(): boolean {
    return this.#isTaking;
  }

  get underWay(): number {
    return this.#handed.size;
  }

  hand(socket: Socket): void {
    this.#number += 1;
    const connection = this.#number;
    this.#handed.set(connection, socket);
    // Open here as well until it is taken: a worker may die with it under way.
    this.#child.send({ connection }, socket, { keepOpen: true }, (error) => {
      if (error === null) return;
      this.stopTaking();
      this.#settle(connection, this.#onReturned);
    });
  }

  /** What is under way to it already comes before whatever it is told next. */
  stopTaking(): void {
    this.#isTaking = false;
  }

  /** A worker that is gone is told nothing. */
  tell(order: WorkerOrder): void {
    if (this.#child.connected) this.#child.send(order, ignore);
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #hear(word: WorkerWord): void {
    if ('taken' in word) this.#settle(word.taken, (socket) => socket.destroy());
    else if ('refused' in word) {
      this.stopTaking();
      this.#settle(word.refused, this.#onReturned);
    } else if ('ready' in word) {
      this.#isTaking = true;
      this.#ready.resolve(word.ready);
    } else this.#ready.reject(new WorkerFailure(word.failed));
  }

  #settle(number: number, settle: (socket: Socket) => void): void {
    const socket = this.#handed.get(number);
    this.#handed.delete(number);
    if (socket !== undefined) settle(socket);
  }
}

function ignore(): void {
  // The end of the process is told by its exit.
}
