// Who imports whom: the layers, cycles, Node's own modules and other people's packages.

import { isIn, layerOf } from './layers.ts';
import type { DependencyRecord } from './records.ts';
import { type Import, isTest, type Source } from './source.ts';

/** Imports between rooms that the table of layers does not allow. */
export function checkLayers(sources: readonly Source[]): readonly string[] {
  return sources.flatMap((source) => {
    if (isTest(source.path)) return [];
    if (layerOf(source.path) === undefined) {
      return [`${source.path} stands in no layer: give its room a row in test/tidy/layers.ts.`];
    }
    return source.imports.flatMap((imported) => checkImport(source.path, imported));
  });
}

function checkImport(path: string, imported: Import): readonly string[] {
  const layer = layerOf(path);
  if (imported.specifier === '(computed)') {
    return [`${path} imports a computed name: write the names out in a registry.`];
  }
  if (imported.path === undefined || layer === undefined) return [];
  const target = imported.path;
  // The command line says which version it is.
  if (target === 'package.json' && layer.room === 'cli') return [];
  if (!target.startsWith('src/')) {
    return [`${path} imports ${target}: src stands alone; move what it needs into src.`];
  }
  if (isTest(target)) return [`${path} imports the test ${target}: tests are imported by nothing.`];
  const allowed = (rooms: readonly string[]): boolean => rooms.some((room) => isIn(target, room));
  if (allowed([layer.room, 'limits', ...layer.imports])) return [];
  if (!allowed(['environment', ...layer.types])) {
    return [
      `${path} imports ${target}: ${layer.room} may not; hand the value in, or move what both ` +
        'need down a layer.',
    ];
  }
  if (imported.typeOnly) return [];
  return [
    `${path} imports values of ${target}: ${layer.room} may see its types only; write ` +
      '`import type`, or hand the value in.',
  ];
}

/** Files that import one another in a circle, imports of types included. */
export function checkCycles(sources: readonly Source[]): readonly string[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const done = new Set<string>();
  const found: string[] = [];
  const follow = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start !== -1) {
      const circle = [...trail.slice(start), path].join(' -> ');
      found.push(`${circle} is a circle: move what both ends need into a file below them.`);
    }
    if (start !== -1 || done.has(path)) return;
    for (const imported of byPath.get(path)?.imports ?? []) {
      if (imported.path !== undefined) follow(imported.path, [...trail, path]);
    }
    done.add(path);
  };
  for (const source of sources) follow(source.path, []);
  return found;
}

/** Imports of `node:*` where the table of layers does not allow them. */
export function checkNodeModules(sources: readonly Source[]): readonly string[] {
  return sources.flatMap(({ path, imports }) => {
    if (isTest(path) || layerOf(path)?.node !== false) return [];
    return imports
      .filter(({ specifier }) => specifier.startsWith('node:'))
      .map(
        ({ specifier }) =>
          `${path} imports ${specifier}: ${layerOf(path)?.room} is free of Node; take what it ` +
          'needs from the environment.',
      );
  });
}

/** Other people's packages where no record of docs/decisions lets them in. */
export function checkPackages(
  sources: readonly Source[],
  records: readonly DependencyRecord[],
): readonly string[] {
  return sources.flatMap(({ path, imports }) => {
    if (isTest(path)) return [];
    return imports.flatMap((imported) => checkPackage(path, imported, records));
  });
}

function checkPackage(
  path: string,
  imported: Import,
  records: readonly DependencyRecord[],
): readonly string[] {
  const { specifier, typeOnly, dynamic } = imported;
  if (/^(\.|node:|\(computed\))/.test(specifier)) return [];
  const name = packageOf(specifier);
  const record = records.find((candidate) => candidate.name === name);
  if (record === undefined) {
    return [
      `${path} imports ${name}: no row of docs/decisions/0002-dependencies.md chooses it; write ` +
        'one, or do without.',
    ];
  }
  if (!record.rooms.some((room) => isIn(path, room))) {
    return [
      `${path} imports ${name}: its record keeps it to ${record.rooms.join(', ')}; ask that ` +
        'room for what is needed, or widen the record.',
    ];
  }
  if (!record.optional || typeOnly || dynamic) return [];
  return [
    `${path} imports ${name} at once: it may be absent, so write \`await import('${name}')\`.`,
  ];
}

function packageOf(specifier: string): string {
  const parts = specifier.split('/');
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}
