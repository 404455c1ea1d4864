// `openconverse models`: what is known by which ID, and what would serve it here.

import { Command } from 'commander';
import { models } from '../../models/catalog/models.ts';
import { ServiceException } from '../../protocol/errors.ts';
import { families } from '../../models/families/index.ts';
import type { Provider } from '../../providers/provider.ts';
import type { Config, ProviderConfig } from '../../service/config.ts';
import type { Route } from '../../service/route.ts';
import { createRouter } from '../../service/route.ts';
import type { EngineFlags } from '../options.ts';
import { addEngineOptions, loadFlags } from '../options.ts';

interface ModelsFlags extends EngineFlags {
  readonly json?: boolean;
}

export function createModels(): Command {
  const command = new Command('models')
    .description('list the models that are known, and what serves them')
    .argument('[text]', 'only those with this text in the ID or in a name')
    .option('--json', 'print an array of JSON objects');
  return addEngineOptions(command).action(listModels);
}

function listModels(text: string | undefined, { json = false, ...flags }: ModelsFlags): void {
  const rows = rowsOf(loadFlags(flags)).filter((row) => holds(row, text));
  const printed = json ? `${JSON.stringify(rows, null, 2)}\n` : printTable(rows);
  process.stdout.write(printed);
}

interface Row {
  readonly modelId: string;
  readonly modelName: string | null;
  readonly providerName: string | null;
  /** As `x-openconverse-served-by` would begin. */
  readonly servedBy: string;
}

/** The catalogue, and the IDs that only the configuration knows. */
function rowsOf(config: Config): readonly Row[] {
  const servedBy = createLookup(config);
  const known = models.map(({ modelId, modelName, providerName }) => ({
    modelId,
    modelName,
    providerName,
    servedBy: servedBy(modelId),
  }));
  const ids = new Set(known.map(({ modelId }) => modelId));
  const own = Object.keys(config.simulated ? {} : config.models)
    .filter((pattern) => !pattern.includes('*') && !ids.has(pattern))
    .map((modelId) => ({
      modelId,
      modelName: null,
      providerName: null,
      servedBy: servedBy(modelId),
    }));
  return [...own, ...known];
}

/** Asks the service's own router, of places that stand for the providers and serve nothing. */
function createLookup(config: Config): (modelId: string) => string {
  const local: ProviderConfig = config.simulated
    ? { type: 'simulated' }
    : (config.providers['local'] ?? { type: 'embedded', model: config.model });
  const settings = { ...config.providers, local };
  const names = new Map(Object.entries(settings).map(([name, each]) => [place(), { name, each }]));
  const providers = new Map([...names].map(([provider, { name }]) => [name, provider]));
  const fallback = providers.get('local') ?? place();
  const route = createRouter({
    config: config.simulated ? { ...config, models: {} } : config,
    families,
    providers,
    fallback: { provider: fallback, standIn: !config.simulated },
  });
  return (modelId) => {
    try {
      return describe(route(modelId), names);
    } catch (error) {
      if (!(error instanceof ServiceException)) throw error;
      return `refused with ${error.name}`;
    }
  };
}

type Names = ReadonlyMap<Provider, { readonly name: string; readonly each: ProviderConfig }>;

function describe({ provider, standIn }: Route, names: Names): string {
  const found = names.get(provider);
  if (found === undefined) throw new Error('Every place has a name.');
  const { name, each } = found;
  const model = 'model' in each && each.model !== undefined ? `/${each.model}` : '';
  const own = name === 'local' ? '' : ` (${name})`;
  return `${each.type}${model}${own}${standIn ? '; stand-in' : ''}`;
}

function place(): Provider {
  const serve = (): Promise<never> => Promise.reject(new Error('This place serves nothing.'));
  const capabilities = new Set<never>();
  return { capabilities, send: serve, stream: serve, countTokens: serve, close: serve };
}

function holds(row: Row, text = ''): boolean {
  const wanted = text.toLowerCase();
  const { modelId, modelName, providerName } = row;
  return [modelId, modelName, providerName].some((each) => each?.toLowerCase().includes(wanted));
}

function printTable(rows: readonly Row[]): string {
  const cells = rows.map(({ modelId, providerName, servedBy }) => [
    modelId,
    providerName ?? '',
    servedBy,
  ]);
  const table = [['MODEL ID', 'PROVIDER', 'SERVED BY'], ...cells];
  const widths = [0, 1].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table
    .map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}
