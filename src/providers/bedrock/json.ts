// What Amazon Bedrock answers and streams, read as JSON.

import { isJsonObject } from '../../protocol/api/json-object.ts';
import type { JsonObject } from '../provider.ts';

/** Undefined for what is no JSON object: whoever asked knows what that means. */
export function parseObject(bytes: Uint8Array): JsonObject | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    // A page of something in between, or bytes that only pass through.
    return undefined;
  }
}
