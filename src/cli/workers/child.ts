// A process of several: learns what it is to be, and does what it is told.

import { rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { dirname } from 'node:path';
import type { WorkerOrder, WorkerReport, WorkerWord } from '../../server/worker-process.ts';
import type { ModelsStart, PortStart } from './start.ts';
import { workerVariable } from './start.ts';

/** Whether this process was started by another of the same server. */
export function isWorker(): boolean {
  return process.env[workerVariable] !== undefined;
}

/** Resolves when it has begun; it ends by itself. */
export async function runWorker(): Promise<void> {
  // Whoever hangs up means the one that started us.
  process.on('SIGHUP', () => {});
  // Without the one that started us there is no port.
  process.once('disconnect', leave);
  const orders = new Orders();
  const start = await orders.start;
  try {
    if (start.role === 'models') await runModels(start, orders);
    else await runPort(start, orders);
  } catch (error) {
    fail(error);
  }
}

async function runPort(start: PortStart, orders: Orders): Promise<void> {
  const { servePort } = await import('./port.ts');
  const { take, end } = await servePort(start);
  orders.takeConnections(take);
  orders.follow((order) => void end(order).then(leave, fail));
  // Some send a signal to all processes at once; each of us has answers to finish.
  process.on('SIGINT', () => orders.give('end'));
  process.on('SIGTERM', () => orders.give('end'));
  say({ ready: measure() });
}

async function runModels(start: ModelsStart, orders: Orders): Promise<void> {
  // The workers still need the models for their last answers: only an order ends this one.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => {});
  // The one that started us cannot take its folder away any more.
  process.prependOnceListener('disconnect', () => {
    if (process.platform === 'win32') return;
    rmSync(dirname(start.path), { recursive: true, force: true });
  });
  const { serveModels } = await import('./models.ts');
  const { close } = await serveModels(start);
  orders.follow(() => void close().then(leave, fail));
  say({ ready: measure() });
}

type Order = 'end' | 'retire';

/** What this process is told, from its first moment on. */
class Orders {
  readonly start: Promise<ModelsStart | PortStart>;
  #follow: (order: Order) => void = leave;
  #take: (socket: Socket) => boolean = () => false;
  #isGiven = false;

  constructor() {
    const start = Promise.withResolvers<ModelsStart | PortStart>();
    this.start = start.promise;
    process.on('message', (order: WorkerOrder, socket?: Socket) => {
      // It was sent by our own supervisor.
      if ('start' in order) start.resolve(order.start as ModelsStart | PortStart);
      else if ('connection' in order) this.#accept(order.connection, socket);
      else this.give(order.order);
    });
  }

  takeConnections(take: (socket: Socket) => boolean): void {
    this.#take = take;
  }

  /** A client that has left on the way has no socket any more. */
  #accept(number: number, socket: Socket | undefined): void {
    if (socket === undefined || this.#take(socket)) {
      say({ taken: number });
      return;
    }
    say({ refused: number });
    // The one that handed it to us has it open, too.
    socket.destroy();
  }

  /** Until then nothing is under way, and an order ends the process at once. */
  follow(action: (order: Order) => void): void {
    this.#follow = action;
  }

  give(order: Order): void {
    if (this.#isGiven) return;
    this.#isGiven = true;
    this.#follow(order);
  }
}

function measure(): WorkerReport {
  const startMs = Math.round(performance.now());
  return { startMs, memoryBytes: process.memoryUsage.rss() };
}

function say(word: WorkerWord): void {
  process.send?.(word);
}

function leave(): void {
  process.exit(0);
}

/** The one that started us tells why; it has the terminal. */
function fail(error: unknown): void {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const word: WorkerWord = { failed: message };
  if (process.send === undefined) process.exit(1);
  process.send(word, undefined, undefined, () => process.exit(1));
}
