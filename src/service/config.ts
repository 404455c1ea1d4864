// The configuration: what may stand in openconverse.yaml, in OPENCONVERSE_* and in the flags.

import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { logLevels } from '../environment.ts';
import { familyNames } from '../models/catalog/model.ts';
import { nearest } from '../models/catalog/nearest.ts';
import { discover, gpu, memberKeys, memory, provider } from './config/providers.ts';
import { providerKeys, providerTypes } from './config/providers.ts';
import { drain, telemetry, workers } from './config/running.ts';
import type { Variables } from './config/variables.ts';
import { fillVariables, MissingVariable, quoteVariables } from './config/variables.ts';

const allowed = {
  /** Who it is in a denial; the key's own ID when absent. */
  name: z.string().min(1).optional(),
  /** Patterns of the model IDs that it may call; all when absent. */
  models: z.array(z.string().min(1)).optional(),
  /** The operations that it may call; all when absent. */
  operations: z.array(z.string().min(1)).optional(),
};

const key = z.union([
  z.strictObject({
    accessKeyId: z.string().min(1),
    secretAccessKey: z.string().min(1),
    sessionToken: z.string().min(1).optional(),
    ...allowed,
  }),
  z.strictObject({ apiKey: z.string().min(1), ...allowed }),
]);

/** Where a model is served. Of a list the next is tried when one fails. */
const route = z.strictObject({
  /** The provider, by its name. */
  provider: z.string().min(1),
  /** The model's ID there; the one that the client sends when absent. */
  model: z.string().min(1).optional(),
  /** What its native requests are in, where the catalogue does not say. */
  family: z.enum(familyNames).optional(),
  /** Its share of the requests, of those with a weight. */
  weight: z.number().positive().optional(),
  /** Only for requests that are signed for these regions. */
  regions: z.array(z.string().min(1)).min(1).optional(),
  /** Only for callers with these keys, by their names. */
  keys: z.array(z.string().min(1)).min(1).optional(),
});

/** Several places, and how they share. */
const shared = z.strictObject({
  places: z.array(route).min(1),
  /** Requests that begin alike go to the same place: it may have kept their beginning. */
  affinity: z.literal('prefix').optional(),
});

type Place = z.infer<typeof route>;
export type RouteConfig = Place & Pick<z.infer<typeof shared>, 'affinity'>;

function toList(value: Place | Place[] | z.infer<typeof shared>): readonly RouteConfig[] {
  if (Array.isArray(value)) return value;
  if (!('places' in value)) return [value];
  const { places, affinity } = value;
  return affinity === undefined
    ? places
    : places.map((place) => Object.assign({ affinity }, place));
}

const switches = new Set(['discover', 'simulated', 'strict']);
const yesOrNo = new Set(['true', 'false', '1', '0']);

const schema = z.strictObject({
  /** HOST:PORT; port 0 takes a free one. */
  listen: z
    .string()
    .regex(/^.+:\d{1,5}$/, 'must be HOST:PORT')
    .default('127.0.0.1:8787'),
  /** `open`: what the route can do is allowed. `aws`: what AWS refuses is refused, in its words. */
  fidelity: z.enum(['open', 'aws']).default('open'),
  /** Two messages of one role in a row are refused, as in 2024; else they count as one. */
  strict: z.boolean().default(false),
  /** Serve every model ID with the simulated provider and open its control paths. */
  simulated: z.boolean().default(false),
  /** The embedded default: a known name or the path of a GGUF file. */
  model: z.string().min(1).optional(),
  /** What the embedded default may take; as much as two answers at a time need when absent. */
  memory: memory.optional(),
  /** Whether the embedded default runs on a graphics card where there is one. */
  gpu: gpu.default('auto'),
  /** The region of a request whose signature names none. */
  region: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be a region')
    .default('us-east-1'),
  /** Further host names that requests may be addressed to. */
  hosts: z.array(z.string().min(1)).default([]),
  /** The folder of what is kept between starts: the weights of models. */
  data: z
    .string()
    .min(1)
    .default(join(homedir(), '.local', 'share', 'openconverse')),
  logLevel: z.enum(logLevels).default('warn'),
  /** `none`: anyone on this machine. `keys`: signatures and API keys are checked. */
  auth: z.enum(['none', 'keys']).optional(),
  /** The keys that callers may have; any turns `auth` to `keys`. */
  keys: z.array(key).default([]),
  /** Answers https on the same port: files of PEM text, or a certificate of our own making. */
  tls: z
    .union([
      z.strictObject({ cert: z.string().min(1), key: z.string().min(1) }),
      z.strictObject({ selfSigned: z.string().min(1) }),
    ])
    .optional(),
  /** Whether servers of models on this machine are looked for, and where else than usual. */
  discover: z.union([z.boolean(), discover]).default(true),
  telemetry: telemetry.prefault({}),
  drain: drain.prefault({}),
  /** Processes that share the port; `auto`: one for each core. */
  workers: workers.default(1),
  providers: z.record(z.string(), provider).default({}),
  /** Pattern of a model ID (`*` stands for any text) to the provider that serves it. */
  models: z
    .record(z.string(), z.union([route, z.array(route).min(1), shared]).transform(toList))
    .default({}),
});

