// The sequences that texts are scored on: which one reads a text, and what need not be read again.

import type { LlamaContextSequence, Token } from 'node-llama-cpp';

/** A sequence and what it has read: whoever uses it next begins where the texts part. */
export interface ScoringSequence {
  readonly sequence: Pick<
    LlamaContextSequence,
    'controlledEvaluate' | 'eraseContextTokenRanges' | 'nextTokenIndex'
  >;
  readonly read: Token[];
  /** So much of it will be asked for again, as a tool's purpose is with the next message. */
  lasting?: number;
  /** When it was used last, as a number that grows. */
  used?: number;
}

export interface Reading {
  readonly tokens: readonly Token[];
  /** No more of them may be kept: the rest is read to be scored. */
  readonly keepMax: number;
}

/**
 * A sequence that has read a beginning of the tokens, as long as can be, and nothing else. One
 * that loses nothing lasting goes on; else the one that was not used for longest begins with what
 * another has read: so the examples are read once, and the purposes of a few tools are kept.
 */
export async function prepareSequence(
  sequences: readonly ScoringSequence[],
  reading: Reading,
): Promise<ScoringSequence> {
  const kept = new Map(sequences.map((one) => [one, keptOf(one, reading)]));
  const most = Math.max(...kept.values());
  const oldest = sequences.toSorted((a, b) => (a.used ?? 0) - (b.used ?? 0));
  const [first] = oldest;
  if (first === undefined) throw new Error('There is no sequence to score on.');
  const source = oldest.findLast((one) => kept.get(one) === most) ?? first;
  const ready = oldest.find((one) => kept.get(one) === most && (one.lasting ?? 0) <= most);
  const chosen = most > 0 && ready !== undefined ? ready : first;
  chosen.used = (oldest.at(-1)?.used ?? 0) + 1;
  if (chosen !== ready) chosen.lasting = most;
  const own = kept.get(chosen) ?? 0;
  if (most - own < copiedTokensMin || !(await copy(source, { to: chosen, length: most }))) {
    await cut(chosen, own);
  }
  return chosen;
}

function keptOf({ read }: ScoringSequence, { tokens, keepMax }: Reading): number {
  const parts = read.findIndex((token, index) => token !== tokens[index]);
  return Math.min(parts < 0 ? read.length : parts, keepMax);
}

async function cut({ sequence, read }: ScoringSequence, length: number): Promise<void> {
  read.length = length;
  if (sequence.nextTokenIndex <= length) return;
  await sequence.eraseContextTokenRanges([{ start: length, end: sequence.nextTokenIndex }]);
}

// To copy takes as long as to read a token; to begin anew, a second.
const copiedTokensMin = 2;

/** What the library's own decisions do between their sequences; it is not in its types. */
type Copying = Partial<{
  _copyStateFromOtherSequence(other: unknown, length: number): Promise<boolean>;
}>;

interface Copy {
  readonly to: ScoringSequence;
  readonly length: number;
}

/** False where the library cannot: then the sequence is as empty as one that is new. */
async function copy(from: ScoringSequence, { to, length }: Copy): Promise<boolean> {
  const target: ScoringSequence['sequence'] & Copying = to.sequence;
  if (target._copyStateFromOtherSequence === undefined) return false;
  to.read.length = 0;
  if (await target._copyStateFromOtherSequence(from.sequence, length)) {
    to.read.push(...from.read.slice(0, length));
    return true;
  }
  await cut(to, 0);
  return false;
}
