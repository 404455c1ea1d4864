// Why a model ID leads where it leads, in sentences for whoever asks.

import type { Clock } from '../environment.ts';
import { healthTimeoutMs } from '../limits.ts';
import type { Capability } from '../models/catalog/model.ts';
import type { Resolved } from '../models/catalog/model-id.ts';
import { nameInArn, resolveModelId } from '../models/catalog/model-id.ts';
import { emulations } from '../models/emulation/index.ts';
import { ServiceException } from '../protocol/errors.ts';
import type { Provider } from '../providers/provider.ts';
import type { Config, RouteConfig } from './config.ts';
import type { LiveModels } from './live-models.ts';
import type { Asker, Match, Route, RoutedPlace } from './route.ts';
import { createMatcher, createRouter, isOpenTo } from './route.ts';

export interface Explaining {
  readonly config: Config;
  readonly asker: Asker;
  readonly live: LiveModels;
  /** By the names of the configuration. */
  readonly providers: ReadonlyMap<string, Provider>;
  readonly clock: Clock;
}

/** Each step from the ID to its places; asks the places whether they can serve. */
export async function explainRoute(
  modelId: string,
  explaining: Explaining,
): Promise<readonly string[]> {
  const { config, live } = explaining;
  const resolved = resolveModelId(modelId);
  const match = createMatcher(config)(modelId, resolved);
  if (resolved === undefined && (match === undefined || match.pattern === '*')) {
    await live.look(modelId);
  }
  const found = routeOf(modelId, explaining);
  const last = awsSentence(modelId, explaining);
  const known = [...readingSentences(modelId, resolved), matchSentence(match, explaining)];
  if (found instanceof ServiceException) {
    return [...known, `It is refused with ${found.name}: ${found.message}`, last];
  }
  return [
    ...known,
    ...listedSentence(found),
    ...(await placeSentences(found, match, explaining)),
    familySentence(found, match),
    ...capabilitySentences(found, explaining),
    last,
  ];
}

function routeOf(modelId: string, { config, asker, live }: Explaining): Route | ServiceException {
  try {
    return createRouter(config, () => 0, live)(modelId, asker);
  } catch (error) {
    if (error instanceof ServiceException) return error;
    throw error;
  }
}

function readingSentences(modelId: string, resolved: Resolved | undefined): readonly string[] {
  const name = nameInArn(modelId);
  const arn = name === undefined || name === modelId ? [] : [`The ARN names ${name}.`];
  if (resolved === undefined) return [...arn, 'The catalogue has no model of this ID.'];
  return [...arn, ...spellingSentences(name ?? modelId, resolved), rowSentence(resolved)];
}

function spellingSentences(
  name: string,
  { model: { modelId }, inferenceProfileId, isOfficial }: Resolved,
): readonly string[] {
  if (inferenceProfileId !== null) {
    const known = isOfficial ? 'an inference profile' : 'written as an inference profile';
    return [`${inferenceProfileId} is ${known} of ${modelId}.`];
  }
  if (!isOfficial) return [`${name} is an alias of ${modelId}; AWS does not know it.`];
  if (name === modelId) return [];
  return [`${name} stands for ${modelId}: what follows it changes nothing here.`];
}

function rowSentence({ model }: Resolved): string {
  const { modelName, providerName, contextWindowTokens, lifecycle } = model;
  const state = lifecycle.retired === true ? 'retired on AWS' : lifecycle.status.toLowerCase();
  const window = contextWindowTokens.toLocaleString('en-US');
  return `The catalogue has it as ${modelName} of ${providerName}: ${window} tokens of context, ${state}.`;
}

function matchSentence(match: Match | undefined, { config }: Explaining): string {
  if (config.simulated) return 'Every ID is served by the simulated model.';
  const patterns = Object.keys(config.models);
  if (patterns.length === 0) return 'The configuration has no patterns of model IDs.';
  if (match === undefined)
    return `No pattern of the configuration matches: ${patterns.join(', ')}.`;
  const before = patterns.slice(0, patterns.indexOf(match.pattern));
  const passed = before.length === 0 ? '' : `; before it these do not: ${before.join(', ')}`;
  return `The pattern ${match.pattern} of the configuration matches${passed}.`;
}

function listedSentence({ resolved, pattern, places }: Route): readonly string[] {
  const [place] = places;
  if (resolved !== undefined || pattern !== undefined || place === undefined) return [];
  return [`The provider ${place.provider} lists a model of this ID: ${place.model.id}.`];
}

