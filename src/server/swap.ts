// Handlers that take one another's place: a request ends on the one that it began on.

import type { WireHandler, WireResponse } from '../protocol/wire/http.ts';

/** A handler, and how what is behind it is closed. */
export interface Served {
  readonly handler: WireHandler;
  readonly close: () => Promise<void>;
}

export interface Swap {
  readonly handler: WireHandler;
  /** What comes from now on goes to `next`; the one before is closed when its last answer ended. */
  replace(next: Served): void;
  /** Closes the one of now, and resolves when the ones before are closed, too. */
  close(): Promise<void>;
}

/** A handler, and how many of its answers are not at their end. */
interface Term {
  readonly served: Served;
  readonly closed: PromiseWithResolvers<void>;
  open: number;
  isOver: boolean;
}

export function createSwap(first: Served): Swap {
  let current = createTerm(first);
  const terms = new Set([current]);

  function retire(term: Term): void {
    term.isOver = true;
    void term.closed.promise.then(() => terms.delete(term));
    if (term.open === 0) close(term);
  }

  return {
    handler: (request) => {
      const term = current;
      term.open += 1;
      return term.served.handler(request).then(
        (response) => watched(response, term),
        (error: unknown) => {
          leave(term);
          throw error;
        },
      );
    },
    replace(next) {
      const before = current;
      current = createTerm(next);
      terms.add(current);
      retire(before);
    },
    async close() {
      const last = current;
      last.isOver = true;
      close(last);
      await Promise.all([...terms].map((term) => term.closed.promise));
    },
  };
}

function createTerm(served: Served): Term {
  return { served, closed: Promise.withResolvers(), open: 0, isOver: false };
}

function close({ served, closed }: Term): void {
  closed.resolve(served.close());
}

function leave(term: Term): void {
  term.open -= 1;
  if (term.isOver && term.open === 0) close(term);
}

function watched(response: WireResponse, term: Term): WireResponse {
  const { body } = response;
  if (body instanceof Uint8Array) {
    leave(term);
    return response;
  }
  return { ...response, body: watchedBody(body, term) };
}

/** The same promises that the body gives: counting costs no answer a hop. */
function watchedBody(body: AsyncIterable<Uint8Array>, term: Term): AsyncIterable<Uint8Array> {
  const iterator = body[Symbol.asyncIterator]();
  let isOpen = true;
  function end(): void {
    if (isOpen) leave(term);
    isOpen = false;
  }
  const counted: AsyncIterator<Uint8Array> = {
    next() {
      const result = iterator.next();
      result.then(({ done }) => done === true && end(), end);
      return result;
    },
    async return(value) {
      try {
        await iterator.return?.(value);
      } finally {
        end();
      }
      return { done: true, value };
    },
  };
  return { [Symbol.asyncIterator]: () => counted };
}
