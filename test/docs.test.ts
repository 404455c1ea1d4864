// The documents say what is so: their tables, commands, links and examples against the code.

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { operationShapes } from '../src/protocol/api/shapes.generated.ts';
import { operations } from '../src/service/operations/index.ts';
import { printConformance } from '../scripts/print-conformance.ts';
import { printModels } from '../scripts/print-models.ts';
import { createServe } from '../src/cli/commands/serve.ts';
import { resolveModelId } from '../src/models/catalog/model-id.ts';
import { exceptionTable } from '../src/protocol/errors.ts';
import { embeddedModels } from '../src/providers/embedded/models.ts';
import { loadConfig } from '../src/service/config.ts';
import { models } from '../src/models/catalog/models.ts';
import { guideModelIds } from './clients/model-ids.ts';
import { listFiles } from './tidy/source.ts';

const read = (path: string): string => readFileSync(path, 'utf8');
const documents = listFiles().filter((path) => path.endsWith('.md'));

/** The cells of each row of the tables in a text, the lines under their heads left out. */
function rowsOf(markdown: string): readonly (readonly string[])[] {
  return markdown
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^\|[\s|:-]+\|$/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

/** The fenced blocks of one language. */
function blocksOf(markdown: string, language: string): readonly string[] {
  const fence = new RegExp('^```' + language + '\\n([^]*?)^```$', 'gm');
  return [...markdown.matchAll(fence)].map((match) => match[1] ?? '');
}

test('the page on errors lists every exception as the table has it', () => {
  const written = rowsOf(read('docs/errors.md')).slice(1);
  const facts = Object.entries(exceptionTable).map(([name, row]) => [
    name,
    String(row.status),
    row.retryable ? 'yes' : 'no',
    row.inStream,
  ]);
  expect(written.map((row) => row.slice(0, 4))).toEqual(facts);
  for (const row of written) expect(row[4], row[0]).toMatch(/\.$/);
});

test('every link to a file leads to one', () => {
  const links = documents.flatMap((path) =>
    [...read(path).matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)].map((match) => ({
      path,
      target: join(dirname(path), match[1] ?? ''),
    })),
  );
  expect(links.length).toBeGreaterThan(10);
  expect(links.filter(({ target }) => !existsSync(target))).toEqual([]);
});

test('every source file that a document names is there', () => {
  const named = documents.flatMap((path) =>
    [...read(path).matchAll(/`((?:[\w.-]+\/)*[\w.-]+\.ts)`/g)].map((match) => ({
      path,
      file: match[1] ?? '',
    })),
  );
  expect(named.length).toBeGreaterThan(20);
  const roots = ['', 'src', 'src/protocol/validation', 'src/providers'];
  const exists = (file: string): boolean => roots.some((root) => existsSync(join(root, file)));
  // A bare index.ts is the one beside what its sentence speaks of.
  expect(named.filter(({ file }) => file !== 'index.ts' && !exists(file))).toEqual([]);
});

test('every command that a document names is one of the package', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const named = documents.flatMap((path) =>
    [...read(path).matchAll(/npm run ([\w:-]+)/g)].map((match) => match[1] ?? ''),
  );
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  const listed = new Set(rowsOf(read('CONTRIBUTING.md')).map(([command]) => command));
  const missing = ['start', 'test', 'test:all', 'check', 'generate']
    .map((name) => (name === 'start' || name === 'test' ? `npm ${name}` : `npm run ${name}`))
    .filter((command) => !listed.has(`\`${command}\``));
  expect(missing).toEqual([]);
});

test('every JSON example is JSON', () => {
  const examples = documents.flatMap((path) => blocksOf(read(path), 'json'));
  expect(examples.length).toBeGreaterThan(1);
  for (const example of examples) expect(() => JSON.parse(example), example).not.toThrow();
});

