// The Python clients of the full suite: a virtual environment with pinned packages, made once in
// the cache folder. Run by itself it prints the path of its Python.

import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const requirements = new URL('../../test/clients/requirements.txt', import.meta.url);

/** Where virtual environments are kept between runs. */
function cacheFolder(): string {
  return process.env['OPENCONVERSE_CACHE'] || join(homedir(), '.cache', 'openconverse');
}

/** Makes the virtual environment unless it is there, and gives its folder of programs. */
export function ensureVenv(): string {
  const folder = venvFolder();
  const programs = join(folder, 'bin');
  // Written last, so an environment that was cut short is made again.
  const complete = join(folder, 'complete');
  if (existsSync(complete)) return programs;

  rmSync(folder, { recursive: true, force: true });
  mkdirSync(cacheFolder(), { recursive: true });
  createVenv(folder);
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
  run(join(programs, 'python'), [...pip, '-r', requirements.pathname]);
  writeFileSync(complete, '');
  return programs;
}

function venvFolder(): string {
  const hash = createHash('sha256').update(readFileSync(requirements)).digest('hex');
  return join(cacheFolder(), `venv-${hash.slice(0, 12)}`);
}

// Debian ships Python without the module that puts pip into a virtual environment.
function createVenv(folder: string): void {
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

// What the program says goes to stderr: stdout is for the one line of the answer.
function run(program: string, parameters: readonly string[]): void {
  execFileSync(program, parameters, { stdio: ['ignore', 2, 2] });
}

if (import.meta.main) console.log(join(ensureVenv(), 'python'));
