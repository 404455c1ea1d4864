// Who may use which of a few slots: first come, first served, with a bound on those who wait.

import { ThrottlingException } from '../../protocol/errors.ts';

/** A place in the line. */
export interface Place<Slot> {
  /** Waits for a free slot; of several the one that ranks highest is given. */
  take(rank: (slot: Slot) => number): Promise<Slot>;
  /** Gives up the place, or the slot if it was given. `take` rejects with the reason. */
  leave(reason?: unknown): void;
}

interface Waiter<Slot> {
  readonly rank: (slot: Slot) => number;
  readonly resolve: (slot: Slot) => void;
  readonly reject: (reason: unknown) => void;
}

interface Entry<Slot> {
  waiter?: Waiter<Slot> | undefined;
  slot?: Slot | undefined;
}

export function tooManyRequests(): ThrottlingException {
  return new ThrottlingException('Too many requests, please wait before trying again.');
}

export class SlotQueue<Slot extends object> {
  readonly #waitingMax: number;
  /** In order of arrival. */
  readonly #entries = new Set<Entry<Slot>>();
  readonly #free: Slot[] = [];
  #slotCount = 0;

  constructor(waitingMax: number) {
    this.#waitingMax = waitingMax;
  }

  /** Requests that hold a slot or wait for one. */
  get size(): number {
    return this.#entries.size;
  }

  /** Adds slots; until then everybody waits. */
  open(slots: readonly Slot[]): void {
    this.#slotCount += slots.length;
    this.#free.push(...slots);
    this.#serve();
  }

  /** Throws ThrottlingException when too many wait. */
  enter(): Place<Slot> {
    if (this.#entries.size >= this.#slotCount + this.#waitingMax) {
      throw tooManyRequests();
    }
    const entry: Entry<Slot> = {};
    this.#entries.add(entry);
    return {
      take: (rank) => this.#take(entry, rank),
      leave: (reason) => this.#leave(entry, reason),
    };
  }

  #take(entry: Entry<Slot>, rank: (slot: Slot) => number): Promise<Slot> {
    return new Promise((resolve, reject) => {
      if (!this.#entries.has(entry)) {
        reject(new Error('The place in the line was given up.'));
        return;
      }
      entry.waiter = { rank, resolve, reject };
      this.#serve();
    });
  }

  #leave(entry: Entry<Slot>, reason: unknown): void {
    if (!this.#entries.delete(entry)) return;
    entry.waiter?.reject(reason ?? new Error('The place in the line was given up.'));
    if (entry.slot !== undefined) this.#free.push(entry.slot);
    this.#serve();
  }

  #serve(): void {
    for (const entry of this.#entries) {
      if (this.#free.length === 0) return;
      // One that has not asked yet (its prompt is being tokenised) does not hold up the others.
      if (entry.waiter !== undefined) this.#give(entry, entry.waiter);
    }
  }

  #give(entry: Entry<Slot>, { rank, resolve }: Waiter<Slot>): void {
    const ranks = this.#free.map(rank);
    const [slot] = this.#free.splice(ranks.indexOf(Math.max(...ranks)), 1);
    if (slot === undefined) return;
    entry.slot = slot;
    entry.waiter = undefined;
    resolve(slot);
  }
}
