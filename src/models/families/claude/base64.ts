// Bytes as the text that the Messages format carries them in.

import { stringOf } from '../native-json.ts';

export function toBase64({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}

export function fromBase64(text: unknown): Uint8Array {
  return Buffer.from(stringOf(text) ?? '', 'base64');
}

/** Whether the text is what its bytes would be written as. */
export function isExactBase64(text: unknown): boolean {
  return typeof text === 'string' && toBase64(fromBase64(text)) === text;
}
