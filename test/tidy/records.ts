// The dependencies of package.json against the decision record that chose each of them.

import { isIn } from './layers.ts';
import type { Source } from './source.ts';

export interface DependencyRecord {
  readonly name: string;
  /** The rooms of src that may import it. */
  readonly rooms: readonly string[];
  /** Marked optional: may be absent from an installation, so it is imported when it is used. */
  readonly optional: boolean;
}

export interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** The rows of the table whose first cell is a package's name in backticks. */
export function parseRecords(markdown: string): readonly DependencyRecord[] {
  return markdown.split('\n').flatMap((line) => {
    const cells = line.split('|').map((cell) => cell.trim());
    const name = /^`(@?[a-z0-9./-]+)`/.exec(cells[1] ?? '')?.[1];
    if (name === undefined) return [];
    const rooms = [...(cells[3] ?? '').matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');
    return [{ name, rooms, optional: (cells[1] ?? '').includes('optional') }];
  });
}

/** Dependencies without a record, records without a dependency, and records nobody uses. */
export function checkRecords(
  records: readonly DependencyRecord[],
  manifest: Manifest,
  sources: readonly Source[],
): readonly string[] {
  const required = Object.keys(manifest.dependencies ?? {});
  const optional = Object.keys(manifest.optionalDependencies ?? {});
  const chosen = new Map(records.map((record) => [record.name, record]));
  const file = 'docs/decisions/0002-dependencies.md';
  const unrecorded = [...required, ...optional]
    .filter((name) => !chosen.has(name))
    .map((name) => `package.json depends on ${name}: give it a row in ${file}, or remove it.`);
  const stale = records
    .filter(({ name }) => !required.includes(name) && !optional.includes(name))
    .map(({ name }) => `${file} chooses ${name}, which package.json lacks: remove the row.`);
  const mismarked = records
    .filter((record) => record.optional !== optional.includes(record.name))
    .map(({ name }) => `${file} and package.json disagree on whether ${name} is optional.`);
  const unused = records.flatMap(({ name, rooms }) =>
    rooms
      .filter((room) => !sources.some((source) => uses(source, room, name)))
      .map((room) => `${file} lets ${name} into ${room}, which does not use it: mend the row.`),
  );
  return [...unrecorded, ...stale, ...mismarked, ...unused];
}

function uses({ path, imports }: Source, room: string, name: string): boolean {
  if (!isIn(path, room)) return false;
  return imports.some(({ specifier }) => specifier === name || specifier.startsWith(`${name}/`));
}
