// A file whose hash was once compared, and the note beside it that says so.

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** How the folders begin in which files lie that are not whole yet. */
export const temporaryPrefix = '.bringing-';

/** What the right file looks like; without a hash (not every server tells it) the size counts. */
export interface FileFacts {
  readonly bytes: number;
  readonly sha256: string | undefined;
}

/** Hashing takes a moment at each start, so a file once found right is known by size and time. */
export async function isWhole(path: string, facts: FileFacts): Promise<boolean> {
  const found = await fingerprint(path, facts.sha256);
  if (found === undefined || found.bytes !== facts.bytes) return false;
  if ((await readNote(path)) === found.note) return true;
  if (facts.sha256 !== undefined && (await hashFile(path)) !== facts.sha256) return false;
  await writeNote(path, facts.sha256);
  return true;
}

/** Whether the file is the one that was found right, whatever its hash was. */
export async function wasWhole(path: string): Promise<boolean> {
  const noted = await readNote(path);
  const [sha256] = noted.split(' ');
  const found = await fingerprint(path, sha256);
  return noted !== '' && noted === found?.note;
}

export async function writeNote(path: string, sha256: string | undefined): Promise<void> {
  const found = await fingerprint(path, sha256);
  if (found !== undefined) await writeWhole(noteOf(path), found.note);
}

/** Readers find the old text or the new one, never half of it. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = await mkdtemp(join(dirname(path), temporaryPrefix));
  try {
    const written = join(temporary, 'text');
    await writeFile(written, text);
    await rename(written, path);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return hash.digest('hex');
}

/** Returns when the disk has what was written. */
export async function flush(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

function noteOf(path: string): string {
  return `${path}.checked`;
}

function readNote(path: string): Promise<string> {
  return readFile(noteOf(path), 'utf8').catch(() => '');
}

async function fingerprint(
  path: string,
  sha256 = 'unknown',
): Promise<{ bytes: number; note: string } | undefined> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  if (found === undefined) return undefined;
  return { bytes: Number(found.size), note: `${sha256} ${found.size} ${found.mtimeNs}\n` };
}
