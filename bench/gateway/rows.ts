// The one table: what was measured, beside what it may be.

export interface Row {
  readonly what: string;
  readonly value: number;
  readonly unit: '' | 'KB' | 'MB' | 'ms' | 'x';
  readonly budget?: number;
}

/** Whether every budget was held. */
export function printRows(rows: readonly Row[]): boolean {
  for (const { what, value, unit, budget } of rows) {
    const figure = value.toFixed(3).padStart(9);
    const verdict =
      budget === undefined
        ? ''
        : `budget ${budget} ${isHeld({ value, budget }) ? 'held' : 'MISSED'}`;
    console.log(`${what.padEnd(64)} ${figure} ${unit.padEnd(3)} ${verdict}`.trimEnd());
  }
  return rows.every(isHeld);
}

function isHeld({ value, budget = Infinity }: Pick<Row, 'budget' | 'value'>): boolean {
  return value <= budget;
}
