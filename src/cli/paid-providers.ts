// The flags that switch on providers that cost money; nothing else does but the configuration file.

import type { Environment } from '../environment.ts';
import type { Config, ProviderConfig, RouteConfig } from '../service/config.ts';
import { ConfigError } from '../service/config.ts';

export interface PaidFlags {
  readonly anthropic?: boolean;
  readonly mistral?: boolean;
  readonly aws?: boolean;
}

type Variables = Environment['variables'];

/**
 * The configuration with what the flags switch on: behind the patterns of the file, before its `*`.
 * Throws ConfigError where a key is missing.
 */
export function withPaid(config: Config, flags: PaidFlags, variables: Variables): Config {
  const names = paid.filter(({ flag }) => flags[flag] === true).map(({ flag }) => flag);
  if (names.length === 0 || config.simulated) return config;
  const added = names.map((name) => [name, settingsOf(name, config, variables)] as const);
  const { '*': rest, ...models } = config.models;
  const routes = routesOf(new Set(names));
  const last = names.includes('aws') ? undefined : rest;
  return {
    ...config,
    providers: { ...config.providers, ...Object.fromEntries(added) },
    models: { ...models, ...routes, ...(last !== undefined && { '*': last }) },
  };
}

type Name = 'anthropic' | 'aws' | 'mistral';

/** What each flag needs of the environment. */
const paid = [
  { flag: 'anthropic', variable: 'ANTHROPIC_API_KEY' },
  { flag: 'mistral', variable: 'MISTRAL_API_KEY' },
  { flag: 'aws', variable: undefined },
] as const satisfies readonly { readonly flag: Name; readonly variable: string | undefined }[];

function settingsOf(name: Name, { providers }: Config, variables: Variables): ProviderConfig {
  const known = providers[name];
  const type = name === 'aws' ? 'bedrock' : name;
  if (known?.type === type) return known;
  if (known !== undefined) {
    throw new ConfigError(
      `--${name} asks for a provider named ${name}, and the configuration has another of that ` +
        `name, of the type ${known.type}. Call it something else.`,
    );
  }
  if (type === 'bedrock') return { type };
  const variable = `${name.toUpperCase()}_API_KEY`;
  const apiKey = variables[variable]?.trim() ?? '';
  if (apiKey !== '') return { type, apiKey };
  throw new ConfigError(`--${name} needs a key: set ${variable}.`);
}

/** Each maker's models are its own first; Bedrock has them all. */
function routesOf(names: ReadonlySet<Name>): Config['models'] {
  const aws: readonly RouteConfig[] = names.has('aws') ? [{ provider: 'aws' }] : [];
  const routes: Record<string, readonly RouteConfig[]> = {};
  for (const maker of ['anthropic', 'mistral'] as const) {
    if (names.has(maker)) routes[`${maker}.*`] = [{ provider: maker }, ...aws];
  }
  if (aws.length > 0) routes['*'] = aws;
  return routes;
}

/** A line for each key that is there and that nothing uses. */
export function unusedKeys({ providers }: Config, variables: Variables): readonly string[] {
  const types = new Set(Object.values(providers).map(({ type }) => type));
  const lines = paid.flatMap(({ flag, variable }) =>
    variable === undefined || !variables[variable] || types.has(flag)
      ? []
      : [`${variable} is set; --${flag} uses it.`],
  );
  const hasAws = !types.has('bedrock') && hasCredentials(variables);
  return hasAws ? [...lines, 'AWS credentials are set; --aws uses them.'] : lines;
}

/** Those who call us set these, too, to anything: only what AWS gives out counts. */
function hasCredentials(variables: Variables): boolean {
  const { AWS_ACCESS_KEY_ID: id = '', AWS_BEARER_TOKEN_BEDROCK: token = '' } = variables;
  return /^A(?:KI|SI)A[A-Z0-9]{12,}$/.test(id) || token.startsWith('bedrock-api-key-');
}
