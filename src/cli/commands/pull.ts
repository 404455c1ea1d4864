// `openconverse pull`: brings a model's weights before they are needed, or lists what has a name.

import { join } from 'node:path';
import { Command } from 'commander';
import { createEnvironment } from '../../environment.ts';
import { embeddedModels } from '../../providers/embedded/models.ts';
import { ensureWeights } from '../../providers/embedded/weights.ts';
import type { EngineFlags } from '../options.ts';
import { loadFlags } from '../options.ts';
import { createPullProgress } from '../pull-progress.ts';
import { exitCodes, onInterrupt } from '../terminal.ts';

interface PullFlags extends Pick<EngineFlags, 'config' | 'data'> {
  readonly list?: boolean;
}

export function createPull(): Command {
  return new Command('pull')
    .description('bring the weights of an embedded model')
    .argument('[model]', 'a name of --list, or hf:USER/REPOSITORY:QUANT (default: the configured)')
    .option('--list', 'list the models that have a name here')
    .option('--config <file>', 'configuration file (default: openconverse.yaml, if there is one)')
    .option('--data <folder>', 'where weights are kept')
    .action(pull);
}

async function pull(model: string | undefined, { list, ...flags }: PullFlags): Promise<void> {
  if (list === true) {
    process.stdout.write(printList());
    return;
  }
  const config = loadFlags(flags);
  const interrupted = new AbortController();
  onInterrupt(() => interrupted.abort());
  const progress = await createPullProgress(process.stderr);
  try {
    const { path } = await ensureWeights({
      model: model ?? config.model,
      folder: join(config.data, 'models'),
      environment: createEnvironment({ logLevel: config.logLevel }),
      signal: interrupted.signal,
      onProgress: progress.show,
    });
    progress.end(true);
    process.stdout.write(`${path}\n`);
  } catch (error) {
    progress.end(false);
    if (!interrupted.signal.aborted) throw error;
    process.exitCode = exitCodes.interrupted;
  }
}

/** The list as a table of columns. */
function printList(): string {
  const rows = embeddedModels.map((model) => [
    model.name,
    `${model.megabytes} MB`,
    model.tools === 'template' ? 'trained' : 'by method',
    model.reasoning ? 'yes' : 'no',
    model.licence,
    model.goodFor,
  ]);
  const table = [['NAME', 'SIZE', 'TOOLS', 'REASONS', 'LICENCE', 'GOOD FOR'], ...rows];
  const widths = (table[0] ?? []).map((_, column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0)),
  );
  return table
    .map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}