type Parsed = z.infer<typeof schema>;
export type Config = Omit<Parsed, 'auth'> & { readonly auth: 'none' | 'keys' };
export type KeyConfig = z.infer<typeof key>;
export type ConfigInput = z.input<typeof schema>;
export type ProviderConfig = z.infer<typeof provider>;

/** A configuration that cannot be used; the message names the key, the value and the cure. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

export interface ConfigSources {
  /** What the flags say; absent members come from the environment, then from the file. */
  readonly flags?: Partial<ConfigInput>;
  /** The path of a YAML file; `openconverse.yaml` in the working folder where there is one. */
  readonly file?: string | undefined;
  readonly variables?: Readonly<Record<string, string | undefined>>;
}

/** Puts file, environment and flags together, the later ones winning. Throws ConfigError. */
export function loadConfig({ flags = {}, file, variables = {} }: ConfigSources = {}): Config {
  const path = configFile({ file, variables });
  const fromFile = path === undefined ? {} : readFile(path, variables);
  const input = { ...fromFile, ...fromVariables(variables), ...withoutUndefined(flags) };
  const parsed = schema.safeParse(input);
  if (!parsed.success) throw new ConfigError(describe(parsed.error.issues[0], input));
  return checkProviders(withAuth(parsed.data));
}

/** The file that the configuration is read from; undefined where there is none. */
export function configFile({ file, variables = {} }: ConfigSources): string | undefined {
  return file ?? variables['OPENCONVERSE_CONFIG'] ?? defaultFile();
}

function defaultFile(): string | undefined {
  const path = resolve('openconverse.yaml');
  return existsSync(path) ? path : undefined;
}

function readFile(path: string, variables: Variables): object {
  let value: unknown;
  try {
    value = parseYaml(quoteVariables(readFileSync(path, 'utf8')));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError(`The configuration ${path} cannot be read: ${reason}`, { cause: error });
  }
  if (value === null || value === undefined) return {};
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new ConfigError(`The configuration ${path} must hold keys and values.`);
  }
  return filled(value, { path, variables });
}

interface Filling {
  readonly path: string;
  readonly variables: Variables;
}

function filled(value: object, { path, variables }: Filling): object {
  try {
    return fillVariables(value, variables) as object;
  } catch (error) {
    if (!(error instanceof MissingVariable)) throw error;
    throw new ConfigError(
      `The configuration ${path} cannot be used: ${error.message}. Set it, or change the key.`,
    );
  }
}

// Each scalar key may come from the environment: logLevel from OPENCONVERSE_LOG_LEVEL.
const variableNames = {
  listen: 'OPENCONVERSE_LISTEN',
  fidelity: 'OPENCONVERSE_FIDELITY',
  strict: 'OPENCONVERSE_STRICT',
  simulated: 'OPENCONVERSE_SIMULATED',
  model: 'OPENCONVERSE_MODEL',
  memory: 'OPENCONVERSE_MEMORY',
  gpu: 'OPENCONVERSE_GPU',
  region: 'OPENCONVERSE_REGION',
  discover: 'OPENCONVERSE_DISCOVER',
  data: 'OPENCONVERSE_DATA',
  logLevel: 'OPENCONVERSE_LOG_LEVEL',
  workers: 'OPENCONVERSE_WORKERS',
} as const satisfies Partial<Record<keyof Config, string>>;

