// The Python clients of the full suite: virtual environments with pinned packages, each made once
// in the cache folder. Run by itself it prints the path of the Python that has the SDK.

import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureMade, run } from './cache.ts';

const requirements = {
  venv: '../../test/clients/requirements.txt',
  // Apart from the SDK alone: these bring a hundred packages, and other versions of it.
  frameworks: '../../test/clients/frameworks/requirements.txt',
  // The code of the makers of models, which tests hold ours against.
  oracles: '../../test/clients/oracles/requirements.txt',
  // Anthropic's own client, whose InvokeModel is Claude's format.
  anthropic: '../../test/clients/anthropic/requirements.txt',
  // A proxy that speaks the formats of OpenAI and of Anthropic: a place for our providers.
  litellm: '../../test/clients/providers/litellm-requirements.txt',
};

/** Makes a virtual environment unless it is there, and gives its folder of programs. */
export function ensureVenv(name: keyof typeof requirements = 'venv'): string {
  const file = fileURLToPath(new URL(requirements[name], import.meta.url));
  const folder = ensureMade({
    name,
    sources: [file],
    make(folder) {
      createVenv(folder);
      const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
      run(join(folder, 'bin', 'python'), [...pip, '-r', file]);
    },
  });
  return join(folder, 'bin');
}

/** Debian ships Python without the module that puts pip into a virtual environment. */
export function createVenv(folder: string): void {
  const first = spawnSync('python3', ['-m', 'venv', folder], { encoding: 'utf8' });
  if (first.status === 0) return;
  if (process.getuid?.() !== 0) {
    throw new Error(
      `python3 -m venv failed (${first.error?.message ?? first.stdout}). ` +
        'Install Python 3 with its venv module (on Debian: apt-get install python3-venv).',
    );
  }
  rmSync(folder, { recursive: true, force: true });
  run('apt-get', ['update', '-qq']);
  run('apt-get', ['install', '-y', '-qq', 'python3', 'python3-venv']);
  run('/usr/bin/python3', ['-m', 'venv', folder]);
}

if (import.meta.main) console.log(join(ensureVenv(), 'python'));
