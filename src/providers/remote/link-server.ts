// The answering end of a link: methods by name over a local socket, for other processes of ours.

import { once } from 'node:events';
import type { Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import type { Environment } from '../../environment.ts';
import { linkBatchesMax } from '../../limits.ts';
import { toFailure } from './failure.ts';
import type { Answer, Question } from './message.ts';
import { encodeFrame, FrameDecoder } from './message.ts';

/** One question, as a method sees it. */
export interface Asked {
  readonly input: unknown;
  /** Aborted when whoever asked does not wait any more. */
  readonly signal: AbortSignal;
  /** Set by the method: what goes with every answer, asked for when it leaves. */
  aside: (() => unknown) | undefined;
}

/** Returns a value, or a Streamed. */
export type Method = (asked: Asked) => Promise<unknown>;

/** An answer in batches, which are pulled no faster than they are taken. */
export class Streamed {
  readonly value: unknown;
  readonly batches: AsyncIterable<readonly unknown[]>;

  constructor(value: unknown, batches: AsyncIterable<readonly unknown[]>) {
    this.value = value;
    this.batches = batches;
  }
}

/** What one connection may ask for. */
export interface Peer {
  readonly methods: Readonly<Record<string, Method>>;
  /** The connection is gone. */
  close(): void;
}

export interface LinkServerOptions {
  /** The socket's path; whoever may open it may ask. */
  readonly path: string;
  readonly environment: Pick<Environment, 'log'>;
  readonly connect: () => Peer;
}

export interface LinkServer {
  close(): Promise<void>;
}

export async function serveLink(options: LinkServerOptions): Promise<LinkServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    serveConnection(socket, options);
  });
  server.listen(options.path);
  await once(server, 'listening');
  return { close: () => closeServer(server, sockets) };
}

async function closeServer(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  for (const socket of sockets) socket.destroy();
  await closed;
}

function serveConnection(socket: Socket, { environment, connect }: LinkServerOptions): void {
  const peer = connect();
  const questions = new Map<number, OpenQuestion>();
  const decoder = new FrameDecoder<Question>();

  function take(question: Question): void {
    if ('method' in question) {
      const open = new OpenQuestion(question.id, question.input, socket);
      questions.set(question.id, open);
      const method = peer.methods[question.method] ?? unknownMethod(question.method);
      void open.run(method).finally(() => questions.delete(question.id));
    } else if ('more' in question) questions.get(question.id)?.grant(question.more);
    else questions.get(question.id)?.drop();
  }

  socket.on('data', (piece: Buffer) => {
    try {
      for (const question of decoder.push(piece)) take(question);
    } catch (error) {
      environment.log.error({ err: error }, 'a process of ours sent what cannot be read');
      socket.destroy();
    }
  });
  // What is lost is told by `close`.
  socket.on('error', (error) => environment.log.debug({ err: error }, 'a link failed'));
  socket.once('close', () => {
    for (const question of questions.values()) question.drop();
    peer.close();
  });
}

function unknownMethod(name: string): Method {
  return () => Promise.reject(new Error(`There is no method ${name}.`));
}

/** A question whose answer is not whole yet. */
class OpenQuestion implements Asked {
  readonly input: unknown;
  aside: (() => unknown) | undefined;
  readonly #id: number;
  readonly #socket: Socket;
  readonly #controller = new AbortController();
  #credit = linkBatchesMax;
  #wake: (() => void) | undefined;

  constructor(id: number, input: unknown, socket: Socket) {
    this.#id = id;
    this.input = input;
    this.#socket = socket;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  grant(batches: number): void {
    this.#credit += batches;
    this.#wake?.();
  }

  drop(): void {
    this.#controller.abort();
    this.#wake?.();
  }

  /** Never rejects. */
  async run(method: Method): Promise<void> {
    try {
      const value = await method(this);
      if (!(value instanceof Streamed)) return this.#say({ value, isStream: false });
      this.#say({ value: value.value, isStream: true });
      await this.#pump(value.batches);
      this.#say({ end: true });
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    try {
      this.#say({ failure: toFailure(error) });
    } catch (unsayable) {
      // What an exception carries may be no data; that it was thrown must be told all the same.
      this.#say({ failure: toFailure(new Error(String(error), { cause: unsayable })) });
    }
  }

  async #pump(batches: AsyncIterable<readonly unknown[]>): Promise<void> {
    const { signal } = this;
    for await (const batch of batches) {
      while (this.#credit === 0 && !signal.aborted) await this.#granted();
      // Leaving the loop closes the iterator, and with it what the model still writes.
      if (signal.aborted) return;
      this.#credit -= 1;
      this.#say({ batch });
    }
  }

  async #granted(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    await promise;
  }

  #say(answer: DistributiveOmit<Answer, 'aside' | 'id'>): void {
    if (this.signal.aborted) return;
    const aside = 'batch' in answer ? undefined : this.aside?.();
    this.#socket.write(encodeFrame({ ...answer, id: this.#id, aside }));
  }
}

type DistributiveOmit<Union, Key extends PropertyKey> = Union extends unknown
  ? Omit<Union, Key>
  : never;
