// The command line as a child process, run to its end.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../../bin/openconverse.js', import.meta.url));

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  /** What is piped in; without it stdin ends at once. */
  readonly stdin?: string;
  /** The working folder. */
  readonly cwd?: string;
}

/** Runs `openconverse` without the variables of whoever runs the tests. */
export async function runCommand(
  flags: readonly string[],
  { stdin, cwd }: CommandOptions = {},
): Promise<CommandResult> {
  const child = spawn(process.execPath, [bin, ...flags], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], OPENCONVERSE_DISCOVER: 'false' },
    stdio: 'pipe',
    ...(cwd === undefined ? {} : { cwd }),
  });
  child.stdin.end(stdin);
  const [stdout, stderr] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { code: child.exitCode, stdout, stderr };
}
