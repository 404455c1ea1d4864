// The lock file, and the script that completes it.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { missingEntries } from '../../scripts/complete-lock.ts';

test('the lock names the builds for every platform', () => {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Record<string, { version: string }>;
  };
  expect(Object.keys(lock.packages).length).toBeGreaterThan(100);
  const missing = [...missingEntries(lock).keys()];
  expect(missing, 'run node scripts/complete-lock.ts').toEqual([]);
});

test('a build that the lock lacks gets its version and platform', () => {
  const optionalDependencies = { '@a/b-linux-arm64-musl': '1.2.3', '@a/b-win32-x64': '1.2.3' };
  const packages = {
    '': { version: '1.0.0' },
    'node_modules/a': { version: '1.2.3', dev: true, optionalDependencies },
    'node_modules/@a/b-win32-x64': { version: '1.2.3' },
  };
  expect([...missingEntries({ packages })]).toEqual([
    [
      'node_modules/@a/b-linux-arm64-musl',
      {
        version: '1.2.3',
        cpu: ['arm64'],
        dev: true,
        libc: ['musl'],
        optional: true,
        os: ['linux'],
      },
    ],
  ]);
});
