// The providers of a configuration: what each type takes.

import { z } from 'zod';
import type { ProviderSettings } from '../../providers/index.ts';
import type { VendorName } from '../../providers/openai-compatible/vendors.ts';

/** An amount of memory as people write it, in bytes. */
export const memory = z
  .string()
  .regex(/^\d+(\.\d+)? ?[MG]B$/i, 'must be an amount such as 600 MB or 2 GB')
  .transform((text) => Number.parseFloat(text) * (/G/i.test(text) ? 1e9 : 1e6));

export const gpu = z.enum(['auto', 'off']);

// Node's timers fire at once when they are set for longer.
export const milliseconds = z.int().positive().max(2_147_483_647);

const totalMs = milliseconds.optional();

/** What every provider takes: what is done where it fails, or is asked for too much. */
const resilience = {
  /** How often a request that failed is repeated there, where that may help. */
  retries: z.int().min(0).max(10).optional(),
  timeouts: z.strictObject({ totalMs }).optional(),
  limits: z
    .strictObject({
      /** Answers at a time; a stream counts until it ends. */
      concurrent: z.int().positive().optional(),
      /** Requests that may wait for their turn. */
      queued: z.int().min(0).optional(),
    })
    .optional(),
  /** Whether it is left alone for a while when it keeps failing; not where it runs here. */
  circuit: z.boolean().optional(),
};

// Beyond these bytes a header would break, or carry another one.
const headerText = z
  .string()
  .trim()
  .regex(/^[\t\u{20}-\u{7e}\u{80}-\u{ff}]+$/u, 'must be the text of a header, in one line');

const address = z
  .url({ protocol: /^https?$/, error: 'must be an address that begins with http:// or https://' })
  .refine((url) => new URL(url).username === '', 'must hold no key: put it into apiKey');

/** What every place takes that is reached over HTTP. */
const overHttp = {
  ...resilience,
  apiKey: headerText.optional(),
  /** Sent with every request. */
  headers: z
    .record(z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, 'must be the name of a header'), headerText)
    .transform(inLowerCase)
    .optional(),
  timeouts: z
    .strictObject({
      /** Until there is a connection. */
      connectMs: milliseconds.optional(),
      /** Until the first byte of the answer. */
      firstByteMs: milliseconds.optional(),
      /** Between two reads of the answer. */
      idleMs: milliseconds.optional(),
      totalMs,
    })
    .optional(),
};

/** Two spellings of one name would be two headers. */
function inLowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}

const knownServers = [
  'azure',
  'cerebras',
  'deepseek',
  'fireworks',
  'gemini',
  'groq',
  'hugging-face',
  'llama.cpp',
  'lm-studio',
  'nvidia',
  'ollama',
  'openai',
  'openrouter',
  'sglang',
  'together',
  'vllm',
  'xai',
] as const satisfies readonly VendorName[];

const openaiCompatible = z
  .strictObject({
    type: z.literal('openai-compatible'),
    /** Up to and with the version: `http://127.0.0.1:8000/v1`. */
    baseUrl: address.optional(),
    /** Whose server it is; seen by its address when absent. */
    vendor: z.enum(knownServers).optional(),
    ...overHttp,
  })
  .refine(hasAddress, { path: ['baseUrl'], error: 'must be given, or a vendor with an address' });

function hasAddress(settings: Pick<ProviderSettings, 'baseUrl' | 'vendor'>): boolean {
  // Each customer of Azure has an address of its own.
  const isEverywhere = settings.vendor === undefined || settings.vendor === 'azure';
  return settings.baseUrl !== undefined || !isEverywhere;
}

const bedrock = z
  .strictObject({
    type: z.literal('bedrock'),
    /** Whose models; AWS_REGION's when absent. */
    region: z
      .string()
      .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be a region')
      .optional(),
    /** In place of AWS's own address; no variable changes that. */
    endpoint: address.optional(),
    /** A profile of AWS's files; what AWS's chain of providers finds when absent. */
    profile: z.string().min(1).optional(),
    accessKeyId: z.string().min(1).optional(),
    secretAccessKey: z.string().min(1).optional(),
    sessionToken: z.string().min(1).optional(),
    ...overHttp,
  })
  .refine(
    ({ accessKeyId, secretAccessKey }) =>
      (accessKeyId === undefined) === (secretAccessKey === undefined),
    { path: ['secretAccessKey'], error: 'and accessKeyId must be given together' },
  );

const types = [
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
  z.strictObject({ type: z.literal('anthropic'), baseUrl: address.optional(), ...overHttp }),
  bedrock,
  z.strictObject({ type: z.literal('mistral'), baseUrl: address.optional(), ...overHttp }),
  openaiCompatible,
] as const;

export const provider = z.discriminatedUnion('type', types);

/** Where servers of models are looked for, up to and with the version; only those are. */
export const discover = z.strictObject({
  'llama-cpp': address.optional(),
  'lm-studio': address.optional(),
  ollama: address.optional(),
  sglang: address.optional(),
  vllm: address.optional(),
});

/** The keys that a provider of a type takes; those of any type where there is no such type. */
export function providerKeys(type: unknown): readonly string[] {
  const known = types.filter(({ shape }) => shape.type.value === type);
  const fitting = known.length > 0 ? known : types;
  return [...new Set(fitting.flatMap(({ shape }) => Object.keys(shape)))];
}

/** The keys of one of its members that is an object, such as `timeouts`. */
export function memberKeys(type: unknown, member: string): readonly string[] {
  for (const { shape } of types) {
    if (shape.type.value !== type) continue;
    const schema = Object.entries(shape).find(([name]) => name === member)?.[1];
    const inner = schema instanceof z.ZodOptional ? schema.unwrap() : schema;
    if (inner instanceof z.ZodObject) return Object.keys(inner.shape);
  }
  return [];
}

export const providerTypes: readonly string[] = types.map(({ shape }) => shape.type.value);
