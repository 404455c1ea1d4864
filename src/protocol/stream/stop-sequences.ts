// Cuts a text, given in any pieces, before the earliest stop sequence.

/** Text goes in as it is made; what comes out can no longer be part of a stop sequence. */
export class StopSequences {
  readonly #sequences: readonly string[];
  #pending = '';
  #matched: string | undefined;

  constructor(sequences: readonly string[]) {
    this.#sequences = sequences.filter((sequence) => sequence !== '');
  }

  /** The stop sequence that ended the text, once it is certain. */
  get matched(): string | undefined {
    return this.#matched;
  }

  push(text: string): string {
    if (this.#matched !== undefined) return '';
    this.#pending += text;
    const held = this.#heldFrom();
    const match = this.#earliest();
    // A sequence that began earlier may still be under way ("abcd" while "bc" is there): wait.
    if (match === undefined || held < match.at) return this.#take(held);
    return this.#cut(match);
  }

  end(): string {
    if (this.#matched !== undefined) return '';
    const match = this.#earliest();
    return match === undefined ? this.#take(this.#pending.length) : this.#cut(match);
  }

  #earliest(): Match | undefined {
    let earliest: Match | undefined;
    for (const sequence of this.#sequences) {
      const at = this.#pending.indexOf(sequence);
      if (at !== -1 && (earliest === undefined || at < earliest.at)) earliest = { at, sequence };
    }
    return earliest;
  }

  /** Where the first unfinished stop sequence begins. */
  #heldFrom(): number {
    let held = this.#pending.length;
    for (const sequence of this.#sequences) {
      let at = Math.max(0, this.#pending.length - sequence.length + 1);
      while (at < held && !sequence.startsWith(this.#pending.slice(at))) at += 1;
      held = Math.min(held, at);
    }
    return held;
  }

  #cut({ at, sequence }: Match): string {
    this.#matched = sequence;
    const text = this.#pending.slice(0, at);
    this.#pending = '';
    return text;
  }

  #take(length: number): string {
    const text = this.#pending.slice(0, length);
    this.#pending = this.#pending.slice(length);
    return text;
  }
}

interface Match {
  readonly at: number;
  readonly sequence: string;
}
