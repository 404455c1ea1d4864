// The page on providers against the code: its example, its keys and its servers.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { liveModelId } from '../../src/models/catalog/live-id.ts';
import { usualServers } from '../../src/providers/discovery.ts';
import type { Vendor } from '../../src/providers/openai-compatible/vendors.ts';
import { vendors } from '../../src/providers/openai-compatible/vendors.ts';
import { loadConfig } from '../../src/service/config.ts';
import { providerKeys } from '../../src/service/config/providers.ts';

const page = readFileSync('docs/providers.md', 'utf8');

/** The cells of the rows whose first cell is one of these, in marks. */
function rowsOf(first: (cell: string) => boolean): readonly (readonly string[])[] {
  return page
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')))
    .filter((cells) => first(cells[1] ?? ''));
}

test('the example is a configuration', () => {
  const [, example = ''] = /```yaml\n([^]*?)```/.exec(page) ?? [];
  const folder = mkdtempSync(join(tmpdir(), 'openconverse-providers-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'openconverse.yaml');
  writeFileSync(file, example);
  const variables = { ANTHROPIC_API_KEY: 'a', MISTRAL_API_KEY: 'b', GROQ_API_KEY: 'c' };
  const { providers } = loadConfig({ file, variables });
  expect(providers).toMatchObject({
    claude: { type: 'anthropic', apiKey: 'a' },
    large: { type: 'mistral', apiKey: 'b' },
    vllm: { type: 'openai-compatible', baseUrl: 'http://127.0.0.1:8000/v1' },
    groq: { type: 'openai-compatible', vendor: 'groq', apiKey: 'c' },
  });
});

test('every server that has a row is listed with its address, and can be configured', () => {
  const listed = rowsOf((cell) => cell in vendors);
  expect(listed.map(([, name]) => name)).toEqual(Object.keys(vendors).toSorted());
  for (const [, name = '', , address = ''] of listed) {
    const row = Object.entries<Vendor>(vendors).find(([key]) => key === name)?.[1];
    if (row?.baseUrl !== undefined) expect(address).toBe(row.baseUrl);
    const flags = { providers: { a: { type: 'openai-compatible', vendor: name } } } as object;
    const load = (): unknown => loadConfig({ file: devNull, flags }).providers['a'];
    if (row?.baseUrl === undefined) expect(load).toThrow('baseUrl');
    else expect(load()).toMatchObject({ vendor: name });
  }
});

test('every key of a place over HTTP is explained', () => {
  const everywhere = new Set(['type', 'retries', 'limits', 'circuit']);
  const keys = providerKeys('openai-compatible').filter((key) => !everywhere.has(key));
  expect(keys.length).toBeGreaterThan(4);
  const explained = rowsOf((cell) => keys.includes(cell.replace(/\..*/, '')));
  const names = new Set(explained.map(([, key = '']) => key.replace(/\..*/, '')));
  expect([...names].toSorted()).toEqual(keys.toSorted());
});

test('the addresses where servers are looked for are listed, and no other', () => {
  const listed = rowsOf((cell) => cell.startsWith('http://127.0.0.1'));
  const looked = usualServers.map(({ baseUrl, name }) => [baseUrl, name]);
  expect(listed.map(([, address, name]) => [address, name])).toEqual(looked);
});

test('the IDs that the page gives to models of places are theirs', () => {
  const told = [...page.matchAll(/`([^`]+)` of `([\w-]+)` is\s+`([^`]+)`/g)];
  expect(told.length).toBeGreaterThan(1);
  for (const [, name = '', provider = '', id] of told) expect(liveModelId(provider, name)).toBe(id);
});

test('the example of affinity is a configuration', () => {
  const [example = ''] = /models:\n  my-model:\n    affinity[^]*?(?=```)/.exec(page) ?? [];
  const folder = mkdtempSync(join(tmpdir(), 'openconverse-providers-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'openconverse.yaml');
  const gpu = "{ type: openai-compatible, baseUrl: 'http://127.0.0.1:8000/v1' }";
  writeFileSync(file, `providers: { gpu1: ${gpu}, gpu2: ${gpu} }\n${example}`);
  expect(loadConfig({ file }).models['my-model']).toMatchObject([
    { affinity: 'prefix', provider: 'gpu1', weight: 1 },
    { affinity: 'prefix', provider: 'gpu2', weight: 2 },
  ]);
});
