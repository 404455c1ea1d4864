// The real command line as a child process: started, scripted and stopped by the tests.

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { beforeEach } from 'vitest';

const bin = fileURLToPath(new URL('../../bin/openconverse.js', import.meta.url));

// A cold start reads every module from disk while other suites keep both cores busy.
const startTimeoutMs = 60_000;
const stopTimeoutMs = 20_000;

export interface ServerOptions {
  /** Flags of `openconverse serve`, after `--listen 127.0.0.1:0`. */
  readonly flags?: readonly string[];
  /** Variables beside those that any process needs; the tests' own are not handed down. */
  readonly variables?: Readonly<Record<string, string>>;
}

export interface ServerProcess {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** What it wrote to stderr so far. */
  stderr(): string;
  /** Whether it still runs. */
  running(): boolean;
  /** Appends turns to the simulated model's script. */
  script(...turns: readonly object[]): Promise<void>;
  /** The requests that it remembers, oldest first. */
  journal(): Promise<readonly JournalEntry[]>;
  /** Forgets the script and the journal. */
  reset(): Promise<void>;
  /** Asks it to end and gives its exit code; throws when it does not end in time. */
  stop(): Promise<number | null>;
}

export interface JournalEntry {
  readonly operation: string | null;
  readonly modelId: string | null;
  readonly httpVersion: string;
  readonly auth: string;
  readonly status: number;
  readonly error: string | null;
  readonly scripted: boolean;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Starts `openconverse serve` on a free port and waits until it says that it listens. */
export async function startServer(options: ServerOptions = {}): Promise<ServerProcess> {
  const { child, stderr } = launch(['--listen', '127.0.0.1:0', ...(options.flags ?? [])], options);
  const url = await listeningUrl(child, stderr);
  return {
    url,
    port: Number(new URL(url).port),
    pid: child.pid ?? Number.NaN,
    stderr,
    running: () => child.exitCode === null && child.signalCode === null,
    async script(...turns) {
      await control(url, 'POST', '/_openconverse/script', turns);
    },
    async journal() {
      const { requests } = await control(url, 'GET', '/_openconverse/requests');
      return requests as readonly JournalEntry[];
    },
    async reset() {
      await control(url, 'DELETE', '/_openconverse/script');
      await control(url, 'DELETE', '/_openconverse/requests');
    },
    stop: () => stop(child, stderr),
  };
}

/** A server with the embedded model; named, so that nothing else stands in where it is missing. */
export function startEmbedded(): Promise<ServerProcess> {
  return startServer({ flags: ['--model', 'smollm2-135m-instruct'] });
}

export interface SecuredServer extends ServerProcess {
  /** The same port over TLS. */
  readonly secureUrl: string;
  /** The file of the certificate to trust; `stop` removes it. */
  readonly certificate: string;
}

/** What the secured server knows its callers by. */
export const accessKeyId = 'AKIDEXAMPLE';
export const secretAccessKey = 'example-secret';
export const apiKey = 'ABSKexample';

/** The simulated model behind an access key, an API key and TLS. */
export async function startSecured(): Promise<SecuredServer> {
  const folder = mkdtempSync(join(tmpdir(), 'openconverse-secured-'));
  const certificate = join(folder, 'server.pem');
  const keys = ['--access-key', `${accessKeyId}:${secretAccessKey}`, '--api-key', apiKey];
  const flags = ['--simulated', ...keys, '--tls-self-signed', certificate];
  const server = await startServer({ flags });
  return {
    ...server,
    secureUrl: server.url.replace('http:', 'https:'),
    certificate,
    async stop() {
      const code = await server.stop();
      rmSync(folder, { recursive: true });
      return code;
    },
  };
}

/** Runs `openconverse serve` to its end, for a start that is expected to fail. */
export async function runServer(
  flags: readonly string[],
): Promise<{ readonly code: number | null; readonly stderr: string }> {
  const { child, stderr } = launch(flags, {});
  const timer = setTimeout(() => child.kill('SIGKILL'), startTimeoutMs);
  await once(child, 'close');
  clearTimeout(timer);
  return { code: child.exitCode, stderr: stderr() };
}

/** Makes a failing test of this file print what its server wrote. */
export function showStderrOfFailures(server: () => ServerProcess): void {
  beforeEach(({ onTestFailed }) => {
    onTestFailed(() => {
      console.error(`the server's stderr:\n${server().stderr() || '(nothing)'}`);
    });
  });
}

/** The variables that a program needs to run here, and none that could lead it elsewhere. */
function plainVariables(): Record<string, string> {
  const kept = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'OPENCONVERSE_DATA'];
  return Object.fromEntries(
    kept.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function launch(
  flags: readonly string[],
  options: ServerOptions,
): { readonly child: ChildProcess; readonly stderr: () => string } {
  const child = spawn(process.execPath, [bin, 'serve', ...flags], {
    // Nothing that happens to run on this machine is found.
    env: { ...plainVariables(), OPENCONVERSE_DISCOVER: 'false', ...options.variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const parts: string[] = [];
  child.stderr?.setEncoding('utf8').on('data', (part: string) => parts.push(part));
  return { child, stderr: () => parts.join('') };
}

async function listeningUrl(child: ChildProcess, stderr: () => string): Promise<string> {
  if (child.stdout === null) throw new Error('the server has no stdout');
  const timer = setTimeout(() => child.kill('SIGKILL'), startTimeoutMs);
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) {
    const url = /^listening on (http:\S+)/.exec(line)?.[1];
    if (url === undefined) continue;
    clearTimeout(timer);
    // What it says later is not read, but must not fill the pipe.
    child.stdout.resume();
    return url.replace(/\/$/, '');
  }
  clearTimeout(timer);
  throw new Error(`the server ended before it listened:\n${stderr()}`);
}

async function stop(child: ChildProcess, stderr: () => string): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
  await ended;
  clearTimeout(timer);
  if (child.signalCode === 'SIGKILL') {
    throw new Error(`the server did not end within ${stopTimeoutMs} ms:\n${stderr()}`);
  }
  return child.exitCode;
}

async function control(
  url: string,
  method: string,
  ...[path, body]: readonly [string, unknown?]
): Promise<Record<string, unknown>> {
  const headers = { 'content-type': 'application/json' };
  const init = body === undefined ? { method, headers } : { method, headers, body: toJson(body) };
  const response = await fetch(`${url}${path}`, init);
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
  return JSON.parse(text) as Record<string, unknown>;
}

function toJson(value: unknown): string {
  return JSON.stringify(value);
}
