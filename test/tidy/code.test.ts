// The checks of names, code and files find what they are for, and nothing near it.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as code from './code.ts';
import * as files from './files.ts';
import { checkNames, checkPaths } from './names.ts';
import { parseSource } from './source.ts';

const inService = (text: string) => [parseSource('src/service/thing.ts', text)];
const inTest = (text: string) => [parseSource('src/service/thing.test.ts', text)];

test.each([
  ['function answer(req: Request) {}', 'say request'],
  ['const answer = ({ body: res }) => res;', 'say response'],
  ['try { go(); } catch (err) { stop(err); }', 'say error'],
  ['class ModelManager {}', 'what it does'],
  ['class ModelService {}', 'what it does'],
  ['interface IProvider {}', 'leave the I out'],
  ['type TProvider = string;', 'leave the T out'],
  ['const vendorName = 1;', 'family or provider'],
  ['interface Reply { finishReason: string }', 'say stopReason'],
  ['const total_prompt_tokens = 1; const promptTokens = 2;', 'inputTokens'],
])('the names in %s are cured: %s', (text, cure) => {
  const sentences = checkNames(inService(text));
  expect(sentences).toHaveLength(1);
  expect(sentences[0]).toContain(cure);
});

test.each([
  'const response = { req: 1, err: 2 };',
  'interface InputShape { Image: string }',
  'class InternalServerException extends Error {}',
  'type TlsOptions = string; type Tokens = number;',
  'const message = value.thinking;',
])('the names in %s are let be', (text) => {
  expect(checkNames(inService(text))).toEqual([]);
});

test('a native word may stand where the native format is owned', () => {
  const text = 'interface Reply { finishReason: string }';
  expect(checkNames([parseSource('src/providers/openai-compatible.ts', text)])).toEqual([]);
});

test('paths name a thing, in kebab-case', () => {
  expect(
    checkPaths(['src/utils/text.ts', 'src/service/helpers.ts', 'src/restJson.ts']),
  ).toHaveLength(3);
  expect(checkPaths(['src/protocol/wire/rest-json.ts', 'test/a.test.ts', 'NOTICE'])).toEqual([]);
});

test('a default export is found in a module and forgiven in a configuration', () => {
  expect(code.checkExports(inService('export default 1;'))).toHaveLength(1);
  expect(code.checkExports([parseSource('vitest.config.ts', 'export default 1;')])).toEqual([]);
});

test.each(['skip', 'only', 'todo'])('a test that says %s is found', (word) => {
  expect(code.checkSkipped(inTest(`test.${word}('a sentence', () => {});`))).toHaveLength(1);
  expect(code.checkSkipped(inTest(`test('a sentence', () => { list.${word}(1); });`))).toEqual([]);
});

test('a note without an issue is found, one with it is not', () => {
  const note = ['TO', 'DO'].join('');
  expect(code.checkNotes(inService(`// ${note}: later.`))).toHaveLength(1);
  expect(code.checkNotes(inService(`// ${note} #12: later.`))).toEqual([]);
  expect(code.checkNotes(inService(`const text = '${note}';`))).toEqual([]);
});

test('a status of an error is found outside the table', () => {
  expect(code.checkStatuses(inService('const answer = { status: 404 };'))).toHaveLength(1);
  expect(code.checkStatuses(inService('response.writeHead(500, {});'))).toHaveLength(1);
  expect(code.checkStatuses(inService('const answer = { status: 200 };'))).toEqual([]);
  expect(
    code.checkStatuses([parseSource('src/server/a.ts', 'const a = { status: 403 };')]),
  ).toEqual([]);
});

test.each([
  `const found = modelId.includes('claude');`,
  `if (modelId.startsWith('meta.llama3')) go();`,
  `const found = /mistral|mixtral/.test(modelId);`,
  `if (id === 'anthropic.claude-v2') go();`,
])('%s is the business of the catalogue', (text) => {
  expect(code.checkModelTests(inService(text))).toHaveLength(1);
  expect(code.checkModelTests([parseSource('src/models/catalog/model-id.ts', text)])).toEqual([]);
  expect(code.checkModelTests(inTest(text))).toEqual([]);
});

