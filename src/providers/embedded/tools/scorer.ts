// Asks the model how likely a text is after another: what its sequences have read is kept.

import type { Token } from 'node-llama-cpp';

import {
  candidatesMax,
  candidateTokensMax,
  scoredTextTokensMax,
  scoringContextTokens,
  scoringPieceTokens,
} from '../../../limits.ts';
import { prepareSequence, type ScoringSequence } from './scoring-sequences.ts';

export interface ScorerOptions {
  readonly sequences: readonly ScoringSequence[];
  readonly tokenize: (text: string) => readonly Token[];
  readonly detokenize: (tokens: readonly Token[], previous: readonly Token[]) => string;
  readonly signal: AbortSignal;
}

/** The likelihood of texts, as sums of the logarithms of their tokens' probabilities. */
export interface Scorer {
  /** The beginning and the end of a text that is too long to be scored whole. */
  clip(text: string): string;
  /** Of `text`, written after `prefix`. */
  score(prefix: string, text: string): Promise<number>;
  /** The likeliest texts after `prefix`, at most `count`, the best first. */
  rank(prefix: string, texts: readonly string[], count: number): Promise<readonly Ranked[]>;
  /** The index of the likeliest text; of none it is undefined. */
  choose(prefix: string, texts: readonly string[]): Promise<number | undefined>;
  /** What the model itself writes up to a quotation mark; undefined where none comes. */
  write(prefix: string): Promise<string | undefined>;
}

export interface Ranked {
  readonly index: number;
  readonly score: number;
}

export class SequenceScorer implements Scorer {
  readonly #options: ScorerOptions;

  constructor(options: ScorerOptions) {
    this.#options = options;
  }

  clip(text: string): string {
    const fits = (part: string): boolean =>
      part.length <= scoredTextTokensMax * charsPerTokenMax &&
      this.#options.tokenize(part).length <= scoredTextTokensMax;
    let length = Math.min(text.length, scoredTextTokensMax * charsPerTokenMax);
    let clipped = text;
    while (!fits(clipped)) {
      length = Math.floor(length * (3 / 4));
      clipped = beginningAndEnd(text, length);
    }
    return clipped;
  }

  async score(prefix: string, text: string): Promise<number> {
    const after = this.#options.tokenize(text).slice(-textTokensMax);
    const before = this.#fit(prefix, textTokensMax);
    const wanted = [...before.slice(0, -1).map(() => undefined), ...after];
    const scores = await this.#evaluate({
      tokens: [...before, ...after.slice(0, -1)],
      lasting: before.length - 1,
      wanted: (index) => {
        const token = wanted[index];
        return token === undefined ? [] : [token];
      },
    });
    return after.reduce((sum, token, index) => {
      return sum + (scores[before.length - 1 + index]?.get(token) ?? -Infinity);
    }, 0);
  }

  /**
   * The texts are a tree of tokens. A branch only ever gets less likely as it grows, so the
   * likeliest one is grown first, and the first to be whole has won: few others are read at all.
   */
  async rank(prefix: string, texts: readonly string[], count: number): Promise<readonly Ranked[]> {
    const all = texts.slice(0, candidatesMax).map((text, index) => ({
      index,
      tokens: this.#options.tokenize(text).slice(0, candidateTokensMax),
    }));
    if (all.length <= 1) return all.map(({ index }) => ({ index, score: 0 }));
    const before = this.#fit(prefix, candidateTokensMax);
    const branches: Branch[] = [{ path: commonStart(all), score: 0, texts: all }];
    const ranked: Ranked[] = [];
    while (ranked.length < count) {
      const best = takeBest(branches);
      if (best === undefined) break;
      const whole = best.texts.filter(({ tokens }) => tokens.length === best.path.length);
      for (const { index } of whole) ranked.push({ index, score: best.score });
      const longer = best.texts.filter(({ tokens }) => tokens.length > best.path.length);
      if (longer.length > 0) await this.#grow(before, { ...best, texts: longer }, branches);
    }
    return ranked.slice(0, count);
  }

  async choose(prefix: string, texts: readonly string[]): Promise<number | undefined> {
    const [best] = await this.rank(prefix, texts, 1);
    return best?.index;
  }

  async write(prefix: string): Promise<string | undefined> {
    const before = this.#fit(prefix, writtenTokensMax);
    const written: Token[] = [];
    while (written.length < writtenTokensMax) {
      const tokens = [...before, ...written];
      const last = tokens.length - 1;
      // Whatever is asked for, the likeliest comes with it.
      const scores = await this.#evaluate({
        tokens,
        wanted: (index) => (index === last ? tokens.slice(0, 1) : []),
      });
      const [likeliest] = [...(scores[last] ?? [])].toSorted(([, a], [, b]) => b - a);
      if (likeliest === undefined) return undefined;
      written.push(likeliest[0]);
      const text = this.#options.detokenize(written, before.slice(-writtenAfterTokens));
      const [value = '', end] = text.split(/(["\\\p{Cc}])/u);
      if (end === '"') return value.trim() === '' ? undefined : value.trim();
      if (end !== undefined) return undefined;
    }
    return undefined;
  }

  /** Of a prompt that leaves no room for a text the beginning is given up. */
  #fit(prefix: string, tokensMax: number): readonly Token[] {
    return this.#options.tokenize(prefix).slice(-(scoringContextTokens - tokensMax - 1));
  }

  /**
   * Reads on to the end of the branch's shortest text at once, which costs little more than a
   * token, and makes a branch of each text that parts from it on the way.
   */
  async #grow(before: readonly Token[], branch: Branch, branches: Branch[]): Promise<void> {
    const [way] = branch.texts.toSorted((a, b) => a.tokens.length - b.tokens.length);
    if (way === undefined) return;
    const from = branch.path.length;
    const groups = way.tokens.slice(from).map((_, index) => {
      const same = branch.texts.filter((text) => startsLike(text.tokens, way.tokens, from + index));
      return Map.groupBy(same, ({ tokens }) => tokens[from + index]);
    });
    const start = before.length + from - 1;
    const scores = await this.#evaluate({
      tokens: [...before, ...way.tokens.slice(0, -1)],
      wanted: (index) =>
        [...(groups[index - start]?.keys() ?? [])].filter((token) => token !== undefined),
    });
    let { score } = branch;
    for (const [index, group] of groups.entries()) {
      const own = way.tokens[from + index];
      for (const [token, texts] of group) {
        const likelihood = token === undefined ? undefined : scores[start + index]?.get(token);
        if (token === undefined || likelihood === undefined || token === own) continue;
        const path = [...way.tokens.slice(0, from + index), token];
        branches.push({ path, score: score + likelihood, texts });
      }
      score += (own === undefined ? undefined : scores[start + index]?.get(own)) ?? 0;
    }
    const texts = groups.at(-1)?.get(way.tokens.at(-1)) ?? [];
    branches.push({ path: way.tokens, score, texts });
  }

  /** For each token the log-probabilities of those wanted after it, and of the likeliest. */
  async #evaluate({ tokens, wanted, lasting }: Evaluation): Promise<Map<Token, number>[]> {
    const { signal, sequences } = this.#options;
    const asked = tokens.findIndex((_, index) => wanted(index).length > 0);
    const keepMax = asked < 0 ? tokens.length - 1 : asked;
    const holder = await prepareSequence(sequences, { tokens, keepMax });
    if (lasting !== undefined) holder.lasting = lasting;
    const { sequence, read } = holder;
    let from = read.length;
    const scores = Array.from({ length: from }, () => new Map<Token, number>());
    while (from < tokens.length) {
      signal.throwIfAborted();
      const piece = tokens.slice(from, from + scoringPieceTokens);
      const start = from;
      const results = await sequence.controlledEvaluate(
        piece.map((token, index) => {
          // Selected is the likeliest token, at the library's own temperature of 0. Asking for the
          // top one would sort the whole vocabulary, and take half as long again. Measured.
          const filter = { tokens: [...wanted(start + index)], includeSelected: true };
          if (filter.tokens.length === 0) return token;
          return [token, { generateNext: { logits: { filter }, totalLogitWeight: true } }];
        }),
      );
      read.push(...piece);
      from += piece.length;
      // The library leaves holes where nothing was asked.
      for (let index = 0; index < piece.length; index += 1) {
        scores.push(logProbabilities(results[index]?.next));
      }
    }
    return scores;
  }
}