async function placeSentences(
  route: Route,
  match: Match | undefined,
  explaining: Explaining,
): Promise<readonly string[]> {
  const configured = route.pattern === undefined ? [] : (match?.places ?? []);
  const closed = (match?.places ?? []).filter((place) => !isOpenTo(place, explaining.asker));
  const passed = closed.map((place) => `Not asked: ${place.provider}, ${onlyFor(place)}.`);
  const listed = await Promise.all(
    route.places.map((place, at) => placeSentence(place, at, explaining)),
  );
  return [...passed, ...sharing(route, configured), ...listed];
}

function onlyFor({ regions, keys }: RouteConfig): string {
  const parts = [
    regions === undefined ? [] : [`only for requests signed for ${regions.join(', ')}`],
    keys === undefined ? [] : [`only for callers with the keys ${keys.join(', ')}`],
  ];
  return parts.flat().join(' and ');
}

function sharing({ affinity }: Route, places: readonly RouteConfig[]): readonly string[] {
  const total = places.reduce((sum, { weight = 0 }) => sum + weight, 0);
  if (affinity === 'prefix') {
    return ['What a request begins with decides which place is asked first, by the weights.'];
  }
  return total === 0 ? [] : ['Which place is asked first is drawn by the weights.'];
}

async function placeSentence(
  { provider: name, model, standIn, weight }: RoutedPlace,
  at: number,
  explaining: Explaining,
): Promise<string> {
  const { config, providers, clock } = explaining;
  const type = config.simulated ? 'simulated' : (config.providers[name]?.type ?? 'embedded');
  const runsHere = type === 'embedded' || type === 'simulated';
  const asked = runsHere ? '' : `, asked for ${model.id}`;
  const share = weight === undefined ? '' : `, weight ${weight}`;
  const instead = standIn ? ', as a stand-in: nothing leads this ID elsewhere' : '';
  const health = runsHere
    ? 'It runs in this process.'
    : await healthSentence(providers.get(name), clock);
  return `${at + 1}. ${name} (${type})${asked}${share}${instead}. ${health}`;
}

async function healthSentence(provider: Provider | undefined, clock: Clock): Promise<string> {
  if (provider?.health === undefined) return 'It cannot be asked whether it can serve.';
  const late = new AbortController();
  const timer = clock.timer(healthTimeoutMs, () => {
    late.abort(new Error(`no answer within ${healthTimeoutMs} ms`));
  });
  try {
    await provider.health(late.signal);
    return 'It answers.';
  } catch (error) {
    const reason = reasonOf(error);
    return `It cannot serve now: ${reason.replace(/\.$/, '')}.`;
  } finally {
    timer.cancel();
  }
}

/** The hint of an exception says what happened; its message is the service's. */
function reasonOf(error: unknown): string {
  if (error instanceof ServiceException && error.hint !== undefined) return error.hint;
  return error instanceof Error ? error.message : String(error);
}

function familySentence({ family, resolved, pattern }: Route, match: Match | undefined): string {
  const isSaid = pattern !== undefined && match?.places.some((place) => place.family === family);
  const why = isSaid
    ? 'the configuration says so'
    : resolved === undefined
      ? 'it is what the place speaks'
      : 'the catalogue says so';
  return `Native requests (InvokeModel) are in the format ${family}: ${why}.`;
}

const capabilities = [
  'documents',
  'images',
  'promptCaching',
  'reasoning',
  'stopSequences',
  'structuredOutput',
  'system',
  'tools',
] as const satisfies readonly Capability[];

function capabilitySentences({ places }: Route, { providers }: Explaining): readonly string[] {
  const [first] = places;
  const carried = first && providers.get(first.provider)?.capabilities;
  if (first === undefined || carried === undefined) return [];
  const lacking = capabilities.filter((capability) => !carried.has(capability));
  const emulated = lacking.filter((capability) => capability in emulations);
  const absent = lacking.filter((capability) => !(capability in emulations));
  const { provider } = first;
  return [
    sentence(
      `${provider} carries`,
      capabilities.filter((it) => carried.has(it)),
    ),
    sentence(`Emulated for ${provider}`, emulated),
    sentence(`Refused or left out with a word for ${provider}`, absent),
  ].flat();
}

function sentence(beginning: string, names: readonly string[]): readonly string[] {
  return names.length === 0 ? [] : [`${beginning}: ${names.join(', ')}.`];
}

function awsSentence(modelId: string, explaining: Explaining): string {
  if (resolveModelId(modelId) === undefined) return 'AWS does not know this ID.';
  const { config, asker } = explaining;
  try {
    createRouter({ ...config, fidelity: 'aws' }, () => 0)(modelId, asker);
    return 'Under fidelity aws the ID is taken, and what AWS offers of the model.';
  } catch (error) {
    if (!(error instanceof ServiceException)) throw error;
    return `Under fidelity aws it is refused with ${error.name}: ${error.message}`;
  }
}
