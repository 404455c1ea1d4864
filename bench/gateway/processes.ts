// Servers as processes of their own, and what the kernel says that they took.

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface Server {
  readonly url: string;
  readonly child: ChildProcess;
}

export interface ServerOptions {
  readonly command: readonly string[];
  /** Of the line that names the address, which is its first group. */
  readonly ready?: RegExp;
  readonly variables?: Readonly<Record<string, string>>;
  /** Where its log goes, as a file descriptor; nowhere when absent. */
  readonly log?: number;
}

/** The program of this folder by its name, on this Node. */
export function program(name: string, ...rest: readonly string[]): readonly string[] {
  return [process.execPath, fileURLToPath(new URL(name, import.meta.url)), ...rest];
}

/** Nothing of our own environment but where programs are: settings of a shell are not measured. */
export async function start(options: ServerOptions): Promise<Server> {
  const { command, ready = /^listening on (\S+)/, variables, log = 'inherit' } = options;
  const [file = '', ...rest] = command;
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(file, rest, {
    stdio: ['ignore', 'pipe', log],
    env: { PATH, HOME, ...variables },
  });
  if (child.stdout === null) throw new Error('no stdout');
  for await (const line of createInterface({ input: child.stdout })) {
    const url = ready.exec(line)?.[1];
    if (url === undefined) continue;
    child.stdout.resume();
    return { url, child };
  }
  throw new Error(`${command.join(' ')} ended before it listened`);
}

export async function stop({ child }: Server): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

/** Milliseconds on a processor so far, of all its threads: in nanoseconds, not in ticks of ten. */
export function processorMs({ child }: Server): number {
  const tasks = `/proc/${child.pid}/task`;
  let nanoseconds = 0;
  for (const task of readdirSync(tasks)) {
    nanoseconds += Number(readFileSync(`${tasks}/${task}/schedstat`, 'utf8').split(' ')[0]);
  }
  return nanoseconds / 1e6;
}

export interface Memory {
  readonly nowMb: number;
  readonly peakMb: number;
}

export function memoryOf({ child }: Server): Memory {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  const read = (name: string): number =>
    Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024;
  return { nowMb: read('VmRSS'), peakMb: read('VmHWM') };
}
