// One answer on one sequence: reads the prompt in pieces, then writes a token a pull.

import type { LlamaContextSequence, Token } from 'node-llama-cpp';

import {
  embeddedAnswerTokensDefault,
  embeddedPromptPieceTokens,
  embeddedRepeatWindowTokens,
} from '../../limits.ts';
import type { StopReason } from '../../protocol/api/types.generated.ts';
import { Detokenizer } from './detokenizer.ts';
import { JsonEnd } from './json-end.ts';
import type { LoadedModel } from './loaded-model.ts';
import { type Piece, ReasoningSplitter } from './reasoning.ts';
import type { Sampling } from './sampling.ts';
import { StopSequences } from './stop-sequences.ts';
import type { GrammarSchema } from './structured-output.ts';
import type { TokenizedPrompt } from './tokenize.ts';

/** A sequence, and what of its context may be used again. */
export interface Slot {
  readonly sequence: LlamaContextSequence;
  /** Where the pieces end that the sequence read as prompt, in order. */
  readEnds: readonly number[];
}

export interface GenerationOptions {
  readonly prompt: TokenizedPrompt<Token>;
  readonly sampling: Sampling;
  readonly maxTokens: number | undefined;
  readonly stopSequences: readonly string[];
  /** The answer is JSON of this schema. */
  readonly schema?: GrammarSchema | undefined;
  /** Whether the prompt ends inside of reasoning; undefined where the model has no tags for it. */
  readonly startsInReasoning?: boolean | undefined;
  readonly signal: AbortSignal;
}

export interface GenerationEnd {
  readonly stopReason: StopReason;
  readonly inputTokens: number;
  /** Tokens of the answer, those of a stop sequence too, the one that only ends it not. */
  readonly outputTokens: number;
}

// Without it a model this small repeats a sentence to the end of its window; measured, none of five
// prompts loops with it and two do without. Converse has no such member.
const repeatPenalty = 1.1;

/** Yields pieces as they are made, never empty; the end is the return value. */
export async function* generate(
  loaded: LoadedModel,
  slot: Slot,
  options: GenerationOptions,
): AsyncGenerator<Piece, GenerationEnd> {
  const { prompt } = options;
  const inputTokens = prompt.tokens.length;
  const last = await readPrompt(slot, options);
  const answer = new AnswerText(loaded, options);
  const { outputTokensMax, reason } = outputBound(loaded, options);
  const recent: Token[] = [];
  const { schema } = options;
  const grammar = schema && (await loaded.createGrammar(schema));
  const tokens = slot.sequence.evaluate(last, {
    ...loaded.evaluateOptions(options.sampling, grammar),
    // JSON repeats its punctuation for good reasons.
    ...(grammar === undefined && {
      repeatPenalty: { penalty: repeatPenalty, punishTokens: () => recent },
    }),
  });
  let outputTokens = 0;
  let stopReason = reason;
  try {
    while (outputTokens < outputTokensMax && !answer.isStopped && !answer.isWhole) {
      const { done, value } = await tokens.next();
      if (done === true) {
        stopReason = 'end_turn';
        break;
      }
      outputTokens += 1;
      if (recent.push(value) > embeddedRepeatWindowTokens) recent.shift();
      yield* answer.push(value);
    }
  } finally {
    await tokens.return();
  }
  yield* answer.end();
  if (answer.isWhole) stopReason = 'end_turn';
  if (answer.isStopped) stopReason = 'stop_sequence';
  return { stopReason, inputTokens, outputTokens };
}

/** From tokens to the pieces of an answer: characters, then reasoning and text, then its stop. */
class AnswerText {
  readonly #detokenizer: Detokenizer<Token>;
  readonly #reasoning: ReasoningSplitter | undefined;
  readonly #stop: StopSequences;
  readonly #json: JsonEnd | undefined;

  constructor(loaded: LoadedModel, options: GenerationOptions) {
    const { stopSequences, startsInReasoning, schema } = options;
    this.#detokenizer = new Detokenizer<Token>(loaded.detokenize);
    this.#stop = new StopSequences(stopSequences);
    if (schema !== undefined) this.#json = new JsonEnd();
    else if (startsInReasoning !== undefined)
      this.#reasoning = new ReasoningSplitter(startsInReasoning);
  }

  /** Whether a stop sequence has ended the text; those in the reasoning do not count. */
  get isStopped(): boolean {
    return this.#stop.matched !== undefined;
  }

  /** Whether the answer is JSON and its value is closed. */
  get isWhole(): boolean {
    return this.#json?.isWhole === true;
  }

  push(token: Token): readonly Piece[] {
    const made = this.#detokenizer.push(token);
    const text = made.slice(0, this.#json?.push(made));
    return this.#cut(this.#reasoning?.push(text) ?? [{ text }]);
  }

  end(): readonly Piece[] {
    const text = this.#detokenizer.end();
    const rest = this.#reasoning?.push(text) ?? [{ text }];
    const pieces = this.#cut([...rest, ...(this.#reasoning?.end() ?? [])]);
    const last = this.#stop.end();
    return last === '' ? pieces : [...pieces, { text: last }];
  }

  #cut(pieces: readonly Piece[]): readonly Piece[] {
    return pieces.flatMap((piece): readonly Piece[] => {
      if ('reasoning' in piece) return [piece];
      const text = this.#stop.push(piece.text);
      return text === '' ? [] : [{ text }];
    });
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
async function readPrompt(slot: Slot, { prompt, signal }: GenerationOptions): Promise<Token[]> {
  const { sequence } = slot;
  const kept = reusableTokens(slot, prompt);
  const ends = pieceEnds(prompt);
  slot.readEnds = ends.filter((end) => end <= kept);
  if (sequence.nextTokenIndex > kept) {
    await sequence.eraseContextTokenRanges([{ start: kept, end: sequence.nextTokenIndex }]);
  }
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

function outputBound(
  { contextTokens }: LoadedModel,
  { prompt, maxTokens = embeddedAnswerTokensDefault }: GenerationOptions,
): { outputTokensMax: number; reason: StopReason } {
  const room = contextTokens - prompt.tokens.length;
  if (maxTokens <= room) return { outputTokensMax: maxTokens, reason: 'max_tokens' };
  return { outputTokensMax: room, reason: 'model_context_window_exceeded' };
}
