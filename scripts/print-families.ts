// Prints the tables of docs/families.md: what becomes of each member of Converse in each native
// format, found by asking the families. With `--write` it puts them into the page.

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { askedFamilies, probeRequest, probeResponse } from './families/probe.ts';
import type { Asked, Outcome } from './families/probe.ts';
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
  const cells = columns.map((column) => printCell(column, (asked) => probeRequest(probe, asked)));
  return printRow(printMember(probe.member), await Promise.all(cells));
}

async function printResponse(probe: ResponseProbe): Promise<string> {
  const cells = columns.map((column) => printCell(column, (asked) => probeResponse(probe, asked)));
  return printRow(printMember(probe.member), await Promise.all(cells));
}

interface Column {
  readonly name: string;
  /** The family under each of its templates. */
  readonly variants: readonly Asked[];
}

const columns: readonly Column[] = [
  ...Map.groupBy(askedFamilies, ({ name }) => name.replace(/ \(.*/, '')),
].map(([name, variants]) => ({ name, variants }));

/** What becomes of the member, and under which templates something else. */
async function printCell(
  { variants }: Column,
  probe: (asked: Asked) => Promise<Outcome>,
): Promise<string> {
  const outcomes = await Promise.all(
    variants.map(async (asked) => [templateOf(asked), await probe(asked)] as const),
  );
  const groups = [...Map.groupBy(outcomes, ([, outcome]) => outcome)];
  const [[most] = [''], ...others] = groups.toSorted(([, a], [, b]) => b.length - a.length);
  const exceptions = others.map(
    ([outcome, of]) => `${of.map(([template]) => template).join(', ')}: ${outcome}`,
  );
  return [most, ...exceptions].join('; ');
}

function templateOf({ name }: Asked): string {
  return /\((.*)\)/.exec(name)?.[1] ?? name;
}

function printHead(): readonly string[] {
  const names = columns.map(({ name }) => name);
  return [printRow('member', names), `|${' --- |'.repeat(names.length + 1)}`];
}

function printRow(first: string, cells: readonly string[]): string {
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
