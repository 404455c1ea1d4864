// How a download is shown: a bar on a terminal, a line at each tenth elsewhere.

import type { ProgressResult } from '@clack/prompts';
import type { Writable } from 'node:stream';
import type { WeightsProgress } from '../providers/embedded/weights.ts';
import { exitCodes } from './terminal.ts';

export interface PullProgress {
  readonly show: (progress: WeightsProgress) => void;
  end(done: boolean): void;
}

type Screen = Writable & { readonly isTTY?: boolean };

/** The library of the bar is loaded where there is a terminal to draw it on. */
export async function createPullProgress(screen: Screen): Promise<PullProgress> {
  if (screen.isTTY !== true) return createLines(screen);
  const { progress } = await import('@clack/prompts');
  return createBarProgress(screen, (max) => progress({ max, output: screen }));
}

function createLines(screen: Screen): PullProgress {
  return {
    show({ note }) {
      if (note !== undefined) screen.write(`${note}\n`);
    },
    end: () => undefined,
  };
}

/** The bar appears with the first byte: pip, where it brings the model, draws its own. */
function createBarProgress(
  screen: Screen,
  createBar: (totalBytes: number) => ProgressResult,
): PullProgress {
  let bar: ProgressResult | undefined;
  let shownBytes = 0;
  return {
    show({ receivedBytes, totalBytes, note }) {
      if (receivedBytes === undefined || totalBytes === undefined) {
        if (note !== undefined) screen.write(`${note}\n`);
        return;
      }
      if (bar === undefined) {
        bar = createBar(totalBytes);
        process.once('exit', tellInterrupt);
        bar.start('');
      }
      bar.advance(receivedBytes - shownBytes, describe(receivedBytes, totalBytes));
      shownBytes = receivedBytes;
    },
    end(done) {
      process.off('exit', tellInterrupt);
      if (done) bar?.stop('The model is here.');
      else bar?.error('The download stopped; what came is kept.');
    },
  };
}

/** The bar takes Ctrl-C from the terminal and leaves as if all were well. */
function tellInterrupt(): void {
  process.exitCode = exitCodes.interrupted;
}

function describe(receivedBytes: number, totalBytes: number): string {
  const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);
  return `${megabytes(receivedBytes)} of ${megabytes(totalBytes)} MB`;
}
