// Names in package-lock.json the builds for other platforms that `npm install` left out. npm drops
// an optional package that its registry does not have, and `npm ci` then refuses the lock; an entry
// of version and platform is enough for it, since no other platform's build is ever fetched.

import { readFileSync, writeFileSync } from 'node:fs';

interface Entry {
  readonly version: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

interface Lock {
  packages: Record<string, Entry>;
}

/** Optional packages of an exact version that the lock does not have, by their place in it. */
export function missingEntries({ packages }: Readonly<Lock>): Map<string, Entry> {
  const missing = new Map<string, Entry>();
  for (const [place, entry] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (!/^\d+\.\d+\.\d+/.test(version) || resolve(packages, place, name)) continue;
      missing.set(`node_modules/${name}`, entryOf(name, version, entry.dev === true));
    }
  }
  return missing;
}

/** Looks in the folder of the package and in those above it, as Node does. */
function resolve(packages: Lock['packages'], place: string, name: string): boolean {
  for (let folder = place; ; folder = folder.slice(0, folder.lastIndexOf('/node_modules/'))) {
    if (`${folder}/node_modules/${name}` in packages) return true;
    if (!folder.includes('/node_modules/')) return `node_modules/${name}` in packages;
  }
}

const systems: Readonly<Record<string, string>> = {
  aix: 'aix',
  android: 'android',
  darwin: 'darwin',
  freebsd: 'freebsd',
  linux: 'linux',
  mac: 'darwin',
  netbsd: 'netbsd',
  openbsd: 'openbsd',
  openharmony: 'openharmony',
  sunos: 'sunos',
  win: 'win32',
  win32: 'win32',
};

const processors: Readonly<Record<string, string>> = {
  arm: 'arm',
  arm64: 'arm64',
  armv7l: 'arm',
  ia32: 'ia32',
  loong64: 'loong64',
  mips64el: 'mips64el',
  ppc64: 'ppc64',
  riscv64: 'riscv64',
  s390x: 's390x',
  x64: 'x64',
};

/** The platform is in the name, as in `binding-linux-x64-musl`. */
function entryOf(name: string, version: string, dev: boolean): Entry {
  const words = name.slice(name.indexOf('/') + 1).split('-');
  const os = words.map((word) => systems[word]).find((system) => system !== undefined);
  const cpu = words.map((word) => processors[word]).find((processor) => processor !== undefined);
  return {
    version,
    ...(cpu === undefined ? {} : { cpu: [cpu] }),
    ...(dev ? { dev } : {}),
    ...(words.includes('musl') ? { libc: ['musl'] } : {}),
    optional: true,
    ...(os === undefined ? {} : { os: [os] }),
  };
}

if (import.meta.main) {
  const path = 'package-lock.json';
  const lock = JSON.parse(readFileSync(path, 'utf8')) as Lock;
  const missing = missingEntries(lock);
  const entries = [...Object.entries(lock.packages), ...missing];
  lock.packages = Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`${missing.size} entries added`);
}