function fromVariables(variables: Readonly<Record<string, string | undefined>>): object {
  const input: Record<string, unknown> = {};
  for (const [key, name] of Object.entries(variableNames)) {
    const value = variables[name];
    if (value === undefined || value === '') continue;
    const isSwitch = switches.has(key) && yesOrNo.has(value);
    input[key] = isSwitch ? value === 'true' || value === '1' : value;
  }
  return input;
}

/** `ID:SECRET`; undefined for anything else. */
export function parseAccessKey(
  text: string,
): { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined {
  const [, accessKeyId, secretAccessKey] = /^([^:]+):(.+)$/s.exec(text) ?? [];
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  return { accessKeyId, secretAccessKey };
}

function withoutUndefined(flags: object): object {
  return Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));
}

function describe(issue: z.core.$ZodIssue | undefined, input: object): string {
  if (issue === undefined) return 'The configuration is invalid.';
  const path = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? '';
    const [near] = nearest(key, keysAt(issue.path, input), 1);
    const where = path === '' ? '' : ` of ${path}`;
    return `The configuration key ${key}${where} is unknown. The nearest known key is ${near}.`;
  }
  return `The configuration key ${path} is invalid: ${messageOf(issue, input)}.`;
}

/** A type that there is not is told the nearest one. */
function messageOf({ code, message, path }: z.core.$ZodIssue, input: object): string {
  const isType = code === 'invalid_union' && path[0] === 'providers' && path[2] === 'type';
  if (!isType) return message;
  const given = String(memberAt(path, input));
  const [near] = nearest(given, providerTypes, 1);
  return `there is no provider of the type ${given}; the nearest is ${near}`;
}

/** The keys that are known in a place of the configuration. */
function keysAt([room, name, member]: readonly PropertyKey[], input: object): readonly string[] {
  if (room === undefined) return Object.keys(schema.shape);
  if (room === 'models') return [...Object.keys(route.shape), ...Object.keys(shared.shape)];
  if (room === 'discover') return Object.keys(discover.shape);
  if (room === 'drain') return Object.keys(drain.shape);
  if (room === 'telemetry') return Object.keys(telemetry.shape);
  if (room !== 'providers' || name === undefined) return Object.keys(schema.shape);
  const type = memberAt([room, name, 'type'], input);
  return member === undefined ? providerKeys(type) : memberKeys(type, String(member));
}

function memberAt(path: readonly PropertyKey[], input: unknown): unknown {
  let value = input;
  for (const key of path) {
    value = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  }
  return value;
}

/** Keys that nothing checks would be a trap, and so would a check that nobody can pass. */
function withAuth({ auth, ...config }: Parsed): Config {
  if (auth === 'keys' && config.keys.length === 0) {
    throw new ConfigError('The configuration key auth asks for keys, and keys holds none.');
  }
  return { ...config, auth: auth ?? (config.keys.length > 0 ? 'keys' : 'none') };
}

function checkProviders(config: Config): Config {
  const named = Object.entries(config.models).flatMap(([pattern, places]) =>
    places.map(({ provider }) => [pattern, provider] as const),
  );
  for (const [pattern, name] of named) {
    if (name in config.providers || name === defaultProvider) continue;
    const names = Object.keys(config.providers).join(', ') || 'none';
    throw new ConfigError(
      `The model pattern ${pattern} names the provider ${name}, which is not configured. ` +
        `Configured: ${names}.`,
    );
  }
  return config;
}

/** The provider of whatever no pattern matches; it is there though nobody configures it. */
export const defaultProvider = 'local';

/** HOST:PORT taken apart; `[::1]:8787` gives the host without brackets. */
export function parseListen(listen: string): { readonly host: string; readonly port: number } {
  const colon = listen.lastIndexOf(':');
  const port = Number(listen.slice(colon + 1));
  if (port > 65_535) throw new ConfigError(`The port of ${listen} is above 65535.`);
  return { host: listen.slice(0, colon).replace(/^\[(.*)\]$/, '$1'), port };
}
