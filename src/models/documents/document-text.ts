// The text of a document, read in a worker that may neither run for ever nor take all memory.

import { Worker } from 'node:worker_threads';
import {
  documentHeapMbMax,
  documentTextCharsMax,
  documentTimeoutMs,
  documentWorkersMax,
} from '../../limits.ts';
import type { DocumentFormat } from '../../protocol/api/types.generated.ts';
import { ValidationException } from '../../protocol/errors.ts';
import type { Clock } from '../../environment.ts';
import type { Reading, ReadResult } from './read.ts';

export interface DocumentBytes {
  /** Names it in messages: a path such as `messages.0.content.1.document`. */
  readonly path: string;
  readonly format: DocumentFormat;
  readonly bytes: Uint8Array;
}

export interface DocumentText {
  readonly text: string;
  /** Pages or characters beyond the bounds were not read. */
  readonly isCut: boolean;
}

export interface Extraction {
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Throws ValidationException that names the document where it has a format that is not read here,
 * is damaged or locked, or takes too long; and the signal's reason where that aborts first.
 */
export async function documentText(
  document: DocumentBytes,
  extraction: Extraction,
): Promise<DocumentText> {
  const { format, bytes } = document;
  if (format === 'doc' || format === 'xls') throw oldFormat(document);
  if (format === 'txt' || format === 'md' || format === 'csv') return bounded(decodeText(bytes));
  const release = await takeTurn();
  try {
    const result = await readInWorker({ format, bytes }, document, extraction);
    if ('failure' in result) throw unreadable(document, result.failure);
    const { text, isCut } = bounded(result.text);
    return { text, isCut: isCut || result.isCut };
  } finally {
    release();
  }
}

function oldFormat({ path, format }: DocumentBytes): ValidationException {
  return new ValidationException(
    `The document at ${path} is ${format}, which is not read here. ` +
      `Save it as ${format}x and try again.`,
  );
}

function unreadable({ path, format }: DocumentBytes, reason: string): ValidationException {
  return new ValidationException(
    `The document at ${path} could not be read as ${format}: ${reason}. ` +
      'Provide an intact document and try again.',
  );
}

/** UTF-8, or UTF-16 where the first bytes say so. */
function decodeText(bytes: Uint8Array): string {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8').decode(bytes);
}

function bounded(text: string): DocumentText {
  const isCut = text.length > documentTextCharsMax;
  return { text: isCut ? text.slice(0, documentTextCharsMax) : text, isCut };
}

// The worker stands beside this file, compiled or not.
const workerFile = new URL(
  import.meta.url.endsWith('.ts') ? 'worker.ts' : 'worker.js',
  import.meta.url,
);

async function readInWorker(
  reading: Reading,
  document: DocumentBytes,
  { clock, signal }: Extraction,
): Promise<ReadResult> {
  signal.throwIfAborted();
  const worker = new Worker(workerFile, {
    workerData: reading,
    resourceLimits: { maxOldGenerationSizeMb: documentHeapMbMax },
    // What a library has to say of a document is no line of our log.
    stdout: true,
    stderr: true,
  });
  const { promise, resolve, reject } = Promise.withResolvers<ReadResult>();
  worker.once('message', (result: ReadResult) => resolve(result));
  worker.once('error', (error: Error) => resolve({ failure: error.message }));
  worker.once('exit', () => resolve({ failure: 'its reader stopped' }));
  const timer = clock.timer(documentTimeoutMs, () => {
    const seconds = documentTimeoutMs / 1000;
    reject(unreadable(document, `it takes longer than ${seconds} seconds`));
  });
  const abort = (): void => reject(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await promise;
  } finally {
    timer.cancel();
    signal.removeEventListener('abort', abort);
    await worker.terminate();
  }
}

let working = 0;
const waiting: (() => void)[] = [];

/** So many documents are read at once; the others wait in line. Returns what ends the turn. */
async function takeTurn(): Promise<() => void> {
  if (working >= documentWorkersMax) {
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
    });
  } else {
    working += 1;
  }
  return () => {
    const next = waiting.shift();
    if (next === undefined) working -= 1;
    else next();
  };
}
