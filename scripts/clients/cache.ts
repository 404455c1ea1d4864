// The folder outside the tree where what the full suite brings is kept between runs.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** A folder of the cache, which may not be there yet. */
export function cacheFolder(...names: readonly string[]): string {
  const root = process.env['OPENCONVERSE_CACHE'] || join(homedir(), '.cache', 'openconverse');
  return join(root, ...names);
}

export interface Made {
  readonly name: string;
  /** The files that it is made from: another content is another folder. */
  readonly sources: readonly string[];
  readonly make: (folder: string) => void;
}

/** Makes a folder once for its sources, and gives its path. */
export function ensureMade({ name, sources, make }: Made): string {
  const hash = createHash('sha256');
  for (const source of sources) hash.update(readFileSync(source));
  const folder = cacheFolder(`${name}-${hash.digest('hex').slice(0, 12)}`);
  // Written last, so a folder that was cut short is made again.
  const complete = join(folder, 'complete');
  if (existsSync(complete)) return folder;

  rmSync(folder, { recursive: true, force: true });
  mkdirSync(cacheFolder(), { recursive: true });
  make(folder);
  writeFileSync(complete, '');
  return folder;
}

/** Runs a program that must succeed. What it says goes to stderr: stdout is for answers. */
export function run(program: string, parameters: readonly string[]): void {
  // What npm tells the scripts that it runs must not lead another npm back to this package.
  const variables = Object.entries(process.env).filter(
    ([name]) => !/^(npm_(package|lifecycle|command|config_local_prefix)|INIT_CWD)/.test(name),
  );
  const env = Object.fromEntries(variables);
  const { status, error } = spawnSync(program, parameters, { stdio: ['ignore', 2, 2], env });
  if (status === 0) return;
  if (error !== undefined && 'code' in error && error.code === 'ENOENT') {
    throw new Error(
      `${program} is not on this machine. The full suite needs Go, a JDK of 17 or later with ` +
        'Maven, Rust with Cargo, and Python 3.',
    );
  }
  throw new Error(`${program} ${parameters.join(' ')} ended with ${status ?? error?.message}`);
}
