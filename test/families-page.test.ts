// The page on native formats says what the families do, and no family loses anything in silence.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { askedFamilies, probeRequest, probeResponse } from '../scripts/families/probe.ts';
import { requestProbes } from '../scripts/families/request-probes.ts';
import { responseProbes } from '../scripts/families/response-probes.ts';
import { printFamilies } from '../scripts/print-families.ts';
import { families } from '../src/models/families/index.ts';

const page = readFileSync('docs/families.md', 'utf8');

test('the page on native formats lists what becomes of each member', async () => {
  const squeeze = (text: string): string => text.replaceAll(/ +/g, ' ').replaceAll(/-{3,}/g, '---');
  const cure = 'run node scripts/print-families.ts --write';
  expect(squeeze(page), cure).toContain(squeeze(await printFamilies()));
});

test('the page on native formats has a paragraph for each family', () => {
  const missing = Object.keys(families).filter((name) => !page.includes(`\n- \`${name}\`: `));
  expect(missing).toEqual([]);
});

test('nothing of a request is lost in silence', async () => {
  const lost: string[] = [];
  for (const asked of askedFamilies) {
    for (const probe of requestProbes) {
      const outcome = await probeRequest(probe, asked);
      if (outcome === 'lost') lost.push(`${asked.name}: ${probe.member}`);
    }
  }
  expect(lost).toEqual([]);
});

test('nothing of an answer is lost in silence', async () => {
  const lost: string[] = [];
  for (const asked of askedFamilies) {
    for (const probe of responseProbes) {
      const outcome = await probeResponse(probe, asked);
      if (outcome === 'lost') lost.push(`${asked.name}: ${probe.member}`);
    }
  }
  expect(lost).toEqual([]);
});
