// The page on what a server tells of itself says what is so: its fields are those of the log, its
// numbers those of /metrics.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parsePrometheus } from './prometheus-text.ts';
import { ask, startSeen } from './seen.ts';

const page = readFileSync('docs/observability.md', 'utf8');

function rowsOf(heading: string): readonly (readonly string[])[] {
  const section = page.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}

/** A place that fails and one that answers: every field and every number is there. */
async function startBusy() {
  const providers = {
    away: { type: 'openai-compatible' as const, baseUrl: 'http://127.0.0.1:1/v1', retries: 0 },
    here: { type: 'simulated' as const },
  };
  const models = { '*': [{ provider: 'away' }, { provider: 'here' }] };
  const telemetry = { log: { bodies: true } };
  const flags = { simulated: false, logLevel: 'info' as const, providers, models, telemetry };
  const seen = await startSeen({ flags });
  await ask(seen, 'converse-stream');
  return seen;
}

test('every field of the log is on the page', async () => {
  const seen = await startBusy();
  const listed = new Set(rowsOf('The log').map(([field]) => field));
  const written = Object.keys(seen.requests()[0] ?? {}).filter(
    (field) => field !== 'level' && field !== 'message',
  );
  expect(written.length).toBeGreaterThan(15);
  expect(written.filter((field) => !listed.has(field))).toEqual([]);
});

test('every number is on the page, with its kind and its labels', async () => {
  const seen = await startBusy();
  const families = parsePrometheus((await seen.telemetry.metricsText?.()) ?? '');
  const rows = rowsOf('Numbers');
  expect(rows.map(([name, kind]) => [name, kind]).toSorted(byName)).toEqual(
    [...families].map(([name, { type }]) => [name, type]).toSorted(byName),
  );
  for (const [name = '', , labels = ''] of rows) {
    if (labels.startsWith('as above')) continue;
    const listed = labels === '' ? [] : labels.split(', ');
    const [first] = families.get(name)?.samples ?? [];
    const given = Object.keys(first?.labels ?? {}).filter((label) => label !== 'le');
    expect(
      given.filter((label) => !listed.includes(label)),
      name,
    ).toEqual([]);
  }
});

function byName(
  [a = '']: readonly (string | undefined)[],
  [b = '']: readonly (string | undefined)[],
) {
  return a < b ? -1 : 1;
}
