// The checks of imports find what they are for, each in a house made wrong on purpose.

import { expect, test } from 'vitest';
import { checkCycles, checkLayers, checkNodeModules, checkPackages } from './imports.ts';
import { checkRecords, parseRecords } from './records.ts';
import { parseSource } from './source.ts';

const table = [
  '| package | for | rooms |',
  '|---|---|---|',
  '| `yaml` | the file | `service/config` |',
  '| `llama` (optional) | the model | `providers/embedded` |',
].join('\n');
const records = parseRecords(table);

test.each([
  ['src/protocol/errors.ts', `import { decode } from './wire/http.ts';`],
  ['src/protocol/wire/http.ts', `import { grammar } from '../stream/grammar.ts';`],
  ['src/providers/local.ts', `export { claude } from '../models/families/claude.ts';`],
  ['src/providers/local.ts', `export * from '../service/engine.ts';`],
  ['src/service/operations/converse.ts', `const index = await import('../../providers/index.ts');`],
  ['src/service/route.ts', `import type { Server } from '../server/node.ts';`],
  ['src/service/route.ts', `type Server = import('../server/node.ts').Server;`],
  ['src/server/node.ts', `import '../cli/terminal.ts';`],
  ['src/service/engine.ts', `import { fixture } from '../../test/fixtures/a.ts';`],
  ['src/service/engine.ts', `import { fixture } from './engine.test.ts';`],
  ['src/service/config.ts', `import packageJson from '../../package.json' with { type: 'json' };`],
  ['src/elsewhere/thing.ts', `export const one = 1;`],
  ['src/service/engine.ts', `const found = await import(name);`],
])('%s may not say %s', (path, text) => {
  const sentences = checkLayers([parseSource(path, text)]);
  expect(sentences).toHaveLength(1);
  expect(sentences[0]).toContain(path);
});

test.each([
  ['src/protocol/wire/http.ts', `import type { Decoder } from '../stream/decoder.ts';`],
  ['src/protocol/wire/http.ts', `import { type Decoder } from '../stream/decoder.ts';`],
  ['src/providers/local.ts', `export type { Row } from '../models/catalog/models.ts';`],
  ['src/models/families/claude.ts', `import type { Log } from '../../environment.ts';`],
  ['src/protocol/wire/http.ts', `import { bodyBytesMax } from '../../limits.ts';`],
  ['src/service/engine.ts', `import { registry } from '../providers/index.ts';`],
  ['src/cli/program.ts', `import packageJson from '../../package.json' with { type: 'json' };`],
  ['src/service/engine.test.ts', `import { listen } from '../server/node.ts';`],
])('%s may say %s', (path, text) => {
  expect(checkLayers([parseSource(path, text)])).toEqual([]);
});

test('a value is refused where only types may be seen', () => {
  const source = parseSource(
    'src/models/a.ts',
    `import { type Log, create } from '../environment.ts';`,
  );
  expect(checkLayers([source])[0]).toContain('its types only');
});

test('a circle of three files is named from its start to its start', () => {
  const files = [
    parseSource('src/cli/main.ts', `import './a.ts';`),
    parseSource('src/cli/a.ts', `import type { B } from './b.ts';`),
    parseSource('src/cli/b.ts', `export * from './c.ts';`),
    parseSource('src/cli/c.ts', `import './a.ts';`),
  ];
  const sentences = checkCycles(files);
  expect(sentences).toHaveLength(1);
  expect(sentences[0]).toContain('src/cli/a.ts -> src/cli/b.ts -> src/cli/c.ts -> src/cli/a.ts');
});

test('files that share what they import are no circle', () => {
  const files = [
    parseSource('src/cli/main.ts', `import './a.ts'; import './b.ts';`),
    parseSource('src/cli/a.ts', `import './b.ts';`),
    parseSource('src/cli/b.ts', ''),
  ];
  expect(checkCycles(files)).toEqual([]);
});

test('a module of Node is refused in a pure room and let into the server', () => {
  const text = `import { createServer } from 'node:http';`;
  const pure = checkNodeModules([parseSource('src/protocol/wire/http.ts', text)]);
  expect(pure[0]).toContain('src/protocol/wire/http.ts imports node:http');
  expect(checkNodeModules([parseSource('src/server/handler.ts', text)])).toHaveLength(1);
  expect(checkNodeModules([parseSource('src/server/node.ts', text)])).toEqual([]);
  expect(checkNodeModules([parseSource('src/protocol/wire/http.test.ts', text)])).toEqual([]);
});

const check = (path: string, text: string) => checkPackages([parseSource(path, text)], records);

test('a package enters by its record only, in its room only, late where it is optional', () => {
  expect(check('src/service/config.ts', `import { parse } from 'yaml';`)).toEqual([]);
  expect(check('src/service/config.ts', `import { parse } from 'yaml/util';`)).toEqual([]);
  expect(check('src/service/route.ts', `import { parse } from 'yaml';`)[0]).toContain('keeps it');
  expect(check('src/service/config.ts', `import a from '@other/thing/b';`)[0]).toContain(
    'imports @other/thing: no row',
  );
  expect(check('src/providers/embedded/a.ts', `import { a } from 'llama';`)[0]).toContain('await');
  expect(check('src/providers/embedded/a.ts', `import type { A } from 'llama';`)).toEqual([]);
  expect(check('src/providers/embedded/a.ts', `await import('llama');`)).toEqual([]);
});

test('records and dependencies are compared in both directions', () => {
  const sources = [
    parseSource('src/service/config.ts', `import { parse } from 'yaml';`),
    parseSource('src/providers/embedded/a.ts', `const llama = await import('llama');`),
  ];
  const manifest = { dependencies: { yaml: '2' }, optionalDependencies: { llama: '3' } };
  expect(checkRecords(records, manifest, sources)).toEqual([]);

  const unrecorded = { ...manifest, dependencies: { yaml: '2', lodash: '4' } };
  expect(checkRecords(records, unrecorded, sources)[0]).toContain('depends on lodash');
  expect(checkRecords(records, { ...manifest, dependencies: {} }, sources)[0]).toContain('yaml');
  const required = { dependencies: { yaml: '2', llama: '3' } };
  expect(checkRecords(records, required, sources)[0]).toContain('optional');
  expect(checkRecords(records, manifest, sources.slice(1))[0]).toContain('does not use it');
});
