// One request at a place, from its turn to the end of its answer: it holds a slot for so long.

import type { Clock, Timer } from '../../environment.ts';
import type { ExceptionName } from '../../protocol/errors.ts';
import { ModelTimeoutException, ServiceException } from '../../protocol/errors.ts';
import type { Circuit, Period } from './circuit.ts';
import type { RetryBudget } from './retry-budget.ts';
import type { Release, Slots } from './slots.ts';
import { tooManyRequests } from './slots.ts';

/** What is known of a place by those who ask it. */
export interface Terms {
  readonly clock: Clock;
  readonly circuit: Circuit | undefined;
  readonly slots: Slots;
  readonly budget: RetryBudget;
  /** For the wait and the whole answer; unbounded when undefined. */
  readonly totalMs: number | undefined;
}

/** What asking a place is given. */
export interface Visiting {
  /** Aborts when the caller goes away, and when the time is over. */
  readonly signal: AbortSignal;
  /** The answer goes on as a stream: the visit ends with it, not before. */
  hold<Batch>(source: AsyncIterable<Batch>): AsyncIterable<Batch>;
}

type Outcome = 'abandoned' | 'answered' | 'failed';

export class Visit implements Visiting {
  readonly #terms: Terms;
  readonly #caller: AbortSignal;
  readonly #controller = new AbortController();
  readonly #leave = (): void => this.#breakOff(this.#caller.reason, 'abandoned');
  readonly #timer: Timer | undefined;
  // Whoever waits for the place; told when the visit is broken off, whether the place obeys or not.
  readonly #waiters = new Set<(reason: unknown) => void>();
  #release: Release | undefined;
  #period: Period | undefined;
  #isHeld = false;
  #hasBegun = false;
  #isOver = false;

  /** The caller's signal has not aborted. */
  constructor(terms: Terms, caller: AbortSignal) {
    this.#terms = terms;
    this.#caller = caller;
    caller.addEventListener('abort', this.#leave, { once: true });
    const { clock, totalMs } = terms;
    this.#timer = totalMs === undefined ? undefined : clock.timer(totalMs, () => this.#expire());
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether the visit may go on, now that it has its turn. Throws where no turn comes. */
  async enter(): Promise<boolean> {
    const { slots, circuit } = this.#terms;
    try {
      this.#release = await slots.take(this.signal);
      // The signal may have aborted between the turn and here.
      this.signal.throwIfAborted();
    } catch (error) {
      this.#end('abandoned');
      this.#release?.();
      throw error;
    }
    this.#period = circuit?.admit();
    const isAdmitted = circuit === undefined || this.#period !== undefined;
    if (!isAdmitted) this.#end('abandoned');
    return isAdmitted;
  }

  /** Asks, and ends the visit with the answer unless that is held. */
  async run<Answer>(ask: (visiting: Visiting) => Promise<Answer>): Promise<Answer> {
    const { promise: broken, reject } = Promise.withResolvers<never>();
    // Nobody listens any more once there is an answer.
    broken.catch(() => undefined);
    this.#waiters.add(reject);
    try {
      const answer = await Promise.race([ask(this), broken]);
      if (!this.#isHeld) this.#end('answered');
      return answer;
    } catch (error) {
      const thrown = this.#fail(error);
      // What was begun of it is not left alone.
      this.#controller.abort(thrown);
      throw thrown;
    } finally {
      this.#waiters.delete(reject);
    }
  }

  hold<Batch>(source: AsyncIterable<Batch>): AsyncIterable<Batch> {
    this.#isHeld = true;
    const iterator = source[Symbol.asyncIterator]();
    const held: AsyncIterator<Batch> = {
      next: () => this.#next(iterator),
      return: async (value) => {
        // A place that does not hear of it keeps only its own generator waiting.
        const isPulling = this.#waiters.size > 0;
        this.#breakOff(new Error('The stream was closed.'), 'abandoned');
        if (!isPulling) await iterator.return?.();
        return { done: true, value };
      },
    };
    return { [Symbol.asyncIterator]: () => held };
  }

  // No async function, no race: this is run for every batch of every stream.
  #next<Batch>(iterator: AsyncIterator<Batch>): Promise<IteratorResult<Batch>> {
    return new Promise((resolve, reject) => {
      const breakOff = (reason: unknown): void => {
        this.#waiters.delete(breakOff);
        closeUnheard(iterator);
        reject(reason);
      };
      if (this.signal.aborted) {
        breakOff(this.signal.reason);
        return;
      }
      this.#waiters.add(breakOff);
      iterator.next().then(
        (result) => resolve(this.#pulled(result, breakOff)),
        (error: unknown) => reject(this.#fail(error)),
      );
    });
  }

  #pulled<Batch>(
    result: IteratorResult<Batch>,
    breakOff: (reason: unknown) => void,
  ): IteratorResult<Batch> {
    this.#waiters.delete(breakOff);
    if (result.done === true) this.#end('answered');
    else this.#begin();
    return result;
  }

  #begin(): void {
    if (this.#hasBegun || this.#isOver) return;
    this.#hasBegun = true;
    if (this.#period !== undefined) this.#period = this.#terms.circuit?.began(this.#period);
  }

  #expire(): void {
    const reason = this.#release === undefined ? tooManyRequests() : timedOut();
    this.#breakOff(reason, 'failed');
  }

  /** The place hears of it first; then its slot is free, and then whoever waits is told. */
  #breakOff(reason: unknown, outcome: Outcome): void {
    if (this.#isOver) return;
    this.#controller.abort(reason);
    this.#end(outcome);
    for (const tell of this.#waiters) tell(reason);
  }

  /** What is thrown for it: an abort comes out of a place in many shapes. */
  #fail(error: unknown): unknown {
    const thrown: unknown = this.signal.aborted ? this.signal.reason : error;
    this.#end(outcomeOf(thrown));
    return thrown;
  }

  #end(outcome: Outcome): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#timer?.cancel();
    this.#caller.removeEventListener('abort', this.#leave);
    const { circuit, budget } = this.#terms;
    if (this.#period !== undefined) circuit?.[outcome](this.#period);
    if (outcome === 'answered') budget.earn();
    this.#release?.();
  }
}

/** A refusal of what was asked is an answer, too; a place that throttles says nothing of itself. */
function outcomeOf(error: unknown): Outcome {
  if (!(error instanceof ServiceException)) return 'abandoned';
  return outcomes[error.name] ?? 'answered';
}

const outcomes: Partial<Readonly<Record<ExceptionName, Outcome>>> = {
  InternalServerException: 'failed',
  ModelErrorException: 'failed',
  ModelStreamErrorException: 'failed',
  ModelTimeoutException: 'failed',
  ServiceUnavailableException: 'failed',
  ModelNotReadyException: 'abandoned',
  ThrottlingException: 'abandoned',
};

function timedOut(): ModelTimeoutException {
  return new ModelTimeoutException(
    'Model has timed out in processing the request. Try your request again.',
    { hint: "The time that timeouts.totalMs gives the model's place is over." },
  );
}

/** A generator that still waits for its place is closed as soon as that wait ends. */
function closeUnheard(iterator: AsyncIterator<unknown>): void {
  // Whoever read it knows already why it ended.
  iterator.return?.().catch(() => undefined);
}
