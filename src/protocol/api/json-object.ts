// What JSON calls an object: the one question that every reader of free JSON asks.

/** Whether a value is a JSON object: no list, no null, and no bytes, which JSON has as text. */
export function isJsonObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Uint8Array)
  );
}
