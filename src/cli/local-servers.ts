// Servers of models on this machine as providers of the configuration.

import type { Environment } from '../environment.ts';
import { isLoopbackName } from '../server/addressed.ts';
import type { Discovered, FoundServer, LocalServer } from '../providers/discovery.ts';
import { liveModelId } from '../models/catalog/live-id.ts';
import type { Config } from '../service/config.ts';

export interface Looking {
  readonly environment: Environment;
  readonly signal: AbortSignal;
  /** Our own address: whoever answers there is no place of ours. */
  readonly self?: string | undefined;
}

/** Asks whoever the configuration lets us ask. */
export async function lookForServers(config: Config, looking: Looking): Promise<Discovered> {
  if (config.discover === false || config.simulated) return { found: [], passed: [] };
  const { discoverServers, usualServers } = await import('../providers/discovery.ts');
  const servers = wanted(config.discover, usualServers);
  const known = [looking.self, ...addresses(config)].flatMap((url) => url ?? []);
  const asked = servers.filter(({ baseUrl }) => !known.some((url) => isSame(url, baseUrl)));
  return discoverServers(asked, looking);
}

/** The addresses that are given take the place of the usual ones. */
function wanted(
  discover: Exclude<Config['discover'], false>,
  usual: readonly LocalServer[],
): readonly LocalServer[] {
  if (discover === true) return usual;
  return usual.flatMap((server) => {
    const baseUrl = discover[server.name as keyof typeof discover];
    return baseUrl === undefined ? [] : [{ ...server, baseUrl }];
  });
}

function addresses({ providers }: Config): readonly string[] {
  return Object.values(providers).flatMap((provider) =>
    'baseUrl' in provider && provider.baseUrl !== undefined ? [provider.baseUrl] : [],
  );
}

/** All names of this machine are one. */
function isSame(one: string, other: string): boolean {
  return hostAndPort(one) === hostAndPort(other);
}

function hostAndPort(url: string): string {
  const { hostname, port, protocol } = new URL(url);
  const host = isLoopbackName(hostname) || hostname === '0.0.0.0' ? 'localhost' : hostname;
  return `${host}:${port || (protocol === 'https:' ? '443' : '80')}`;
}

/** The configuration with what was found; the names that it has stay its own. */
export function withServers(config: Config, found: readonly FoundServer[]): Config {
  if (found.length === 0) return config;
  const added = found.map((server) => [providerName(server, config), server.settings] as const);
  return { ...config, providers: { ...Object.fromEntries(added), ...config.providers } };
}

function providerName({ name, baseUrl }: FoundServer, { providers }: Config): string {
  return name in providers ? `${name}-${new URL(baseUrl).port}` : name;
}

/** A line for each that answered. */
export function describeServers({ found, passed }: Discovered, config: Config): readonly string[] {
  return [
    ...found.map((server) => describeServer(server, providerName(server, config))),
    ...passed.map(({ baseUrl, reason }) => `Not used: ${baseUrl}, for ${reason}.`),
  ];
}

function describeServer({ baseUrl, models }: FoundServer, name: string): string {
  const [first] = models;
  const some = models.length === 1 ? '1 model' : `${models.length} models`;
  const such = first === undefined ? '' : `: ${liveModelId(name, first)}`;
  return `Found ${name} at ${baseUrl} with ${some}${such}${models.length > 1 ? ', ...' : ''}`;
}
