// One request and its answer, whichever HTTP it came by.

import type { Readable, Writable } from 'node:stream';
import type { Timer } from '../environment.ts';
import { ConnectionCut, type ServiceException } from '../protocol/errors.ts';
import type { WireRequest, WireResponse } from '../protocol/wire/http.ts';
import { type Answer, type AnswerHead, internalError, withRequestId } from './answer.ts';
import type { PortState } from './connection.ts';
import { readBody } from './request-body.ts';

export type RequestHead = Pick<
  WireRequest,
  'method' | 'target' | 'headers' | 'httpVersion' | 'local'
>;

/** What an exchange needs of its version of HTTP. */
export interface Transport {
  readonly incoming: Readable;
  readonly outgoing: Writable & { readonly headersSent: boolean };
  /** Whether the whole request came. */
  readonly received: boolean;
  /** Whether the client has the whole answer, as far as we can know. */
  readonly answered: boolean;
  /** Sends `100 Continue` to a client that waits for it. */
  askForBody(): void;
  sendWhole(answer: Answer): void;
  /** Sends the head of a stream at once, though no byte of its body is there yet. */
  sendHead(head: AnswerHead): void | Promise<void>;
  /** Drops the connection, or the one stream of it: the client must not take this for an end. */
  cut(): void;
  /** The same, with what is written and was not taken yet. */
  drop(): void;
}

export class Exchange implements WireRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: WireRequest['headers'];
  readonly httpVersion: WireRequest['httpVersion'];
  readonly local: boolean;
  readonly #transport: Transport;
  readonly #port: PortState;
  #controller: AbortController | undefined;
  #gone = false;
  #bodyAsked = false;
  #iterator: AsyncIterator<Uint8Array> | undefined;
  #wake: (() => void) | undefined;
  #stallTimer: Timer | undefined;

  constructor(head: RequestHead, transport: Transport, port: PortState) {
    this.method = head.method;
    this.target = head.target;
    this.headers = head.headers;
    this.httpVersion = head.httpVersion;
    this.local = head.local;
    this.#transport = transport;
    this.#port = port;
  }

  /** Made on the first look: many answers are whole before anyone asks. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#gone) this.#controller.abort();
    }
    return this.#controller.signal;
  }

  body(): Promise<Uint8Array> {
    if (this.#bodyAsked) return Promise.reject(new Error('A body can be read only once.'));
    this.#bodyAsked = true;
    const declaredBytes = declaredLength(this.headers);
    const bytesMax = this.#port.bounds.requestBodyBytesMax;
    // A client that waits for our word is not told to send what would be refused.
    if (declaredBytes === undefined || declaredBytes <= bytesMax) this.#transport.askForBody();
    return readBody(this.#transport.incoming, {
      declaredBytes,
      bytesMax,
      isWhole: () => this.#transport.received,
    });
  }

  /** Has the handler answer and sends what it says. Never rejects. */
  async run(): Promise<void> {
    try {
      await this.#answer(await this.#port.handler(this));
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Answers in the handler's stead, which is told that nobody waits for it. */
  refuse(answer: Answer): void {
    if (this.#gone) return;
    this.#leave();
    if (this.#transport.outgoing.headersSent) this.#transport.cut();
    else this.#transport.sendWhole(withRequestId(answer, this.#port.environment.random.uuid()));
  }

  /** Ends the work with an exception; the handler makes it the end of the answer. */
  interrupt(reason: ServiceException): void {
    this.#controller ??= new AbortController();
    this.#controller.abort(reason);
  }

  /** The transport's side is closed: the answer has left, or the client has. */
  closed(): void {
    this.#stallTimer?.cancel();
    if (!this.#transport.answered) this.#leave();
  }

  async #answer(response: WireResponse): Promise<void> {
    const { status, headers, body } = response;
    const bodyless = this.method === 'HEAD' || status === 204 || status === 304;
    const head = { status, headers, bodyless };
    if (body instanceof Uint8Array) {
      if (this.#gone) return;
      this.#transport.sendWhole({ ...head, bytes: body });
      this.#watchFlush();
      return;
    }
    this.#iterator = body[Symbol.asyncIterator]();
    if (this.#gone || bodyless) this.#closeIterator();
    if (this.#gone) return;
    if (bodyless) this.#transport.sendWhole({ ...head, bytes: noBytes });
    else await this.#stream(head, this.#iterator);
  }

  async #stream(head: AnswerHead, iterator: AsyncIterator<Uint8Array>): Promise<void> {
    const { outgoing } = this.#transport;
    await this.#transport.sendHead(head);
    while (!this.#gone) {
      const next = await iterator.next();
      if (this.#gone) return;
      if (next.done === true) {
        this.#iterator = undefined;
        outgoing.end();
        this.#watchFlush();
        return;
      }
      if (!outgoing.write(next.value)) await this.#drained();
    }
  }

  async #drained(): Promise<void> {
    this.#watchStall();
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      this.#transport.outgoing.once('drain', resolve);
    });
    this.#stallTimer?.cancel();
  }

  // Most answers fit into the kernel's buffer and need no timer.
  #watchFlush(): void {
    if (this.#transport.outgoing.writableLength > 0) this.#watchStall();
  }

  #watchStall(): void {
    const { environment, bounds } = this.#port;
    this.#stallTimer = environment.clock.timer(bounds.writeStallTimeoutMs, () => {
      // A presigned query is as good as a key.
      const [path] = this.target.split('?', 1);
      environment.log.info({ path }, 'dropped a client that does not read');
      this.#leave();
      this.#transport.drop();
    });
  }

  #leave(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#controller?.abort();
    this.#wake?.();
    this.#closeIterator();
  }

  #closeIterator(): void {
    const iterator = this.#iterator;
    this.#iterator = undefined;
    // Nobody is left to be told of an error in the clean-up.
    iterator?.return?.().catch((error: unknown) => {
      this.#port.environment.log.debug({ err: error }, 'a body failed while it was closed');
    });
  }

  #fail(error: unknown): void {
    const cut = error instanceof ConnectionCut;
    if (this.#gone) return;
    const { log, random } = this.#port.environment;
    const requestId = random.uuid();
    if (!cut) log.error({ err: error, requestId }, 'the handler failed');
    if (cut || this.#transport.outgoing.headersSent) this.#transport.cut();
    else this.#transport.sendWhole(withRequestId(internalError(), requestId));
  }
}

const noBytes = new Uint8Array(0);

function declaredLength(headers: WireRequest['headers']): number | undefined {
  const value = headers['content-length'];
  return value === undefined ? undefined : Number(value);
}
