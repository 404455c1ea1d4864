// One answer as tokens on a sequence: reads the prompt in pieces, then writes a token a pull, and
// goes back where what was written is to be written otherwise.

import type { LlamaContextSequence, Token } from 'node-llama-cpp';

import {
  embeddedAnswerTokensDefault,
  embeddedPromptPieceTokens,
  embeddedRepeatWindowTokens,
} from '../../limits.ts';
import type { StopReason } from '../../protocol/api/types.generated.ts';
import type { LoadedModel } from './loaded-model.ts';
import type { Constraint, Sampling } from './sampling.ts';
import type { TokenizedPrompt } from './tokenize.ts';

/** A sequence, and what of its context may be used again. */
export interface Slot {
  readonly sequence: LlamaContextSequence;
  /** Where the pieces end that the sequence read as prompt, in order. */
  readEnds: readonly number[];
}

export interface TranscriptOptions {
  readonly prompt: TokenizedPrompt<Token>;
  readonly sampling: Sampling;
  readonly maxTokens: number | undefined;
  readonly signal: AbortSignal;
}

// Without it a model this small repeats a sentence to the end of its window; measured, none of five
// prompts loops with it and two do without. Converse has no such member.
const repeatPenalty = 1.1;

export class Transcript {
  readonly #loaded: LoadedModel;
  readonly #slot: Slot;
  readonly #options: TranscriptOptions;
  readonly #tokensMax: number;
  /** What ends an answer that has no room left. */
  readonly fullReason: StopReason;
  #written: Token[] = [];
  #isPromptRead = false;

  constructor(loaded: LoadedModel, slot: Slot, options: TranscriptOptions) {
    this.#loaded = loaded;
    this.#slot = slot;
    this.#options = options;
    const { prompt, maxTokens = embeddedAnswerTokensDefault } = options;
    const room = loaded.contextTokens - prompt.tokens.length;
    this.#tokensMax = Math.min(maxTokens, room);
    this.fullReason = maxTokens <= room ? 'max_tokens' : 'model_context_window_exceeded';
  }

  get inputTokens(): number {
    return this.#options.prompt.tokens.length;
  }

  /** Tokens of the answer, those that were put into it too. */
  get length(): number {
    return this.#written.length;
  }

  /** What of it counts: what was put in beyond the bound was written by nobody. */
  get outputTokens(): number {
    return Math.min(this.#written.length, this.#tokensMax);
  }

  get hasRoom(): boolean {
    return this.#written.length < this.#tokensMax;
  }

  /** Puts text of ours into the answer, in which markers are control tokens. */
  append(text: string): void {
    this.#written.push(...this.#loaded.tokenizeControl(text));
  }

  /** Forgets what was written beyond so many tokens. */
  keep(length: number): void {
    this.#written = this.#written.slice(0, length);
  }

  /** Ends where the model ends its answer, and where there is no room left. */
  async *write(constraint: Constraint, sampling = this.#options.sampling): AsyncGenerator<Token> {
    if (!this.hasRoom) return;
    const { signal } = this.#options;
    const tokens = this.#slot.sequence.evaluate(await this.#unread(), {
      ...this.#loaded.evaluateOptions(sampling, constraint),
      // JSON repeats its punctuation for good reasons.
      ...(typeof constraint === 'string' && { repeatPenalty: this.#repeatPenalty() }),
    });
    try {
      while (this.hasRoom) {
        signal.throwIfAborted();
        const { done, value } = await tokens.next();
        if (done === true) return;
        this.#written.push(value);
        yield value;
      }
    } finally {
      await tokens.return();
    }
  }

  #repeatPenalty() {
    const punishTokens = (): Token[] => this.#written.slice(-embeddedRepeatWindowTokens);
    return { penalty: repeatPenalty, punishTokens };
  }

  /** What the sequence has yet to read; at least a token, out of which the next one comes. */
  async #unread(): Promise<Token[]> {
    const { sequence } = this.#slot;
    if (!this.#isPromptRead) {
      this.#isPromptRead = true;
      return [...(await readPrompt(this.#slot, this.#options)), ...this.#written];
    }
    const all = [...this.#options.prompt.tokens, ...this.#written];
    const { firstDifferentIndex } = sequence.compareContextTokens(all);
    const kept = Math.min(firstDifferentIndex, all.length - 1);
    await eraseFrom(sequence, kept);
    return all.slice(kept);
  }
}

/** How many tokens of the prompt a slot need not read again. */
export function reusableTokens(slot: Slot, prompt: TokenizedPrompt<Token>): number {
  const { firstDifferentIndex } = slot.sequence.compareContextTokens([...prompt.tokens]);
  const ends = pieceEnds(prompt);
  // The last piece is always read: the first token of the answer comes out of it.
  const usable = ends.slice(0, -1).findLastIndex((end, index) => {
    return end <= firstDifferentIndex && slot.readEnds[index] === end;
  });
  return ends[usable] ?? 0;
}

/**
 * Where the prompt is cut into pieces: at each message, and where a message is long. The same
 * beginning is always cut in the same way, because the last bits of the numbers depend on it: so a
 * prompt gives the same answer at temperature 0 whether its beginning was kept or not.
 */
export function pieceEnds({ tokens, starts }: TokenizedPrompt<unknown>): readonly number[] {
  const ends: number[] = [];
  let from = 0;
  for (const to of [...starts.slice(1), tokens.length]) {
    for (; to - from > embeddedPromptPieceTokens; from += embeddedPromptPieceTokens) {
      ends.push(from + embeddedPromptPieceTokens);
    }
    if (to > from) ends.push(to);
    from = to;
  }
  return ends;
}

/** Reads all of the prompt but its last piece, which it gives back. */
async function readPrompt(slot: Slot, { prompt, signal }: TranscriptOptions): Promise<Token[]> {
  const { sequence } = slot;
  const kept = reusableTokens(slot, prompt);
  const ends = pieceEnds(prompt);
  slot.readEnds = ends.filter((end) => end <= kept);
  await eraseFrom(sequence, kept);
  let from = kept;
  for (const end of ends.filter((end) => end > kept).slice(0, -1)) {
    signal.throwIfAborted();
    await sequence.evaluateWithoutGeneratingNewTokens(prompt.tokens.slice(from, end));
    slot.readEnds = [...slot.readEnds, end];
    from = end;
  }
  signal.throwIfAborted();
  return prompt.tokens.slice(from);
}

async function eraseFrom(sequence: LlamaContextSequence, start: number): Promise<void> {
  const end = sequence.nextTokenIndex;
  if (end > start) await sequence.eraseContextTokenRanges([{ start, end }]);
}
