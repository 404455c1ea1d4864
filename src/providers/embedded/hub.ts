// Models of the hub: brought by node-llama-cpp's own downloader, resumed when cut, compared with
// the hash that the hub gives.

import { mkdir, readFile, rm, statfs } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import type { Environment, Timer } from '../../environment.ts';
import { hubConnectionsMax, hubStallTimeoutMs } from '../../limits.ts';
import {
  type FileFacts,
  hashFile,
  isWhole,
  wasWhole,
  writeNote,
  writeWhole,
} from './checked-file.ts';
import { withFileLock } from './file-lock.ts';
import { type HubAddress, parseHubAddress, partsOf } from './hub-address.ts';
import { hubEndpoint, hubFileUrl, lookUpFile, lookUpQuant } from './hub-lookup.ts';
import { noSpace, ownFile, WeightsError, type WeightsProgress } from './weights-error.ts';

export interface HubModelOptions {
  readonly folder: string;
  readonly environment: Environment;
  readonly onProgress?: ((progress: WeightsProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The path of the model's first file. What is whole already needs no network. */
export async function ensureFromHub(address: string, options: HubModelOptions): Promise<string> {
  const hubAddress = parseHubAddress(address);
  const folder = join(options.folder, 'hf', hubAddress.user, hubAddress.repository);
  try {
    const file = await resolveFile(hubAddress, folder, options);
    const paths = partsOf(file).map((part) => pathOf(hubAddress, folder, part));
    const whole = await Promise.all(paths.map(wasWhole));
    if (whole.includes(false)) await bringAll(hubAddress, partsOf(file), { ...options, folder });
    return paths[0] ?? '';
  } catch (error) {
    options.signal?.throwIfAborted();
    throw explain(error, folder);
  }
}

function pathOf({ branch }: HubAddress, folder: string, file: string): string {
  return branch === 'main' ? join(folder, file) : join(folder, `#${branch}`, file);
}

/** What a quantisation's file is called is kept, so that the next start can do without the hub. */
async function resolveFile(
  address: HubAddress,
  folder: string,
  options: HubModelOptions,
): Promise<string> {
  const { wanted } = address;
  if ('file' in wanted) return wanted.file;
  const note = join(folder, `${wanted.quant === '' ? 'latest' : wanted.quant}.name`);
  const known = await readFile(note, 'utf8').catch(() => '');
  if (known !== '') return checkFile(address, known.trim());
  const file = checkFile(address, await lookUpQuant(address, wanted.quant, options));
  await mkdir(folder, { recursive: true });
  await writeWhole(note, `${file}\n`);
  return file;
}

/** A name from outside may not lead out of the folder. */
function checkFile({ user, repository }: HubAddress, file: string): string {
  parseHubAddress(`hf:${user}/${repository}/${file}`);
  return file;
}

async function bringAll(
  address: HubAddress,
  parts: readonly string[],
  options: HubModelOptions,
): Promise<void> {
  const { folder, environment, onProgress } = options;
  await mkdir(folder, { recursive: true });
  const files = [];
  for (const part of parts) {
    const path = pathOf(address, folder, part);
    const facts = await lookUpFile(address, part, options);
    files.push({ path, facts, url: hubFileUrl(address, part, environment) });
  }
  const totalBytes = files.reduce((sum, { facts }) => sum + facts.bytes, 0);
  const size = `${Math.round(totalBytes / 1e6)} MB`;
  onProgress?.({ note: `Bringing ${basename(parts[0] ?? '')} (${size}, once).` });
  const tell = tenths(totalBytes, onProgress);
  let before = 0;
  for (const file of files) {
    const done = before;
    await bring(file, { ...options, onReceived: (bytes) => tell(done + bytes) });
    before += file.facts.bytes;
  }
}

interface HubFile {
  readonly path: string;
  readonly facts: FileFacts;
  readonly url: string;
}

interface BringOptions extends HubModelOptions {
  readonly onReceived: (bytes: number) => void;
}

/** The downloader keeps half a file by its name: two processes must not write it at once. */
async function bring(file: HubFile, options: BringOptions): Promise<void> {
  const { onProgress, environment, signal } = options;
  await mkdir(dirname(file.path), { recursive: true });
  const onWait = (): void => {
    onProgress?.({ note: `Another process brings ${basename(file.path)}; this one waits for it.` });
  };
  await withFileLock(file.path, { environment, signal, onWait }, async () => {
    if (!(await isWhole(file.path, file.facts))) await bringAlone(file, options);
  });
}

async function bringAlone(file: HubFile, options: BringOptions): Promise<void> {
  const { path, facts } = file;
  // The downloader would take a file of the right size for the right one.
  await rm(path, { force: true });
  await checkSpace(path, facts.bytes);
  await download(file, options);
  options.onReceived(facts.bytes);
  if (facts.sha256 === undefined) {
    options.environment.log.warn({ path }, 'The hub gave no hash to compare the model with.');
  } else if ((await hashFile(path)) !== facts.sha256) {
    await rm(path, { force: true });
    throw new WeightsError(
      `The model that was brought is not the one that the hub names: start again, or ${ownFile}.`,
    );
  }
  await writeNote(path, facts.sha256);
}

async function checkSpace(path: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(dirname(path));
  if (bavail * bsize < bytes) throw noSpace(dirname(path), Math.ceil(bytes / 1e6));
}

/** Half a file stays where it is, and the next start goes on with it. */
async function download({ path, url, facts }: HubFile, options: BringOptions): Promise<void> {
  const { environment, signal, onReceived } = options;
  const { createModelDownloader } = await importLibrary();
  const stalled = new Stall(environment);
  const either = signal === undefined ? [stalled.signal] : [signal, stalled.signal];
  const ended = AbortSignal.any(either);
  const { promise: gaveUp, reject } = Promise.withResolvers<never>();
  const giveUp = (): void => reject(ended.reason);
  ended.addEventListener('abort', giveUp, { once: true });
  if (ended.aborted) giveUp();
  try {
    const creating = createModelDownloader({
      modelUri: url,
      dirPath: dirname(path),
      fileName: basename(path),
      deleteTempFileOnCancel: false,
      parallelDownloads: hubConnectionsMax,
      endpoints: { huggingFace: hubEndpoint(environment) },
      onProgress({ downloadedSize }) {
        stalled.received(downloadedSize);
        onReceived(Math.min(downloadedSize, facts.bytes));
      },
    });
    const downloader = await Promise.race([creating, gaveUp]);
    await Promise.race([downloader.download({ signal: ended }), gaveUp]);
  } finally {
    stalled.end();
    ended.removeEventListener('abort', giveUp);
    gaveUp.catch(() => undefined);
  }
}

/** Gives up a download of which nothing more comes: the library would try on for an hour. */
class Stall {
  readonly #environment: Environment;
  readonly #controller = new AbortController();
  #timer: Timer;
  #bytes = 0;

  constructor(environment: Environment) {
    this.#environment = environment;
    this.#timer = this.#start();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  received(bytes: number): void {
    if (bytes <= this.#bytes) return;
    this.#bytes = bytes;
    this.#timer.cancel();
    this.#timer = this.#start();
  }

  end(): void {
    this.#timer.cancel();
  }

  #start(): Timer {
    return this.#environment.clock.timer(hubStallTimeoutMs, () => {
      this.#controller.abort(
        new WeightsError(
          'The connection to the hub was lost on the way: start again, and the download goes on ' +
            'where it stopped.',
        ),
      );
    });
  }
}

/** Tells the bytes each time, and in words at every tenth. */
function tenths(totalBytes: number, onProgress: HubModelOptions['onProgress']) {
  let told = 0;
  return (receivedBytes: number): void => {
    const tenth = Math.floor((receivedBytes / totalBytes) * 10);
    const note = tenth > told ? { note: `${tenth * 10} % of it is here.` } : {};
    told = Math.max(told, tenth);
    onProgress?.({ receivedBytes, totalBytes, ...note });
  };
}

async function importLibrary() {
  try {
    return await import('node-llama-cpp');
  } catch (cause) {
    throw new WeightsError(
      'The package node-llama-cpp, which brings and runs models, could not be loaded: ' +
        'install it with `npm install node-llama-cpp`.',
      { cause },
    );
  }
}

/** What the system or the downloader refused us, in a sentence. */
function explain(error: unknown, folder: string): unknown {
  if (error instanceof WeightsError || !(error instanceof Error)) return error;
  if ('code' in error && error.code === 'ENOSPC') return noSpace(folder, 1_000);
  return new WeightsError(
    `The model cannot be brought to ${folder} (${error.message}): start again, or ${ownFile}.`,
    { cause: error },
  );
}
