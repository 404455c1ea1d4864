// The models that places list by themselves, known by IDs of their own beside the catalogue's.

import type { Environment } from '../environment.ts';
import { liveModelsAgeMs, liveModelsMax, liveModelsTimeoutMs } from '../limits.ts';
import { liveModelId, normalLiveId } from '../models/catalog/live-id.ts';
import type { FamilyName } from '../models/catalog/model.ts';
import { nameInArn, resolveModelId } from '../models/catalog/model-id.ts';
import type { Place as AnyPlace } from '../providers/provider.ts';
import type { ProviderConfig } from './config.ts';
import { familyAt } from './placed-model.ts';

export interface LiveModel {
  /** What a client calls it. */
  readonly modelId: string;
  /** The provider, by its name in the configuration. */
  readonly provider: string;
  /** What its place calls it. */
  readonly name: string;
  /** What its native requests are in. */
  readonly family: FamilyName;
}

export interface LiveModels {
  /** By what is known now; asks nobody. */
  find(modelId: string): LiveModel | undefined;
  /** Asks the places that may have such a model; undefined where all were asked just now. */
  look(modelId: string): Promise<void> | undefined;
  /** What the places have now, or had a short while ago. One that does not say is left out. */
  list(): Promise<readonly LiveModel[]>;
  /** Gives up what is being asked. */
  close(): void;
}

export interface LivePlace {
  readonly type: ProviderConfig['type'];
  readonly models: NonNullable<AnyPlace['models']>;
}

export const noLiveModels: Pick<LiveModels, 'find'> = { find: () => undefined };

/** Nobody is asked before somebody wants to know. */
export function createLiveModels(
  places: ReadonlyMap<string, LivePlace>,
  environment: Pick<Environment, 'clock' | 'log'>,
): LiveModels {
  const closing = new AbortController();
  let byId: ReadonlyMap<string, LiveModel> = new Map();
  const listing = { environment, closing: closing.signal, onChange };
  const lists = [...places].map(([name, place]) => createList(name, place, listing));

  function onChange(): void {
    byId = indexOf(lists);
  }

  return {
    find: (modelId) => byId.get(keyOf(modelId)),
    look(modelId) {
      const key = keyOf(modelId);
      return refresh(lists.filter((list) => list.mayHave(key)));
    },
    async list() {
      await refresh(lists);
      return [...byId.values()];
    },
    close() {
      closing.abort();
    },
  };
}

/** The same for somebody for whom not all of it is. */
export function openLive(
  live: LiveModels,
  isOpen: (model: LiveModel) => boolean,
): Pick<LiveModels, 'find' | 'list' | 'look'> {
  return {
    look: (modelId) => live.look(modelId),
    find(modelId) {
      const found = live.find(modelId);
      return found !== undefined && isOpen(found) ? found : undefined;
    },
    list: async () => (await live.list()).filter(isOpen),
  };
}

/** Of one place: what it listed when it was asked last. */
interface List {
  models: readonly LiveModel[];
  mayHave(key: string): boolean;
  /** Undefined where it was asked just now. */
  refresh(): Promise<void> | undefined;
}

interface Listing {
  readonly environment: Pick<Environment, 'clock' | 'log'>;
  readonly closing: AbortSignal;
  readonly onChange: () => void;
}

function createList(provider: string, place: LivePlace, listing: Listing): List {
  const { clock } = listing.environment;
  let askedMs = -Infinity;
  let asking: Promise<void> | undefined;

  async function ask(): Promise<void> {
    const names = await namesOf(provider, place, listing);
    list.models = toModels(provider, place.type, names);
    askedMs = clock.monotonic();
    asking = undefined;
    listing.onChange();
  }

  const list: List = {
    models: [],
    mayHave: (key) => place.type === 'bedrock' || key.startsWith(liveModelId(provider, '')),
    refresh() {
      if (clock.monotonic() - askedMs < liveModelsAgeMs) return undefined;
      asking ??= ask();
      return asking;
    },
  };
  return list;
}

function refresh(lists: readonly List[]): Promise<void> | undefined {
  const asked = lists.flatMap((list) => list.refresh() ?? []);
  return asked.length === 0 ? undefined : Promise.all(asked).then(() => undefined);
}

/** None where the place does not say; that is logged, and it is asked again after a while. */
async function namesOf(
  provider: string,
  { models }: LivePlace,
  { environment: { clock, log }, closing }: Listing,
): Promise<readonly string[]> {
  const late = new AbortController();
  const timer = clock.timer(liveModelsTimeoutMs, () => {
    late.abort(new Error(`no answer within ${liveModelsTimeoutMs} ms`));
  });
  try {
    const names = await models(AbortSignal.any([closing, late.signal]));
    return names.slice(0, liveModelsMax);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (!closing.aborted) log.warn({ provider, reason }, 'a place did not list its models');
    return [];
  } finally {
    timer.cancel();
  }
}

function toModels(
  provider: string,
  type: ProviderConfig['type'],
  names: readonly string[],
): readonly LiveModel[] {
  const family = familyAt(type);
  const taken = new Set<string>();
  return names.toSorted().flatMap((name) => {
    // What Bedrock lists has its own ID; the catalogue's models are found there.
    if (type === 'bedrock' && resolveModelId(name) !== undefined) return [];
    const modelId = type === 'bedrock' ? name : untaken(liveModelId(provider, name), taken);
    return [{ modelId, provider, name, family }];
  });
}

/** Names that differ in signs only are told apart by a number, in their order. */
function untaken(modelId: string, taken: Set<string>): string {
  let id = modelId;
  for (let count = 2; taken.has(id); count += 1) id = `${modelId}-${count}`;
  taken.add(id);
  return id;
}

function indexOf(lists: readonly List[]): ReadonlyMap<string, LiveModel> {
  const models = lists.flatMap((list) => list.models);
  // Of two places of one name in other letters the first keeps it.
  return new Map(models.toReversed().map((model) => [keyOf(model.modelId), model]));
}

/** By what an ID is known, whatever its spelling. */
function keyOf(modelId: string): string {
  const name = nameInArn(modelId) ?? modelId;
  return normalLiveId(name) ?? name;
}
