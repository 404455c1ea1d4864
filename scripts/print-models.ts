// Prints the table of docs/models.md from the catalogue. With `--write` it puts the table into the
// page, in place of the one that is there.

import { readFileSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import type { FoundationModel } from '../src/models/catalog/model.ts';
import { models } from '../src/models/catalog/models.ts';

const page = 'docs/models.md';

/** The catalogue as a table, a model a row. */
export function printModels(): string {
  const rows = [...models].toSorted((a, b) => (a.modelId < b.modelId ? -1 : 1)).map(printRow);
  const head = '| model | ID | takes | tools | context | profiles |';
  return [head, '| --- | --- | --- | --- | --- | --- |', ...rows].join('\n');
}

function printRow(model: FoundationModel): string {
  const cells = [
    model.nameIsDerived ? `${model.modelName} (our name)` : model.modelName,
    [model.modelId, ...(model.aliases ?? [])].map((id) => `\`${id}\``).join(', '),
    takes(model).join(', '),
    model.features.includes('tools') ? 'yes' : 'no',
    model.contextWindowTokens.toLocaleString('en-US'),
    geographies(model).join(', '),
  ];
  return `| ${cells.join(' | ')} |`;
}

function takes({ features }: FoundationModel): readonly string[] {
  const kinds = (['system', 'images', 'documents', 'reasoning'] as const).filter((kind) =>
    features.includes(kind),
  );
  return ['text', ...kinds];
}

/** The prefixes of its inference profiles: `us`, `eu`. */
function geographies({ modelId, inferenceProfileIds = [] }: FoundationModel): readonly string[] {
  return inferenceProfileIds.map((id) => id.replace(`.${modelId}`, ''));
}

if (import.meta.main && process.argv.includes('--write')) {
  const kept = readFileSync(page, 'utf8').replace(/\n\|[^]*\|\n/, () => `\n${printModels()}\n`);
  writeFileSync(page, kept);
  execFileSync('node_modules/.bin/oxfmt', [page]);
} else if (import.meta.main) {
  console.log(printModels());
}
