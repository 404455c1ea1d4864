// The thread that reads one document: a library that crashes or loops takes only this with it.

import { parentPort, workerData } from 'node:worker_threads';
import { readDocument } from './read.ts';
import type { Reading } from './read.ts';

// A thread has no origin, as a page has.
// oxlint-disable-next-line unicorn/require-post-message-target-origin
parentPort?.postMessage(await readDocument(workerData as Reading));
