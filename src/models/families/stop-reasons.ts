// The words of a format for why an answer ended, and the service's: one table read both ways.

import type { StopReason } from '../../protocol/api/types.generated.ts';
import type { Losses } from './losses.ts';
import { stringOf } from './native-json.ts';

export interface StopReasons {
  /** The service's word; the end of the turn where the native one is not known. */
  decode(native: unknown): StopReason;
  /** The native word; that a nearer one is missing is a loss. */
  encode(stopReason: StopReason, losses: Losses): string;
}

/** Of several native words with one meaning the first is written. */
export function createStopReasons(table: Readonly<Record<string, StopReason>>): StopReasons {
  const decoded = new Map(Object.entries(table));
  const encoded = new Map(
    Object.entries(table)
      .toReversed()
      .map(([name, it]) => [it, name]),
  );
  return {
    decode: (native) => decoded.get(stringOf(native) ?? '') ?? 'end_turn',
    encode(stopReason, losses) {
      const exact = encoded.get(stopReason);
      if (exact !== undefined) return exact;
      const nearest = nearestOf(stopReason, encoded);
      const reason = `the native format has no such reason: ${nearest} is said`;
      losses.add('stopReason', 'changed', reason);
      return encoded.get(nearest) ?? '';
    },
  };
}

function nearestOf(stopReason: StopReason, known: ReadonlyMap<StopReason, string>): StopReason {
  const nearest = near[stopReason];
  return nearest !== undefined && known.has(nearest) ? nearest : 'end_turn';
}

const near: Readonly<Partial<Record<StopReason, StopReason>>> = {
  guardrail_intervened: 'content_filtered',
  model_context_window_exceeded: 'max_tokens',
};
