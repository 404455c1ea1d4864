// From tokens to the pieces of an answer: characters, then reasoning and text, then its stop.

import type { Token } from 'node-llama-cpp';

import { type Detokenize, Detokenizer } from './detokenizer.ts';
import { JsonEnd } from '../../protocol/stream/json-end.ts';
import type { CallWatcher, FoundOpening } from './native-tools/call-watcher.ts';
import { type Piece, ReasoningSplitter } from './reasoning.ts';
import { StopSequences } from '../../protocol/stream/stop-sequences.ts';

export interface AnswerTextOptions {
  readonly detokenize: Detokenize<Token>;
  readonly stopSequences: readonly string[];
  /** The text is JSON, and ends with its value. */
  readonly isJson?: boolean;
  /** Whether reasoning is begun already; undefined where there are no tags for it. */
  readonly startsInReasoning?: boolean | undefined;
  /** Looks for calls in the text. */
  readonly watcher?: CallWatcher | undefined;
}

/** Where in the answer a call begins. */
export interface CallPlace {
  readonly opening: FoundOpening;
  /** Whole tokens before it, and the text of the next one that is not the call's. */
  readonly tokens: number;
  readonly rest: string;
}

export class AnswerText {
  readonly #detokenizer: Detokenizer<Token>;
  readonly #reasoning: ReasoningSplitter | undefined;
  readonly #watcher: CallWatcher | undefined;
  readonly #stop: StopSequences;
  readonly #json: JsonEnd | undefined;
  /** What each token made of text, to find the token in which a call begins. */
  readonly #made: string[] = [];
  #call: CallPlace | undefined;

  constructor(options: AnswerTextOptions) {
    const { detokenize, stopSequences, isJson = false, startsInReasoning, watcher } = options;
    this.#detokenizer = new Detokenizer<Token>(detokenize);
    this.#stop = new StopSequences(stopSequences);
    this.#watcher = watcher;
    if (isJson) this.#json = new JsonEnd();
    else if (startsInReasoning !== undefined) {
      this.#reasoning = new ReasoningSplitter(startsInReasoning);
    }
  }

  /** Whether a stop sequence has ended the text; those in the reasoning do not count. */
  get isStopped(): boolean {
    return this.#stop.matched !== undefined;
  }

  /** Whether the answer is JSON and its value is closed. */
  get isWhole(): boolean {
    return this.#json?.isWhole === true;
  }

  /** The call that has begun; nothing more may be pushed then. */
  get call(): CallPlace | undefined {
    return this.isStopped ? undefined : this.#call;
  }

  get isEnded(): boolean {
    return this.isStopped || this.isWhole || this.#call !== undefined;
  }

  push(token: Token): readonly Piece[] {
    const made = this.#detokenizer.push(token);
    const text = made.slice(0, this.#json?.push(made));
    this.#made.push(made);
    return this.#cut(this.#watch(this.#reasoning?.push(text) ?? [{ text }]));
  }

  end(): readonly Piece[] {
    const text = this.#call === undefined ? this.#detokenizer.end() : '';
    const rest = this.#reasoning?.push(text) ?? [{ text }];
    const watched = this.#watch([...rest, ...(this.#reasoning?.end() ?? [])]);
    const held = this.#call === undefined ? (this.#watcher?.end() ?? '') : '';
    const pieces = this.#cut([...watched, { text: held }]);
    const last = this.#stop.end();
    return last === '' ? pieces : [...pieces, { text: last }];
  }

  #watch(pieces: readonly Piece[]): readonly Piece[] {
    const watcher = this.#watcher;
    if (watcher === undefined) return pieces;
    return pieces.map((piece) => {
      if ('reasoning' in piece || this.#call !== undefined) return piece;
      const { text, found } = watcher.push(piece.text);
      if (found !== undefined) this.#call = this.#placeOf(found);
      return { text };
    });
  }

  #placeOf(opening: FoundOpening): CallPlace {
    let rest = opening.length;
    let tokens = this.#made.length;
    while (rest > 0 && tokens > 0) {
      tokens -= 1;
      rest -= this.#made[tokens]?.length ?? 0;
    }
    return { opening, tokens, rest: (this.#made[tokens] ?? '').slice(0, -rest || 0) };
  }

  #cut(pieces: readonly Piece[]): readonly Piece[] {
    return pieces.flatMap((piece): readonly Piece[] => {
      if ('reasoning' in piece) return [piece];
      const text = this.#stop.push(piece.text);
      return text === '' ? [] : [{ text }];
    });
  }
}
