// What the servers of OpenAI's chat format do each in their own way, a row each.

import type { Capability } from '../../models/catalog/model.ts';

export interface Vendor {
  /** Where it is, where everybody's is in the same place, or it listens there by itself. */
  readonly baseUrl?: string;
  /** Hosts that are its own, with a dot before them for any host below, or `:PORT`. */
  readonly hosts: readonly string[];
  /** How it departs from what most do; `OpenaiQuirks` of the family says what each means. */
  readonly quirks: ChatQuirks;
  readonly lacks?: readonly Capability[];
  /** The header that holds the key; `authorization`, as a bearer, where it is none. */
  readonly keyHeader?: string;
  /** From the root of the host: what says that models are loaded. Else its list of models. */
  readonly healthPath?: string;
  /** Of its own list those that it fetches from elsewhere for money: they are not listed. */
  readonly paidModels?: RegExp;
  /** From the root of the host: what says what its model's chat template can. */
  readonly propertiesPath?: string;
  /** It hears a client leave a stream, and works on at a whole answer that nobody waits for. */
  readonly hearsOnlyStreams?: boolean;
}

export interface ChatQuirks {
  readonly maxTokensMember?: 'max_completion_tokens' | 'max_tokens';
  readonly reasoningField?:
    | 'none'
    | 'reasoning'
    | 'reasoning-tags'
    | 'reasoning_content'
    | 'think-tags';
  readonly developerRole?: boolean;
  readonly contentParts?: boolean;
  readonly carriesFiles?: boolean;
  readonly carriesSchemas?: boolean;
  readonly carriesEffort?: boolean;
  readonly streamUsage?: 'last-chunk' | 'none' | 'own-chunk';
}

const openaiQuirks = {
  maxTokensMember: 'max_completion_tokens',
  // It tells no reasoning here, and reads none.
  reasoningField: 'none',
  carriesFiles: true,
} as const satisfies ChatQuirks;

// From the makers' own documents, late in 2026. What is not here is done as most do it.
export const vendors = {
  azure: {
    hosts: ['.openai.azure.com', '.services.ai.azure.com', '.cognitiveservices.azure.com'],
    quirks: openaiQuirks,
    keyHeader: 'api-key',
  },
  cerebras: {
    baseUrl: 'https://api.cerebras.ai/v1',
    hosts: ['api.cerebras.ai'],
    quirks: { maxTokensMember: 'max_completion_tokens', reasoningField: 'reasoning' },
  },
  deepseek: {
    baseUrl: 'https://api.deepseek.com/v1',
    hosts: ['api.deepseek.com'],
    // Its JSON mode takes no schema, and its content is one text.
    quirks: { contentParts: false, carriesSchemas: false },
  },
  fireworks: {
    baseUrl: 'https://api.fireworks.ai/inference/v1',
    hosts: ['api.fireworks.ai'],
    quirks: {},
  },
  gemini: {
    baseUrl: 'https://generativelanguage.googleapis.com/v1beta/openai',
    hosts: ['generativelanguage.googleapis.com'],
    quirks: { reasoningField: 'none' },
  },
  groq: {
    baseUrl: 'https://api.groq.com/openai/v1',
    hosts: ['api.groq.com'],
    quirks: { maxTokensMember: 'max_completion_tokens', reasoningField: 'reasoning' },
  },
  'hugging-face': {
    baseUrl: 'https://router.huggingface.co/v1',
    hosts: ['router.huggingface.co'],
    quirks: {},
  },
  'llama.cpp': {
    baseUrl: 'http://127.0.0.1:8080/v1',
    hosts: [':8080'],
    // It passes over an effort without a word.
    quirks: { carriesEffort: false },
    healthPath: '/health',
    propertiesPath: '/props',
    hearsOnlyStreams: true,
  },
  'lm-studio': {
    baseUrl: 'http://127.0.0.1:1234/v1',
    hosts: [':1234'],
    quirks: {},
  },
  nvidia: {
    baseUrl: 'https://integrate.api.nvidia.com/v1',
    hosts: ['integrate.api.nvidia.com'],
    quirks: {},
  },
  ollama: {
    baseUrl: 'http://127.0.0.1:11434/v1',
    hosts: [':11434', 'ollama.com'],
    quirks: { reasoningField: 'reasoning' },
    paidModels: /[:-]cloud$/,
  },
  openai: {
    baseUrl: 'https://api.openai.com/v1',
    hosts: ['api.openai.com'],
    quirks: openaiQuirks,
  },
  openrouter: {
    baseUrl: 'https://openrouter.ai/api/v1',
    hosts: ['openrouter.ai'],
    quirks: { reasoningField: 'reasoning', carriesFiles: true },
  },
  sglang: {
    baseUrl: 'http://127.0.0.1:30000/v1',
    hosts: [':30000'],
    quirks: {},
    healthPath: '/health',
  },
  together: {
    baseUrl: 'https://api.together.xyz/v1',
    hosts: ['api.together.xyz', 'api.together.ai'],
    quirks: { reasoningField: 'reasoning', streamUsage: 'last-chunk' },
  },
  vllm: {
    baseUrl: 'http://127.0.0.1:8000/v1',
    hosts: [':8000'],
    quirks: { reasoningField: 'reasoning' },
    healthPath: '/health',
  },
  xai: {
    baseUrl: 'https://api.x.ai/v1',
    hosts: ['api.x.ai'],
    quirks: { maxTokensMember: 'max_completion_tokens' },
  },
} as const satisfies Record<string, Vendor>;

export type VendorName = keyof typeof vendors;

const rows: readonly Vendor[] = Object.values(vendors);

/** What is done where nobody says whose server it is. */
const anyServer: Vendor = { hosts: [], quirks: {} };

/** Of the models that a server lists those that run there. */
export function freeModels({ paidModels }: Vendor, names: readonly string[]): readonly string[] {
  return paidModels === undefined ? names : names.filter((name) => !paidModels.test(name));
}

/** The row that is named, else the one whose host the address has. */
export function vendorOf(name: VendorName | undefined, baseUrl: string | undefined): Vendor {
  if (name !== undefined) return vendors[name];
  if (baseUrl === undefined) return anyServer;
  const { hostname, port } = new URL(baseUrl);
  const fits = (host: string): boolean =>
    host === hostname || host === `:${port}` || (host.startsWith('.') && hostname.endsWith(host));
  return rows.find(({ hosts }) => hosts.some(fits)) ?? anyServer;
}
