// The places of one engine, each with its guard; an engine that takes over keeps what is the same.

import type { Environment } from '../environment.ts';
import type { Provider } from '../providers/provider.ts';
import type { ProviderConfig } from './config.ts';
import type { Guard, PlaceState } from './resilience/guard.ts';
import { createGuard, isRemote } from './resilience/guard.ts';

export interface Places {
  readonly providers: ReadonlyMap<string, Provider>;
  readonly guards: ReadonlyMap<string, Guard>;
  states(): readonly PlaceState[];
  /** The same place for another engine; it is closed when both have closed it. */
  share(name: string, config: ProviderConfig): Place | undefined;
  close(): Promise<void>;
}

/** A provider at work, and how many engines it works for. */
export interface Place {
  readonly config: ProviderConfig;
  readonly provider: Provider;
  readonly guard: Guard;
  engines: number;
}

export interface PlacesOptions {
  readonly environment: Environment;
  readonly create: (config: ProviderConfig) => Promise<Provider>;
  /** A number from 0 up to 1, for waits that are drawn. */
  readonly chance: () => number;
  /** Those of the engine before. */
  readonly previous?: Places | undefined;
}

export async function createPlaces(
  configs: Readonly<Record<string, ProviderConfig>>,
  options: PlacesOptions,
): Promise<Places> {
  const places = new Map<string, Place>();
  try {
    for (const [name, config] of Object.entries(configs)) {
      places.set(name, await placeOf(name, config, options));
    }
  } catch (error) {
    await closeAll(places);
    throw error;
  }
  const entries = [...places];
  return {
    providers: new Map(entries.map(([name, { provider }]) => [name, provider])),
    guards: new Map(entries.filter(isGuarded).map(([name, { guard }]) => [name, guard])),
    states: () => entries.map(([, { guard }]) => guard.state()),
    share(name, config) {
      const place = places.get(name);
      if (place === undefined || !isSame(place.config, config)) return undefined;
      place.engines += 1;
      return place;
    },
    close: () => closeAll(places),
  };
}

async function placeOf(
  name: string,
  config: ProviderConfig,
  { environment, create, chance, previous }: PlacesOptions,
): Promise<Place> {
  const known = previous?.share(name, config);
  if (known !== undefined) return known;
  const provider = await create(config);
  const { health } = provider;
  const guard = createGuard({ name, config, health, environment, chance });
  return { config, provider, guard, engines: 1 };
}

/** Where nothing is bounded and nothing is repeated a request goes straight to its place. */
function isGuarded([, { config }]: readonly [string, Place]): boolean {
  const { type, retries, circuit, timeouts, limits } = config;
  return isRemote(type) || [retries, circuit, timeouts, limits].some((key) => key !== undefined);
}

/** Configurations are plain data, and their keys stand in the order of the schema. */
function isSame(one: ProviderConfig, other: ProviderConfig): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

async function closeAll(places: ReadonlyMap<string, Place>): Promise<void> {
  await Promise.all([...places.values()].map(leave));
}

async function leave(place: Place): Promise<void> {
  place.engines -= 1;
  if (place.engines > 0) return;
  place.guard.close();
  await place.provider.close();
}
