// `openconverse pull` as a program: what it prints where, and how it ends.

import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

import { embeddedModels } from '../../providers/embedded/models.ts';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));

interface Ended {
  readonly status: number | string | null | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Without a network: whatever the machine's own variables say, the hub is a closed port. */
function pull(...args: readonly string[]): Promise<Ended> {
  const env = { ...process.env, HF_ENDPOINT: 'http://127.0.0.1:1', HF_TOKEN: '' };
  return new Promise((resolve) => {
    execFile(process.execPath, [main, 'pull', ...args], { env }, (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : error.code, stdout, stderr });
    });
  });
}

async function createFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pull-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test('the list has a line for each model, under a head', async () => {
  const { status, stdout } = await pull('--list');
  expect(status).toBe(0);
  const names = stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' ')[0]);
  expect(names).toEqual(['NAME', ...embeddedModels.map(({ name }) => name)]);
});

test('where the model lies is the only thing on stdout', async () => {
  const folder = await createFolder();
  const file = join(folder, 'own.gguf');
  const header = Buffer.alloc(24);
  header.write('GGUF');
  header.writeUInt32LE(3, 4);
  await writeFile(file, header);
  expect(await pull(file, '--data', folder)).toEqual({
    status: 0,
    stdout: `${file}\n`,
    stderr: '',
  });
});

test('what cannot be brought is one sentence and a failure', async () => {
  const folder = await createFolder();
  const { status, stdout, stderr } = await pull('qwen3-0.6b', '--data', folder);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(
    /^The hub could not be reached \(.*\): connect this machine once, .*\.\n$/,
  );
});
