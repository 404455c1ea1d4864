// `openconverse models` as a program.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { guideModelIds } from '../clients/model-ids.ts';
import { runCommand } from './run-command.ts';

interface Row {
  readonly modelId: string;
  readonly modelName: string | null;
  readonly servedBy: string;
}

async function listed(...flags: string[]): Promise<readonly Row[]> {
  const { code, stdout, stderr } = await runCommand(['models', '--json', ...flags]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as readonly Row[];
}

test('the catalogue is listed with what serves each model, and nothing is loaded', async () => {
  const { code, stdout } = await runCommand(['models']);
  const lines = stdout.trimEnd().split('\n');
  expect(code).toBe(0);
  expect(lines[0]).toMatch(/^MODEL ID +PROVIDER +SERVED BY$/);
  const line = lines.find((each) => each.startsWith('mistral.mistral-large-2407-v1:0 '));
  expect(line).toMatch(/ Mistral AI +embedded; stand-in$/);
  expect(new Set(lines.map((each) => each.indexOf('  ') > 0)).size).toBe(1);
});

test('the models of the guide are among them', async () => {
  const ids = (await listed()).map(({ modelId }) => modelId);
  // Two of the guide's IDs are aliases of models that the catalogue has under their official ID.
  const official = guideModelIds.filter((id) => id.endsWith(':0'));
  expect(ids).toEqual(expect.arrayContaining(official));
});

test('a text narrows the list', async () => {
  const rows = await listed('llama 3.1');
  expect(rows.length).toBeGreaterThan(1);
  for (const { modelName } of rows) expect(modelName).toContain('Llama 3.1');
});

test('the simulated model serves all', async () => {
  const served = new Set((await listed('--simulated')).map(({ servedBy }) => servedBy));
  expect([...served]).toEqual(['simulated']);
});

test('a configuration is followed, its own IDs listed first', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'openconverse-models-'));
  try {
    const file = join(folder, 'openconverse.yaml');
    const lines = [
      'model: some.gguf',
      'providers: { tests: { type: simulated } }',
      'models:',
      '  my-model: { provider: tests }',
      '  amazon.*: { provider: tests }',
    ];
    writeFileSync(file, lines.join('\n'));
    const rows = await listed('--config', file);
    expect(rows[0]).toMatchObject({ modelId: 'my-model', servedBy: 'simulated (tests)' });
    const servedBy = new Map(rows.map((row) => [row.modelId, row.servedBy]));
    expect(servedBy.get('amazon.nova-lite-v1:0')).toBe('simulated (tests)');
    expect(servedBy.get('mistral.mistral-large-2407-v1:0')).toBe('embedded/some.gguf; stand-in');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('under aws the models that AWS has retired say so', async () => {
  const [row] = await listed('--fidelity', 'aws', 'anthropic.claude-v2:1');
  expect(row?.servedBy).toBe('refused with ResourceNotFoundException');
});