test('the page on configuration lists every key with its variable and its default', () => {
  const page = read('docs/configuration.md');
  const rows = rowsOf(page).slice(1);
  const defaults: Readonly<Record<string, unknown>> = loadConfig({ file: devNull });
  const keys = rows.map(([key]) => key?.replaceAll('`', '') ?? '');
  expect(Object.keys(defaults).filter((key) => !keys.includes(key))).toEqual([]);
  for (const [index, key] of keys.entries()) {
    const variable = /`(OPENCONVERSE_\w+)`/.exec(rows[index]?.[2] ?? '')?.[1];
    const standard = /^`([^`~]+)`$/.exec(rows[index]?.[3] ?? '')?.[1];
    if (key in defaults && standard !== undefined) expect(String(defaults[key])).toBe(standard);
    if (variable === undefined) continue;
    // A variable that is read makes a wrong value of its key an error that names the key.
    const wrong = loadsWith({ [variable]: ' ' });
    const right = key === 'model' || key === 'data';
    expect(wrong, variable).toBe(right ? 'loads' : key);
  }
});

test('the page on configuration lists every flag of serve', () => {
  const written = [...read('docs/configuration.md').matchAll(/(--[a-z][a-z-]*)/g)];
  const named = new Set(written.map((match) => match[1] ?? ''));
  const flags = createServe().options.map(({ long }) => long ?? '');
  expect([...named].toSorted()).toEqual(flags.toSorted());
});

function loadsWith(variables: Readonly<Record<string, string>>): string {
  try {
    loadConfig({ file: devNull, variables });
    return 'loads';
  } catch (error) {
    return /configuration key (\w+)/.exec(String(error))?.[1] ?? String(error);
  }
}

test('the example of a configuration is one', () => {
  const [example = ''] = blocksOf(read('docs/configuration.md'), 'yaml');
  const folder = mkdtempSync(join(tmpdir(), 'openconverse-docs-'));
  try {
    const file = join(folder, 'openconverse.yaml');
    writeFileSync(file, example);
    expect(Object.keys(loadConfig({ file }).providers)).toEqual(['local', 'tests']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("the README lists the guides' models by the names that the catalogue gives them", () => {
  const rows = rowsOf(read('README.md')).filter(([, id]) => /^`[a-z0-9-]+\./.test(id ?? ''));
  expect(rows.map(([, id]) => id?.replaceAll('`', ''))).toEqual([...guideModelIds]);
  for (const [name, id = ''] of rows) {
    expect(resolveModelId(id.replaceAll('`', ''))?.model.modelName).toBe(name);
  }
});

test('the README lists the operations that are served, and no other', () => {
  const rows = rowsOf(read('README.md')).flatMap(([first = '']) => first.split(', '));
  const named = rows.filter((name) => name in operationShapes);
  expect(named.toSorted()).toEqual(Object.keys(operations).toSorted());
});

test('the README counts the models of the catalogue', () => {
  expect(read('README.md')).toContain(`${models.length} models`);
});

test('the page on models lists the catalogue', () => {
  const rows = rowsOf(read('docs/models.md')).slice(1);
  expect(rows).toEqual(rowsOf(printModels()).slice(1));
  expect(rows.length).toBe(models.length);
});

test('the page on the embedded model lists the models that have a name', () => {
  const rows = rowsOf(read('docs/embedded.md')).filter(
    ([, size]) => size?.endsWith(' MB') === true,
  );
  const facts = embeddedModels.map((model) => [
    `\`${model.name}\``,
    `${model.megabytes} MB`,
    model.tools === 'template' ? 'trained' : 'by method',
    model.reasoning ? 'yes' : 'no',
    model.licence,
    model.goodFor,
    model.tried ? 'yes' : 'no',
  ]);
  expect(rows.slice(0, facts.length)).toEqual(facts);
});

test('the page on conformance lists what the cases check', () => {
  const squeeze = (text: string): string => text.replaceAll(/ +/g, ' ').replaceAll(/-{3,}/g, '---');
  expect(squeeze(read('docs/conformance.md'))).toContain(squeeze(printConformance()));
});
