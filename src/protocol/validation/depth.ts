// How deep a JSON value nests: what recurses into a value must know before it does.

/** Whether the value nests more than `levels` lists and objects into one another. */
export function nestsDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  for (const inner of Object.values(value)) {
    if (nestsDeeper(inner, levels - 1)) return true;
  }
  return false;
}
