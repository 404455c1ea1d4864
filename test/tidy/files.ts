// Files as such: their size, their first line, what lies in git, and addresses that must not.

import { readdirSync, statSync } from 'node:fs';
import { isTest, type Source } from './source.ts';

const lineCountMax = 400;
const lineCountMedianMax = 120;
const lineLengthMax = 100;
const blobBytesMax = 200_000;

const tables = new Set(['src/limits.ts', 'src/models/catalog/models.ts']);

// Tables: long because the thing is, and read by looking one row up.
const isTable = (path: string): boolean => path.endsWith('.generated.ts') || tables.has(path);

/** Files too long to be read in one sitting, and a house whose usual file is. */
export function checkSizes(sources: readonly Source[]): readonly string[] {
  const sizes = sources
    .filter(({ path }) => !isTable(path))
    .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }));
  const long = sizes
    .filter(({ lines }) => lines > lineCountMax)
    .map(
      ({ path, lines }) =>
        `${path} has ${lines} lines, over ${lineCountMax}: find the second thing in it and give ` +
        'that a file.',
    );
  const shipped = sizes.filter(({ path }) => path.startsWith('src/') && !isTest(path));
  const ordered = shipped.map(({ lines }) => lines).toSorted((a, b) => a - b);
  const median = ordered[Math.floor(ordered.length / 2)] ?? 0;
  if (median <= lineCountMedianMax) return long;
  return [
    ...long,
    `The median file of src has ${median} lines, over ${lineCountMedianMax}: split.`,
  ];
}

/** Lines that run out of the window; a line may be long for the sake of one long literal. */
export function checkLines(sources: readonly Source[]): readonly string[] {
  return sources.flatMap(({ path, text }) => {
    if (isTable(path)) return [];
    return text.split('\n').flatMap((line, index) => {
      if (line.length <= lineLengthMax || hasLiteral(line)) return [];
      return [`${path}:${index + 1} has ${line.length} columns, over ${lineLengthMax}: break it.`];
    });
  });
}

function hasLiteral(line: string): boolean {
  return /['"`]|\/.+\//.test(line) && !/^\s*(?:\/\/|\/?\*)/.test(line);
}

/** Files that do not begin by saying what they are; a unit test is what the file beside it is. */
export function checkFirstLines(sources: readonly Source[]): readonly string[] {
  return sources
    .filter(({ path }) => !(path.startsWith('src/') && isTest(path)))
    .filter(({ text }) => !/^(?:#![^\n]*\n)?\/\/ [A-Z`]/.test(text))
    .map(({ path }) => `${path} does not begin with a comment: say in one sentence what it is.`);
}

/** Big things in git; they stay in every clone for good. */
export function checkBlobs(paths: readonly string[]): readonly string[] {
  return paths
    .filter((path) => path !== 'package-lock.json' && statSync(path).size > blobBytesMax)
    .map((path) => `${path} is over ${blobBytesMax} bytes: bring it when it is needed instead.`);
}

/** Rooms without a tenant. */
export function checkFolders(roots: readonly string[]): readonly string[] {
  return roots.flatMap((root) => {
    const entries = readdirSync(root, { withFileTypes: true });
    if (entries.length === 0) return [`${root}/ is empty: rooms come with their first tenant.`];
    const placeholder = entries.find(({ name }) => /^\.(?:git)?keep$/.test(name));
    if (placeholder !== undefined)
      return [`${root}/${placeholder.name} only keeps a room: remove it.`];
    return checkFolders(
      entries.filter((entry) => entry.isDirectory()).map(({ name }) => `${root}/${name}`),
    );
  });
}

// Addresses of package registries and homes of people's machines; written so that this file, which
// is read too, does not hold one.
const addresses = [
  /https?:\/\/(?:registry|proxy|files|static|repo1?|index)\.[a-z]/,
  /(?:^|[\s'"`(=])\/(?:home|Users|root)\/[a-z]/,
];

/** Addresses that are true on one machine or one network only. */
export function checkAddresses(
  files: readonly { readonly path: string; readonly text: string }[],
  ownRoot: string,
): readonly string[] {
  return files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) => {
      const found = addresses.some((address) => address.test(line)) || line.includes(`${ownRoot}/`);
      if (!found) return [];
      return [`${path}:${index + 1} holds an address of one machine or registry: leave it out.`];
    }),
  );
}