/** No word of any language is longer than this in the tokens of any model. */
const charsPerTokenMax = 20;

/** What somebody wants stands in front of what it is wanted for, or behind it. */
function beginningAndEnd(text: string, length: number): string {
  const beginning = text.slice(0, length / 2).replace(/\s+\S*$/, '');
  const end = text.slice(text.length - length / 2).replace(/^\S*\s+/, '');
  return `${beginning} ... ${end}`;
}

/** A value that nobody named is short; the model goes on without end if it does not know one. */
const writtenTokensMax = 24;

/** As many tokens before tell whether a space belongs between the words. */
const writtenAfterTokens = 4;

/** A message of the greatest length, and what stands around it. */
const textTokensMax = scoredTextTokensMax + 8;

interface Evaluation {
  readonly tokens: readonly Token[];
  /** What is wanted after the token of this index. */
  readonly wanted: (index: number) => readonly Token[];
  /** So many of the tokens begin other texts too. */
  readonly lasting?: number;
}

interface Branch {
  readonly path: readonly Token[];
  readonly score: number;
  readonly texts: readonly { readonly index: number; readonly tokens: readonly Token[] }[];
}

/** What all texts begin with says nothing about which is the likeliest. */
function commonStart(texts: Branch['texts']): readonly Token[] {
  const [first, ...others] = texts;
  const tokens = first?.tokens ?? [];
  let length = 0;
  while (
    length < tokens.length - 1 &&
    others.every(
      (text) => text.tokens.length > length + 1 && text.tokens[length] === tokens[length],
    )
  ) {
    length += 1;
  }
  return tokens.slice(0, length);
}

function startsLike(tokens: readonly Token[], other: readonly Token[], length: number): boolean {
  for (let index = 0; index < length; index += 1) {
    if (tokens[index] !== other[index]) return false;
  }
  return tokens.length > length;
}

function takeBest(branches: Branch[]): Branch | undefined {
  let best = 0;
  for (let index = 1; index < branches.length; index += 1) {
    if ((branches[index]?.score ?? -Infinity) > (branches[best]?.score ?? -Infinity)) best = index;
  }
  return branches.splice(best, 1)[0];
}

interface NextToken {
  readonly logits?: ReadonlyMap<Token, number>;
  readonly totalLogitWeight?: number;
}

/** A logit less the logarithm of the sum over all: the weight is that sum beside the greatest. */
function logProbabilities(next: NextToken | undefined): Map<Token, number> {
  const { logits, totalLogitWeight } = next ?? {};
  if (logits === undefined || totalLogitWeight === undefined) return new Map();
  const base = Math.max(...logits.values()) + Math.log(totalLogitWeight);
  return new Map(Array.from(logits, ([token, logit]) => [token, logit - base]));
}
