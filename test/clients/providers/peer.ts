// Another's server as a child process: started on a free port, awaited, and ended by the tests.

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

export interface PeerOptions {
  readonly program: string;
  readonly parameters: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
  /** What answers with a success when it is ready. */
  readonly readyUrl: string;
}

export interface Peer {
  readonly pid: number;
  /** What it wrote so far. */
  output(): string;
  /** Ends it, whatever it is doing. */
  stop(): Promise<void>;
}

// A proxy in Python imports for half a minute while other suites keep both cores busy.
const startTimeoutMs = 120_000;
const stopTimeoutMs = 10_000;
const pollMs = 100;

/** Throws with what the program wrote where it ends, or is not ready in time. */
export async function startPeer(options: PeerOptions): Promise<Peer> {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(options.program, options.parameters, {
    env: { PATH, HOME, ...options.variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const parts: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (part: string) => parts.push(part));
  }
  const output = (): string => parts.join('');
  try {
    await untilReady(options.readyUrl, child);
  } catch (error) {
    await stop(child);
    throw new Error(`${options.program}: ${String(error)}\n${output()}`, { cause: error });
  }
  return { pid: child.pid ?? Number.NaN, output, stop: () => stop(child) };
}

/** A port that nobody listened on a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Asks until the answer is as wanted; throws where it is not in time. */
export async function until<T>(
  ask: () => Promise<T>,
  isWanted: (answer: T) => boolean,
  timeoutMs: number,
): Promise<T> {
  const endMs = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (isWanted(answer)) return answer;
    if (performance.now() > endMs) {
      throw new Error(`after ${timeoutMs} ms it was ${JSON.stringify(answer).slice(0, 1_000)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  let failure: unknown;
  child.once('error', (error) => (failure = error));
  await until(
    async () => {
      if (failure !== undefined || hasEnded(child)) throw failure ?? new Error('it ended');
      const response = await fetch(url).catch(() => undefined);
      return response?.ok === true;
    },
    (isReady) => isReady,
    startTimeoutMs,
  );
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || hasEnded(child)) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
  await ended;
  clearTimeout(timer);
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}
