// Where a text answer ends: at its tokens' limit, or before a stop sequence.

import type { InferenceConfiguration } from '../protocol/api/types.generated.ts';
import { splitTokens } from './tokens.ts';

export interface CutText {
  readonly text: string;
  readonly stopReason: 'end_turn' | 'max_tokens' | 'stop_sequence';
}

/** Cuts by whichever limit comes first in the text. */
export function cutText(
  text: string,
  { maxTokens, stopSequences = [] }: InferenceConfiguration = {},
): CutText {
  const allowed = maxTokens === undefined ? text : firstTokens(text, maxTokens);
  // A model sees a stop sequence only when it has written all of it.
  const stop = firstIndex(allowed, stopSequences);
  if (stop !== undefined) return { text: allowed.slice(0, stop), stopReason: 'stop_sequence' };
  return { text: allowed, stopReason: allowed === text ? 'end_turn' : 'max_tokens' };
}

function firstTokens(text: string, count: number): string {
  const tokens = splitTokens(text);
  return tokens.length > count ? tokens.slice(0, count).join('') : text;
}

function firstIndex(text: string, sequences: readonly string[]): number | undefined {
  const found = sequences.map((sequence) => text.indexOf(sequence)).filter((index) => index >= 0);
  return found.length === 0 ? undefined : Math.min(...found);
}
