// A model file of the user's own: looked at before the library believes what it says.

import { open } from 'node:fs/promises';

import { ggufCountMax } from '../../limits.ts';

/** What lies at a path: a model, something else, or nothing that can be read. */
export async function lookAt(path: string): Promise<'model' | 'other' | 'nothing'> {
  const header = await readHeader(path).catch(() => undefined);
  if (header === undefined) return 'nothing';
  return isGguf(header) ? 'model' : 'other';
}

const headerBytes = 24;

async function readHeader(path: string): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(headerBytes) });
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/**
 * The magic, a version in use, and counts of tensors and facts that a model can have: the library
 * believes what it reads there, and would be busy for ever with a file that only begins right.
 */
function isGguf(header: Buffer): boolean {
  if (header.length < headerBytes || header.toString('latin1', 0, 4) !== 'GGUF') return false;
  const counts = [header.readBigUInt64LE(8), header.readBigUInt64LE(16)];
  return [2, 3].includes(header.readUInt32LE(4)) && counts.every((count) => count < ggufCountMax);
}