test('other tests of text are let be', () => {
  const text = `if (type === 'anthropic' || path.endsWith('.gguf')) go();`;
  expect(code.checkModelTests(inService(text))).toEqual([]);
});

test('JSON is parsed in wire, or for a reason that still stands', () => {
  const sources = inService('const value = JSON.parse(text);');
  expect(code.checkJson(sources, {})).toHaveLength(1);
  expect(code.checkJson(sources, { 'src/service/thing.ts': 'a reason' })).toEqual([]);
  const stale = { 'src/service/gone.ts': 'a reason', 'src/service/thing.ts': 'a reason' };
  expect(code.checkJson(sources, stale)).toHaveLength(1);
});

test.each([
  `import { setTimeout as delay } from 'node:timers/promises';`,
  `import { randomUUID } from 'node:crypto';`,
  `const started = performance.now();`,
  `const bytes = crypto.getRandomValues(buffer);`,
])('%s is a back door', (text) => {
  expect(code.checkDoors(inService(text))).toHaveLength(1);
  expect(code.checkDoors([parseSource('src/environment.ts', text)])).toEqual([]);
});

test('a step aside for others is no back door', () => {
  const text = `import { setImmediate } from 'node:timers/promises'; socket.setTimeout(0);`;
  expect(code.checkDoors(inService(text))).toEqual([]);
});

test('an error dropped in silence is found, one dropped for a reason is not', () => {
  expect(code.checkCatches(inService('try { go(); } catch {}'))).toHaveLength(1);
  expect(code.checkCatches(inService('try { go(); } catch {\n// It is gone.\n}'))).toEqual([]);
});

test('long files, long lines and silent first lines are found', () => {
  const long = parseSource('src/cli/a.ts', '// A.\n'.repeat(401));
  expect(files.checkSizes([long])[0]).toContain('401 lines');
  const usual = parseSource('src/cli/b.ts', '// A.\n'.repeat(121));
  expect(files.checkSizes([usual])[0]).toContain('121 lines');
  expect(files.checkSizes([parseSource('src/a.generated.ts', '// A.\n'.repeat(401))])).toEqual([]);
  expect(files.checkLines(inService(`// ${'word '.repeat(20)}`))[0]).toContain('103 columns');
  expect(files.checkFirstLines(inService('const one = 1;'))).toHaveLength(1);
  expect(files.checkFirstLines(inService('// One thing.\nconst one = 1;'))).toEqual([]);
});

test('blobs, empty folders and kept folders are found', () => {
  const root = mkdtempSync(join(tmpdir(), 'tidy-'));
  try {
    writeFileSync(join(root, 'big'), new Uint8Array(200_001));
    expect(files.checkBlobs([join(root, 'big')])).toHaveLength(1);
    mkdirSync(join(root, 'empty'));
    mkdirSync(join(root, 'kept'));
    writeFileSync(join(root, 'kept', '.gitkeep'), '');
    expect(files.checkFolders([root])).toHaveLength(2);
  } finally {
    rmSync(root, { recursive: true });
  }
});

const checkout = join('/srv', 'checkout');
const check = (text: string) => files.checkAddresses([{ path: 'a.md', text }], checkout);

test('addresses of one machine or one registry are found', () => {
  expect(check(`see ${['https://registry', 'example.com'].join('.')}`)).toHaveLength(1);
  expect(check(`open ${join('/home', 'ada/file')}`)).toHaveLength(1);
  expect(check(`open ${join(checkout, 'file')}`)).toHaveLength(1);
  expect(check('see https://docs.example.com and ~/.cache and /model/root/x')).toEqual([]);
});
