// Cases that differ by what the model on AWS has.

import type { Case, Refused } from './case.ts';

export interface Row {
  readonly member: string;
  readonly check: string;
  readonly source: Case['source'];
  /** On AWS the first refuses. */
  readonly models: readonly string[];
  readonly body: object;
  readonly refused: string | Refused;
  /** Which the operation is; all three that have the member where absent. */
  readonly operations?: readonly Case['operation'][];
}

export const both = ['Converse', 'ConverseStream'] as const;

/** Refused on AWS of the first model, accepted there of the second, and of the first elsewhere. */
export function casesOf({
  models: [lacking, having],
  refused,
  operations = both,
  ...row
}: Row): readonly Case[] {
  return operations.flatMap((operation): Case[] => {
    const item = { operation, ...row, modelId: lacking ?? '' };
    const open: Case[] = operation === 'Converse' ? [item] : [];
    const counter: Case[] =
      having === undefined || operation !== operations[0]
        ? []
        : [{ ...item, mode: 'aws', modelId: having }];
    return [{ ...item, mode: 'aws', refused }, ...open, ...counter];
  });
}
