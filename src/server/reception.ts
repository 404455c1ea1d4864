// Takes the connections of a port and hands each to a worker; what a dying worker has not taken yet
// is handed to another.

import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import type { Environment } from '../environment.ts';
import { connectionBacklogMax } from '../limits.ts';
import type { WorkerProcess } from './worker-process.ts';

/** What takes connections. */
export type Taker = Pick<WorkerProcess, 'hand' | 'underWay'>;

export interface ReceptionOptions {
  readonly environment: Pick<Environment, 'log'>;
  /** The workers that may have connections now. */
  readonly workers: () => readonly Taker[];
}

export class Reception {
  readonly #options: ReceptionOptions;
  readonly #server: Server;
  /** Connections that came while no worker was there. */
  #waiting: Socket[] = [];
  #turn = 0;
  #isEnding = false;

  constructor(options: ReceptionOptions) {
    this.#options = options;
    // Nothing is read here: the first bytes are the worker's.
    this.#server = createServer({ pauseOnConnect: true, allowHalfOpen: true, noDelay: true });
    this.#server.on('connection', (socket) => this.#receive(socket));
  }

  /** Rejects with Node's own error where the address cannot be had. */
  async listen(host: string, port: number): Promise<AddressInfo> {
    this.#server.listen({ host, port, backlog: connectionBacklogMax });
    await once(this.#server, 'listening');
    this.#server.on('error', (error) => {
      this.#options.environment.log.error({ err: error }, 'a connection could not be accepted');
    });
    return this.#server.address() as AddressInfo;
  }

  /** A worker is there: it gets what has waited. */
  welcome(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const socket of waiting) this.give(socket);
  }

  /** To the worker that has fewest under way to it, in turn: a busy one takes its time. */
  give(socket: Socket): void {
    const workers = this.#options.workers();
    this.#turn += 1;
    let chosen: Taker | undefined;
    for (let index = 0; index < workers.length; index += 1) {
      const worker = workers[(this.#turn + index) % workers.length];
      if (worker === undefined) continue;
      if (chosen === undefined || worker.underWay < chosen.underWay) chosen = worker;
    }
    if (chosen !== undefined) chosen.hand(socket);
    else if (this.#isEnding || this.#waiting.length >= connectionBacklogMax) socket.destroy();
    else this.#waiting.push(socket);
  }

  /** From now on nobody waits for a worker: there will be none. */
  end(): void {
    this.#isEnding = true;
    for (const socket of this.#waiting) socket.destroy();
    this.#waiting = [];
  }

  /** Nobody is taken any more. */
  close(): void {
    this.end();
    this.#server.close();
  }

  #receive(socket: Socket): void {
    socket.on('error', (error) => {
      this.#options.environment.log.debug({ err: error }, 'a connection failed');
    });
    this.give(socket);
  }
}
