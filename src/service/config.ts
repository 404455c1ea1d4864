// The configuration: what may stand in openconverse.yaml, in OPENCONVERSE_* and in the flags.

import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { logLevels } from '../environment.ts';
import { familyNames } from '../models/catalog/model.ts';
import { nearest } from '../models/catalog/nearest.ts';

/** An amount of memory as people write it, in bytes. */
const memory = z
  .string()
  .regex(/^\d+(\.\d+)? ?[MG]B$/i, 'must be an amount such as 600 MB or 2 GB')
  .transform((text) => Number.parseFloat(text) * (/G/i.test(text) ? 1e9 : 1e6));

const gpu = z.enum(['auto', 'off']);

// Node's timers fire at once when they are set for longer.
const milliseconds = z.int().positive().max(2_147_483_647);

/** What every provider takes: what is done where it fails, or is asked for too much. */
const resilience = {
  /** How often a request that failed is repeated there, where that may help. */
  retries: z.int().min(0).max(10).optional(),
  /** Whether it is left alone for a while after failures in a row. */
  circuit: z.boolean().optional(),
  timeouts: z.strictObject({ totalMs: milliseconds.optional() }).optional(),
  limits: z
    .strictObject({
      /** Answers at a time; a stream counts until it ends. */
      concurrent: z.int().positive().optional(),
      /** Requests that may wait for their turn. */
      queued: z.int().min(0).optional(),
    })
    .optional(),
};

const provider = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('embedded'),
    /** A known name or the path of a GGUF file; the default model when absent. */
    model: z.string().min(1).optional(),
    memory: memory.optional(),
    gpu: gpu.optional(),
    /** A Jinja file that takes the place of the chat template in the model's file. */
    chatTemplate: z.string().min(1).optional(),
    ...resilience,
  }),
  z.strictObject({ type: z.literal('simulated'), ...resilience }),
]);

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

function toList<Item>(value: Item | Item[]): readonly Item[] {
  return Array.isArray(value) ? value : [value];
}

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
  providers: z.record(z.string(), provider).default({}),
  /** Pattern of a model ID (`*` stands for any text) to the provider that serves it. */
  models: z
    .record(z.string(), z.union([route, z.array(route).min(1)]).transform(toList))
    .default({}),
});

type Parsed = z.infer<typeof schema>;
export type Config = Omit<Parsed, 'auth'> & { readonly auth: 'none' | 'keys' };
export type KeyConfig = z.infer<typeof key>;
export type RouteConfig = z.infer<typeof route>;
export type ConfigInput = z.input<typeof schema>;
export type ProviderConfig = z.infer<typeof provider>;
export type ResilienceConfig = Pick<ProviderConfig, keyof typeof resilience>;

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
  const path = file ?? variables['OPENCONVERSE_CONFIG'] ?? defaultFile();
  const fromFile = path === undefined ? {} : readFile(path);
  const input = { ...fromFile, ...fromVariables(variables), ...withoutUndefined(flags) };
  const parsed = schema.safeParse(input);
  if (!parsed.success) throw new ConfigError(describe(parsed.error.issues[0]));
  return checkProviders(withAuth(parsed.data));
}

function defaultFile(): string | undefined {
  const path = resolve('openconverse.yaml');
  return existsSync(path) ? path : undefined;
}

function readFile(path: string): object {
  let value: unknown;
  try {
    value = parseYaml(readFileSync(path, 'utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError(`The configuration ${path} cannot be read: ${reason}`, { cause: error });
  }
  if (value === null || value === undefined) return {};
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new ConfigError(`The configuration ${path} must hold keys and values.`);
  }
  return value;
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
  data: 'OPENCONVERSE_DATA',
  logLevel: 'OPENCONVERSE_LOG_LEVEL',
} as const satisfies Partial<Record<keyof Config, string>>;

function fromVariables(variables: Readonly<Record<string, string | undefined>>): object {
  const input: Record<string, unknown> = {};
  for (const [key, name] of Object.entries(variableNames)) {
    const value = variables[name];
    if (value === undefined || value === '') continue;
    const isSwitch = (key === 'simulated' || key === 'strict') && /^(true|false|1|0)$/.test(value);
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

function describe(issue: z.core.$ZodIssue | undefined): string {
  if (issue === undefined) return 'The configuration is invalid.';
  const path = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? '';
    const [near] = nearest(
      key,
      path === ''
        ? Object.keys(schema.shape)
        : [
            ...Object.keys(resilience),
            'type',
            'model',
            'memory',
            'gpu',
            'chatTemplate',
            'provider',
          ],
      1,
    );
    const where = path === '' ? '' : ` of ${path}`;
    return `The configuration key ${key}${where} is unknown. The nearest known key is ${near}.`;
  }
  return `The configuration key ${path} is invalid: ${issue.message}.`;
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
