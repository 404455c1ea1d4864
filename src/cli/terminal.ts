// What the command line says: sentences on stderr, exit codes, the signals of a person at it.

import { styleText } from 'node:util';

import { ServiceException } from '../protocol/errors.ts';
import { WeightsError } from '../library/start-engine.ts';
import { ConfigError } from '../service/config.ts';

export const exitCodes = { success: 0, failure: 1, usage: 2, interrupted: 130 } as const;

/** A failure that the person at the terminal can mend; the message says how. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** Prints what went wrong, in one sentence where it is no bug of ours; returns the exit code. */
export function printFailure(error: unknown, print: (line: string) => void = printLine): number {
  if (error instanceof ConfigError) {
    print(error.message);
    return exitCodes.usage;
  }
  if (error instanceof CommandError || error instanceof WeightsError) {
    print(error.message);
    return exitCodes.failure;
  }
  if (error instanceof ServiceException) {
    print(`${error.name}: ${error.message}`);
    if (error.hint !== undefined && !error.message.includes(error.hint)) print(error.hint);
    return exitCodes.failure;
  }
  console.error(error);
  return exitCodes.failure;
}

/** One line for a person; stdout stays for what a program reads. */
export function printLine(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Text that is not the answer, for a person; colours only where the terminal has them. */
export function printDimmed(text: string): void {
  process.stderr.write(styleText('dim', text, { stream: process.stderr }));
}

/** Calls `action` at the first Ctrl-C or SIGTERM; a second one ends the process at once. */
export function onInterrupt(action: () => void): void {
  let interruptedMs: number | undefined;
  const handle = (): void => {
    const nowMs = performance.now();
    if (interruptedMs === undefined) {
      interruptedMs = nowMs;
      action();
    } else if (nowMs - interruptedMs > signalEchoMs) {
      process.exit(exitCodes.interrupted);
    }
  };
  process.on('SIGINT', handle);
  process.on('SIGTERM', handle);
}

// Whoever presses Ctrl-C under npm sends the signal twice: the terminal does, and npm hands it on.
const signalEchoMs = 250;

/** Ends in peace when whoever reads stdout has seen enough, as `head` does. */
export function endWithReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(exitCodes.success);
  });
}
