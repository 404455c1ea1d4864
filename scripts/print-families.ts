// Prints the tables of docs/families.md: what becomes of each member of Converse in each native
// format, found by asking the families. With `--write` it puts them into the page.

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { askedFamilies, probeRequest, probeResponse } from './families/probe.ts';
import type { RequestProbe } from './families/request-probes.ts';
import { requestProbes } from './families/request-probes.ts';
import type { ResponseProbe } from './families/response-probes.ts';
import { responseProbes } from './families/response-probes.ts';

const page = 'docs/families.md';
/** The tables stand between these lines of the page. */
const mark = '<!-- printed by scripts/print-families.ts -->';

/** Two tables, of requests and of answers, a member a row and a family a column. */
export async function printFamilies(): Promise<string> {
  const requests = await Promise.all(requestProbes.map(printRequest));
  const responses = await Promise.all(responseProbes.map(printResponse));
  return [
    '## Requests',
    '',
    ...printHead(),
    ...requests,
    '',
    '## Answers',
    '',
    ...printHead(),
    ...responses,
  ].join('\n');
}

async function printRequest(probe: RequestProbe): Promise<string> {
  const cells = await Promise.all(askedFamilies.map((asked) => probeRequest(probe, asked)));
  return printRow(probe.member, cells);
}

async function printResponse(probe: ResponseProbe): Promise<string> {
  const cells = await Promise.all(askedFamilies.map((asked) => probeResponse(probe, asked)));
  return printRow(probe.member, cells);
}

function printHead(): readonly string[] {
  const names = askedFamilies.map(({ name }) => name);
  return [printRow('member', names), `|${' --- |'.repeat(names.length + 1)}`];
}

function printRow(member: string, cells: readonly string[]): string {
  const first = member === 'member' ? member : printMember(member);
  return `| ${[first, ...cells].join(' | ')} |`;
}

/** `path`, and what of it. */
function printMember(member: string): string {
  const [path = '', ...words] = member.split(/(?=[, ])/);
  return `\`${path}\`${words.join('')}`;
}

/** The page with the tables in it. */
async function withTables(text: string): Promise<string> {
  const [before = '', , after = ''] = text.split(mark);
  return `${before}${mark}\n\n${await printFamilies()}\n\n${mark}${after}`;
}

if (import.meta.main && process.argv.includes('--write')) {
  writeFileSync(page, await withTables(readFileSync(page, 'utf8')));
  execFileSync('node_modules/.bin/oxfmt', [page]);
} else if (import.meta.main) {
  console.log(await printFamilies());
}
