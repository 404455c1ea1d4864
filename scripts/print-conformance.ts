// Prints docs/conformance.md from the conformance cases: what is checked of each member, on which
// evidence. With `--write` it puts the lists into the page, in place of those that are there.

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { type Case, modes, refusalOf, sources } from '../test/conformance/case.ts';
import { cases } from '../test/conformance/cases.ts';

const page = 'docs/conformance.md';
/** The lists stand between these lines of the page. */
const mark = '<!-- printed by scripts/print-conformance.ts -->';

/** The summary and a list for each operation, a member an item. */
export function printConformance(): string {
  const operations = [...new Set(cases.map(({ operation }) => operation))];
  return [printSources(), ...operations.map(printOperation)].join('\n\n');
}

function printSources(): string {
  const rows = Object.entries(sources).map(([tag, meaning]) => {
    const count = cases.filter(({ source }) => source === tag).length;
    return `| ${tag} | ${meaning} | ${count} |`;
  });
  const refused = cases.filter((item) => refusalOf(item) !== undefined).length;
  const sum = `${cases.length} cases: ${refused} refusals, ${cases.length - refused} acceptances.`;
  return [sum, '', '| tag | known from | cases |', '| --- | --- | --- |', ...rows].join('\n');
}

function printOperation(operation: string): string {
  const own = cases.filter((item) => item.operation === operation);
  const members = Map.groupBy(own, ({ member }) => member);
  const rows = [...members].map(([member, items]) => printMember(member, items));
  return [`## ${operation}`, '', ...rows].join('\n');
}

function printMember(member: string, items: readonly Case[]): string {
  const checks = [...new Set(items.map(describeCheck))].join('; ');
  const tags = [...new Set(items.map(({ source }) => source))].toSorted().join(' ');
  return `- \`${member}\` (${tags}, ${items.length}): ${checks}`;
}

function describeCheck({ check, mode = 'open' }: Case): string {
  return mode === 'open' ? check : `${check} (${modes[mode]})`;
}

/** The page with the lists in it. */
function withLists(text: string): string {
  const [before = '', , after = ''] = text.split(mark);
  return `${before}${mark}\n\n${printConformance()}\n\n${mark}${after}`;
}

if (import.meta.main && process.argv.includes('--write')) {
  writeFileSync(page, withLists(readFileSync(page, 'utf8')));
  execFileSync('node_modules/.bin/oxfmt', [page]);
} else if (import.meta.main) {
  console.log(printConformance());
}
