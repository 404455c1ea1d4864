// The clients of the full suite that have projects of their own, built into the cache folder with
// the tools that the machine has; pinned by go.sum, pom.xml, Cargo.lock and package-lock.json.

import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder, ensureMade, run } from './cache.ts';

const clients = fileURLToPath(new URL('../../test/clients', import.meta.url));

/** Builds the client in Go, and gives the path of the program. */
export function ensureGo(): string {
  const program = cacheFolder('go', 'calls');
  // Its program is for here and now: of which commit it is need not stand in it.
  run('go', ['build', '-C', join(clients, 'go'), '-buildvcs=false', '-o', program]);
  return program;
}

/** Builds the client in Rust, and gives the path of the program. */
export function ensureRust(): string {
  const target = cacheFolder('rust');
  const manifest = join(clients, 'rust', 'Cargo.toml');
  const places = ['--manifest-path', manifest, '--target-dir', target];
  run('cargo', ['build', '--quiet', '--locked', ...places]);
  return join(target, 'debug', 'calls');
}

/** Builds the client in Java, and gives its class path. */
export function ensureJava(): string {
  const project = join(clients, 'java', 'pom.xml');
  const code = join(clients, 'java', 'src', 'main', 'java');
  const files = readdirSync(code).toSorted();
  // Maven takes seconds to find that nothing changed.
  const folder = ensureMade({
    name: 'java',
    sources: [project, ...files.map((file) => join(code, file))],
    make(folder) {
      const flags = ['-q', '-B', '-ntp', '-f', project, `-Dtarget=${folder}`];
      run('mvn', [...flags, 'compile', 'dependency:copy-dependencies']);
    },
  });
  return [join(folder, 'classes'), join(folder, 'libraries', '*')].join(':');
}

/** Installs the AI SDK beside its program, and gives the path of the program. */
export function ensureAiSdk(): string {
  const files = ['package.json', 'package-lock.json', 'use_ai_sdk.js'];
  const folder = ensureMade({
    name: 'ai-sdk',
    sources: files.map((file) => join(clients, 'frameworks', file)),
    make(folder) {
      mkdirSync(folder);
      for (const file of files) copyFileSync(join(clients, 'frameworks', file), join(folder, file));
      run('npm', ['ci', '--prefix', folder, '--no-audit', '--no-fund']);
    },
  });
  return join(folder, 'use_ai_sdk.js');
}
