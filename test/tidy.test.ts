// The house itself under test: layers, names, sizes, dependencies, and what git may hold.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as code from './tidy/code.ts';
import * as files from './tidy/files.ts';
import * as imports from './tidy/imports.ts';
import { layers, printLayers } from './tidy/layers.ts';
import { checkNames, checkPaths } from './tidy/names.ts';
import { checkRecords, type Manifest, parseRecords } from './tidy/records.ts';
import { listFiles, readSource } from './tidy/source.ts';

// Where JSON is read outside wire, and why that is no request of a client's.
const jsonReaders: Readonly<Record<string, string>> = {
  'src/server/control.ts': 'the script of a test, which does not come through the API',
  'src/providers/embedded/hub-lookup.ts': 'what the hub of models says of a repository',
  'src/protocol/validation/rules/structured-output.ts':
    'the schema of structured output, which the API carries as text',
  'src/models/families/native-json.ts':
    'the input of a tool and the calls of a model, which native formats carry as text',
  'src/simulation/answer.ts': 'the schema of structured output, which the API carries as text',
  'src/simulation/directives.ts': 'the input that a directive in a prompt asks for',
  'src/providers/embedded/structured-output.ts':
    'the schema of structured output, which the API carries as text',
  'src/providers/embedded/native-tools/write-calls.ts':
    'the input of a tool, which the model writes as text',
  'src/providers/bedrock/json.ts': 'what Amazon Bedrock answers and streams',
  'src/providers/http/json-place.ts': 'what a place answers',
  'src/providers/discovery.ts': 'what somebody on this machine answers',
  'src/providers/sse.ts': 'what a place streams',
  'src/providers/embedded/tools/conversation.ts': 'the result of a tool that sends JSON as text',
  'src/protocol/stream/assemble.ts':
    "the input of a tool, which the model's stream carries as text",
};

const paths = listFiles();
const sources = paths.filter((path) => path.endsWith('.ts')).map(readSource);
const shipped = sources.filter(({ path }) => path.startsWith('src/'));
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
const records = parseRecords(readFileSync('docs/decisions/0002-dependencies.md', 'utf8'));

test('there is a house to hold in order', () => {
  expect(shipped.length).toBeGreaterThan(5);
  expect(shipped.flatMap((source) => source.imports).length).toBeGreaterThan(10);
});

test('every import stays within the table of layers', () => {
  expect(imports.checkLayers(shipped)).toEqual([]);
});

test('no files import one another in a circle', () => {
  expect(imports.checkCycles(shipped)).toEqual([]);
});

test('the modules of Node are imported only at the rim', () => {
  expect(imports.checkNodeModules(shipped)).toEqual([]);
});

test('a package is imported only where its decision record says', () => {
  expect(imports.checkPackages(shipped, records)).toEqual([]);
});

test('every dependency has a decision record and every record its dependency', () => {
  expect(checkRecords(records, manifest, shipped)).toEqual([]);
});

test('the architecture document prints the table of layers', () => {
  expect(layers.length).toBeGreaterThan(20);
  const printed = readFileSync('ARCHITECTURE.md', 'utf8');
  expect(printed.replaceAll(/ +/g, ' ').replaceAll(/-{3,}/g, '---')).toContain(printLayers());
});

test('no name is abbreviated, borrowed or empty', () => {
  expect(checkNames(sources)).toEqual([]);
});

test('files are named in kebab-case for the thing in them', () => {
  expect(checkPaths(paths)).toEqual([]);
});

test('files are short enough to be read in one sitting', () => {
  expect(files.checkSizes(sources)).toEqual([]);
});

test('lines fit the window', () => {
  expect(files.checkLines(sources)).toEqual([]);
});

test('every file begins by saying what it is', () => {
  expect(files.checkFirstLines(sources)).toEqual([]);
});

test('no blob is too big for git', () => {
  expect(files.checkBlobs(paths)).toEqual([]);
});

test('no folder is empty or only kept', () => {
  expect(files.checkFolders(['src', 'test', 'docs', 'scripts'])).toEqual([]);
});

test('no file holds an address of one machine or of a package registry', () => {
  const texts = paths
    .filter((path) => !/\.(?:png|ico|gguf|gz|woff2)$/.test(path))
    .map((path) => ({ path, text: readFileSync(path, 'utf8') }));
  expect(files.checkAddresses(texts, process.cwd())).toEqual([]);
});

test('nothing is exported without a name', () => {
  expect(code.checkExports(sources)).toEqual([]);
});

test('no test is skipped and none runs alone', () => {
  expect(code.checkSkipped(sources)).toEqual([]);
});

test('every note to do something names its issue', () => {
  expect(code.checkNotes(sources)).toEqual([]);
});

test('statuses of errors stand in the table of exceptions only', () => {
  expect(code.checkStatuses(shipped)).toEqual([]);
});

test('nobody but the catalogue asks what the letters of a model ID say', () => {
  expect(code.checkModelTests(shipped)).toEqual([]);
});

test('requests are parsed in wire only', () => {
  expect(code.checkJson(shipped, jsonReaders)).toEqual([]);
});

test('time and chance come through the environment only', () => {
  expect(code.checkDoors(shipped)).toEqual([]);
});

test('no error vanishes without a word', () => {
  expect(code.checkCatches(shipped)).toEqual([]);
});
