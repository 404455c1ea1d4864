// The asking end of a link: one connection to another process of ours, made again when it breaks.

import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import type { Environment } from '../../environment.ts';
import { linkRetryMs, linkWaitMs } from '../../limits.ts';
import { ServiceUnavailableException } from '../../protocol/errors.ts';
import { OpenAnswer, type AnswerStream } from './open-answer.ts';
import type { Answer, Question } from './message.ts';
import { encodeFrame, FrameDecoder } from './message.ts';

export interface LinkOptions {
  readonly path: string;
  readonly environment: Pick<Environment, 'clock' | 'log'>;
  /** What each connection begins with; its answer is kept as `opened`. */
  readonly opening: Pick<Asking, 'input' | 'method'>;
  /** How long a question waits for a process that is not there. */
  readonly waitMs?: number;
}

export interface Asking {
  readonly method: string;
  readonly input: unknown;
  readonly signal?: AbortSignal | undefined;
  /** Told what goes with an answer, before the answer itself. */
  readonly onAside?: ((aside: unknown) => void) | undefined;
}

interface Connection {
  readonly socket: Socket;
  /** Answers that are not whole yet. */
  readonly open: Map<number, OpenAnswer>;
}

interface Opened extends Connection {
  readonly opened: unknown;
}

export class Link {
  readonly #options: LinkOptions;
  #opening: Promise<Opened> | undefined;
  #nextId = 1;
  #isClosed = false;

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  /** What the other side answered to the opening. */
  async opened(): Promise<unknown> {
    return (await this.#connected()).opened;
  }

  /** The value; throws what the method threw, or ServiceUnavailableException where it is gone. */
  async ask(asking: Asking): Promise<unknown> {
    return (await this.#put(asking)).value;
  }

  /** A value, and batches after it. */
  async stream(asking: Asking): Promise<AnswerStream> {
    const answer = await this.#put(asking);
    await answer.value;
    return answer;
  }

  /** Questions that are open fail. */
  close(): void {
    this.#isClosed = true;
    void this.#opening?.then(
      ({ socket }) => socket.destroy(),
      () => {
        // There is no connection to close.
      },
    );
  }

  async #put(asking: Asking): Promise<OpenAnswer> {
    const { signal } = asking;
    signal?.throwIfAborted();
    return this.#send(await orAborted(this.#connected(), signal), asking);
  }

  #send({ socket, open }: Connection, { method, input, signal, onAside }: Asking): OpenAnswer {
    const id = this.#nextId;
    this.#nextId += 1;
    const say = (question: DistributiveOmit<Question, 'id'>): void => {
      if (socket.writable) socket.write(encodeFrame({ ...question, id }));
    };
    const answer = new OpenAnswer({ say, signal, onAside, onOver: () => open.delete(id) });
    open.set(id, answer);
    try {
      say({ method, input });
    } catch (error) {
      answer.fail(error);
    }
    // Between a connection's end and the word of it nothing is heard any more.
    if (!socket.writable) answer.fail(gone());
    return answer;
  }

  #connected(): Promise<Opened> {
    if (this.#opening !== undefined) return this.#opening;
    const opening = this.#connect(() => {
      // The next question tries anew.
      if (this.#opening === opening) this.#opening = undefined;
    });
    this.#opening = opening;
    return opening;
  }

  async #connect(onEnd: () => void): Promise<Opened> {
    const open = new Map<number, OpenAnswer>();
    try {
      const socket = await this.#reach();
      this.#listen({ socket, open }, onEnd);
      const opened = await openOver(socket, () =>
        this.#send({ socket, open }, this.#options.opening),
      );
      return { socket, open, opened };
    } catch (error) {
      onEnd();
      throw error;
    }
  }

  #listen({ socket, open }: Connection, onEnd: () => void): void {
    const decoder = new FrameDecoder<Answer>();
    socket.on('data', (piece: Buffer) => {
      try {
        for (const answer of decoder.push(piece)) open.get(answer.id)?.take(answer);
      } catch (error) {
        this.#options.environment.log.error(
          { err: error },
          'what a process of ours says is broken',
        );
        socket.destroy();
      }
    });
    socket.once('close', () => {
      onEnd();
      for (const answer of open.values()) answer.fail(gone());
    });
  }

  async #reach(): Promise<Socket> {
    const { environment, path, waitMs = linkWaitMs } = this.#options;
    const { clock, log } = environment;
    const untilMs = clock.monotonic() + waitMs;
    for (;;) {
      if (this.#isClosed) throw gone();
      const socket = connect(path);
      socket.on('error', (error) => log.debug({ err: error }, 'a link failed'));
      try {
        await once(socket, 'connect');
        return socket;
      } catch (error) {
        if (clock.monotonic() >= untilMs) throw gone(error);
        await clock.sleep(linkRetryMs);
      }
    }
  }
}

/** A connection that is not answered to its opening is none. */
async function openOver(socket: Socket, send: () => OpenAnswer): Promise<unknown> {
  try {
    return await send().value;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

type DistributiveOmit<Union, Key extends PropertyKey> = Union extends unknown
  ? Omit<Union, Key>
  : never;

function gone(cause?: unknown): ServiceUnavailableException {
  return new ServiceUnavailableException(
    'The process that runs the model has ended; another takes its place. Try your request again.',
    { headers: { 'retry-after': '1' }, cause },
  );
}

/** Who went away waits for nothing. */
async function orAborted<Value>(
  promise: Promise<Value>,
  signal: AbortSignal | undefined,
): Promise<Value> {
  if (signal === undefined) return promise;
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
