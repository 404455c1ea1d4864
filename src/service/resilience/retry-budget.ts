// How many retries a place is good for: a share of its answers, so that failing costs it no storm.

import { retriesPerAnswer, savedRetriesMax } from '../../limits.ts';

export class RetryBudget {
  #saved = savedRetriesMax;

  /** The place answered. */
  earn(): void {
    this.#saved = Math.min(this.#saved + retriesPerAnswer, savedRetriesMax);
  }

  /** Whether there is a retry left; it is gone then. */
  spend(): boolean {
    if (this.#saved < 1) return false;
    this.#saved -= 1;
    return true;
  }
}
