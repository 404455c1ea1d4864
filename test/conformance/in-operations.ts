// Cases that hold in several operations alike.

import type { Case } from './case.ts';

export type Row = Omit<Case, 'operation'>;

/** Every rule holds in all three operations. */
export function inAll(row: Row): readonly Case[] {
  const { body } = row;
  return [
    { operation: 'Converse', ...row },
    { operation: 'ConverseStream', ...row },
    { operation: 'CountTokens', ...row, body: { input: { converse: body } } },
  ];
}

/** Of members that CountTokens does not have. */
export function inTwo(row: Row): readonly Case[] {
  return inAll(row).slice(0, 2);
}
