// An answer on its way from another process: its value, then the batches that are there.

import { linkBatchesMax } from '../../limits.ts';
import { fromFailure } from './failure.ts';
import type { Answer } from './message.ts';

/** Batches as they are wanted; closing the iterator ends what makes them. */
export interface AnswerStream extends AsyncIterable<readonly unknown[]> {
  readonly value: Promise<unknown>;
}

export interface OpenAnswerOptions {
  readonly say: (question: Note) => void;
  readonly signal: AbortSignal | undefined;
  readonly onAside: ((aside: unknown) => void) | undefined;
  /** Nothing more is expected. */
  readonly onOver: () => void;
}

type Note = { readonly more: number } | { readonly drop: true };

export class OpenAnswer implements AnswerStream, AsyncIterator<readonly unknown[]> {
  readonly value: Promise<unknown>;
  readonly #options: OpenAnswerOptions;
  readonly #first = Promise.withResolvers<unknown>();
  readonly #onAbort: () => void;
  #batches: (readonly unknown[])[] = [];
  #wake: (() => void) | undefined;
  #isOver = false;
  #error: unknown;

  constructor(options: OpenAnswerOptions) {
    this.#options = options;
    this.value = this.#first.promise;
    // Whoever asked may have gone before the answer failed.
    this.value.catch(ignore);
    this.#onAbort = () => {
      options.say({ drop: true });
      this.fail(options.signal?.reason);
    };
    if (options.signal?.aborted === true) this.#onAbort();
    else options.signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  [Symbol.asyncIterator](): AsyncIterator<readonly unknown[]> {
    return this;
  }

  /** All that has come since the last time: who is slow reads less often, and more at a time. */
  async next(): Promise<IteratorResult<readonly unknown[]>> {
    while (this.#batches.length === 0 && !this.#isOver) await this.#woken();
    const [first] = this.#batches;
    if (first !== undefined) return { done: false, value: this.#takeAll(first) };
    if (this.#error !== undefined) {
      const error = this.#error;
      this.#error = undefined;
      throw error;
    }
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<readonly unknown[]>> {
    if (!this.#isOver) {
      this.#options.say({ drop: true });
      this.#finish();
    }
    this.#batches = [];
    this.#error = undefined;
    return { done: true, value: undefined };
  }

  take(answer: Answer): void {
    if (this.#isOver) return;
    if ('batch' in answer) {
      this.#batches.push(answer.batch);
      this.#wake?.();
      return;
    }
    this.#options.onAside?.(answer.aside);
    if ('failure' in answer) this.fail(fromFailure(answer.failure));
    else if ('end' in answer) this.#finish();
    else {
      this.#first.resolve(answer.value);
      if (!answer.isStream) this.#finish();
    }
  }

  fail(error: unknown): void {
    if (this.#isOver) return;
    this.#error = error;
    this.#first.reject(error);
    this.#finish();
  }

  #finish(): void {
    this.#isOver = true;
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    this.#options.onOver();
    this.#wake?.();
  }

  #takeAll(first: readonly unknown[]): readonly unknown[] {
    const taken = this.#batches;
    this.#batches = [];
    if (!this.#isOver) this.#grant(taken.length);
    return taken.length === 1 ? first : taken.flat();
  }

  #granted = 0;

  /** Half of what may be under way is granted at a time: a note a batch would double them. */
  #grant(batches: number): void {
    this.#granted += batches;
    if (this.#granted < linkBatchesMax / 2) return;
    this.#options.say({ more: this.#granted });
    this.#granted = 0;
  }

  async #woken(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    await promise;
  }
}

function ignore(): void {
  // It is thrown where the answer is waited for.
}
