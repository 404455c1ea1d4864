// The answer to one request: its head, and its body either whole or as it comes.

import type { Clock } from '../../environment.ts';
import { providerAnswerBytesMax, providerLeftoverTimeoutMs } from '../../limits.ts';
import { ModelErrorException } from '../../protocol/errors.ts';
import { connectionFailure } from './connection-failure.ts';
import type { Watch } from './watch.ts';

export interface Watching {
  readonly clock: Clock;
  readonly watch: Watch;
}

/** What undici hands over, as far as it is used: whoever reads our types need not have its own. */
export interface Received {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: ReceivedBody;
}

export interface ReceivedBody {
  readonly readableEnded: boolean;
  readonly destroyed: boolean;
  iterator(options: { readonly destroyOnReturn: boolean }): AsyncIterator<unknown>;
  on(event: 'error', listener: () => void): unknown;
  once(event: 'close', listener: () => void): unknown;
  resume(): unknown;
  destroy(): unknown;
}

export class HttpAnswer {
  readonly status: number;
  readonly origin: string;
  readonly #headers: Received['headers'];
  readonly #body: ReceivedBody;
  readonly #clock: Clock;
  readonly #watch: Watch;
  #isDone = false;

  constructor({ statusCode, headers, body }: Received, { clock, watch }: Watching) {
    this.status = statusCode;
    this.origin = watch.origin;
    this.#headers = headers;
    this.#body = body;
    this.#clock = clock;
    this.#watch = watch;
    // Whoever reads is told of it; where nobody does, nobody has to be.
    body.on('error', () => {});
  }

  /** By its name in lower case; of several the first. */
  header(name: string): string | undefined {
    const value = this.#headers[name];
    return typeof value === 'object' ? value[0] : value;
  }

  /** The whole body. Throws ModelErrorException where it is longer than `bytesMax`. */
  async whole(bytesMax: number = providerAnswerBytesMax): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    let length = 0;
    for await (const part of this.#read('reading')) {
      length += part.length;
      if (length > bytesMax) throw this.#tooLong(bytesMax);
      parts.push(part);
    }
    const [first] = parts;
    return parts.length === 1 && first !== undefined ? first : Buffer.concat(parts);
  }

  /** The body, or as much of it as fits: for what is only looked at. */
  async beginning(bytesMax: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    let length = 0;
    for await (const part of this.#read('reading')) {
      length += part.length;
      parts.push(part);
      if (length >= bytesMax) break;
    }
    return Buffer.concat(parts).subarray(0, bytesMax);
  }

  /** What each read gives. Closing the iterator closes the request, unless `done` was called. */
  stream(): AsyncGenerator<Uint8Array, void, undefined> {
    this.#watch.isStream = true;
    return this.#read('streaming');
  }

  /** What counts has come: the connection is kept if what is left comes soon. */
  done(): void {
    this.#isDone = true;
  }

  async *#read(phase: 'reading' | 'streaming'): AsyncGenerator<Uint8Array, void, undefined> {
    const watch = this.#watch;
    const reads = this.#body.iterator({ destroyOnReturn: false });
    try {
      for (;;) {
        watch.waits();
        const read = await reads.next();
        if (read.done === true) return;
        watch.came();
        yield read.value as Uint8Array;
      }
    } catch (error) {
      throw watch.reason() ?? connectionFailure(error, { origin: this.origin, phase });
    } finally {
      watch.end();
      await reads.return?.();
      this.#leave();
    }
  }

  #leave(): void {
    const body = this.#body;
    if (body.readableEnded || body.destroyed) return;
    if (!this.#isDone) {
      body.destroy();
      return;
    }
    const timer = this.#clock.timer(providerLeftoverTimeoutMs, () => body.destroy());
    body.once('close', () => timer.cancel());
    body.resume();
  }

  #tooLong(bytesMax: number): Error {
    return new ModelErrorException(
      `The answer of the model's place is longer than ${bytesMax} bytes.`,
      { hint: `It came from ${this.origin}.` },
    );
  }
}
