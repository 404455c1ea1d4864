// `openconverse models`: what is known by which ID, and what would serve it here.

import { Command } from 'commander';
import { models } from '../../models/catalog/models.ts';
import { ServiceException } from '../../protocol/errors.ts';
import type { Config, ProviderConfig } from '../../service/config.ts';
import { defaultProvider } from '../../service/config.ts';
import type { RoutedPlace } from '../../service/route.ts';
import { createRouter } from '../../service/route.ts';
import { explainRoute } from '../../service/explain-route.ts';
import type { EngineFlags } from '../options.ts';
import { addEngineOptions } from '../options.ts';
import type { Survey } from '../survey.ts';
import { openSurvey } from '../survey.ts';
import { CommandError, onInterrupt } from '../terminal.ts';

interface ModelsFlags extends EngineFlags {
  readonly json?: boolean;
  readonly why?: string;
}

export function createModels(): Command {
  const command = new Command('models')
    .description('list the models that are known, and what serves them')
    .argument('[text]', 'only those with this text in the ID or in a name')
    .option('--json', 'print an array of JSON objects')
    .option('--why <id>', 'explain step by step where a model ID leads');
  return addEngineOptions(command).action(listModels);
}

async function listModels(text: string | undefined, given: ModelsFlags): Promise<void> {
  const { json = false, why, ...flags } = given;
  const interrupted = new AbortController();
  onInterrupt(() => {
    interrupted.abort(new CommandError('Interrupted.'));
  });
  await using survey = await openSurvey(flags, interrupted.signal);
  if (why !== undefined) {
    print(await explain(why, survey), json);
    return;
  }
  const rows = (await rowsOf(survey)).filter((row) => holds(row, text));
  process.stdout.write(json ? toJson(rows) : printTable(rows));
}

function print(sentences: readonly string[], json: boolean): void {
  process.stdout.write(json ? toJson(sentences) : sentences.map((line) => `${line}\n`).join(''));
}

function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function explain(
  modelId: string,
  { config, engine, environment: { clock } }: Survey,
): Promise<readonly string[]> {
  const { live, heritage } = engine;
  const asker = { region: config.region, key: undefined };
  const { providers } = heritage.places;
  return explainRoute(modelId, { config, asker, live, providers, clock });
}

interface Row {
  readonly modelId: string;
  readonly modelName: string | null;
  readonly providerName: string | null;
  /** As `x-openconverse-served-by` would begin. */
  readonly servedBy: string;
}

/** The catalogue, the IDs that only the configuration knows, and what the places list. */
async function rowsOf({ config, engine }: Survey): Promise<readonly Row[]> {
  const servedBy = createLookup(config);
  const found = (await engine.live.list()).map(({ modelId, name, provider }) => ({
    modelId,
    modelName: name,
    providerName: provider,
    servedBy: `${providerOf(provider, config).type} (${provider})`,
  }));
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
  return [...own, ...found, ...known];
}

/** Asks the service's own router. */
function createLookup(config: Config): (modelId: string) => string {
  const route = createRouter(config, () => 0);
  const asker = { region: config.region, key: undefined };
  return (modelId) => {
    try {
      const { places } = route(modelId, asker);
      return places.map((place) => describe(place, config)).join(', then ');
    } catch (error) {
      if (!(error instanceof ServiceException)) throw error;
      return `refused with ${error.name}`;
    }
  };
}

function describe({ provider: name, standIn }: RoutedPlace, config: Config): string {
  const provider = providerOf(name, config);
  const model = 'model' in provider && provider.model !== undefined ? `/${provider.model}` : '';
  const own = name === defaultProvider ? '' : ` (${name})`;
  return `${provider.type}${model}${own}${standIn ? '; stand-in' : ''}`;
}

function providerOf(name: string, { simulated, providers, model }: Config): ProviderConfig {
  if (simulated) return { type: 'simulated' };
  return providers[name] ?? { type: 'embedded', model };
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
