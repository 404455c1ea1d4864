// Runs a helper program to its end and keeps what it complained about.

import { spawn } from 'node:child_process';
import process from 'node:process';

import { capturedOutputCharsMax } from '../../limits.ts';

export interface RunOptions {
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Shows the program's output, its progress bar too, on our stderr. */
  readonly show: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface RunResult {
  /** The exit status; null when a signal ended the program. */
  readonly status: number | null;
  /** The end of what it wrote to stderr. */
  readonly complaints: string;
}

/** Rejects when the program cannot be started (`code` is ENOENT) or the signal aborts. */
export type Run = (
  command: string,
  args: readonly string[],
  options: RunOptions,
) => Promise<RunResult>;

export function runCommand(
  command: string,
  args: readonly string[],
  { variables, show, signal }: RunOptions,
): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      env: { ...variables },
      // A progress bar draws itself only where it finds a terminal: it is handed ours. Stdout
      // stays free for what the caller prints there.
      stdio: ['ignore', show ? 2 : 'ignore', 'pipe'],
      ...(signal === undefined ? {} : { signal }),
    });
    let complaints = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      if (show) process.stderr.write(text);
      complaints = `${complaints}${text}`.slice(-capturedOutputCharsMax);
    });
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, complaints }));
  });
}
