// What the catalogue knows of a foundation model. The rows are in models.ts.

/** A model's native format: the one vocabulary of catalogue, configuration and registry. */
export const familyNames = [
  'anthropic-text-legacy',
  'claude',
  'cohere-command',
  'command-r',
  'deepseek-r1',
  'j2',
  'jamba',
  'llama',
  'mistral',
  'mistral-chat',
  'nova',
  'openai-chat',
  'titan-text',
] as const;

export type FamilyName = (typeof familyNames)[number];

/** What Converse on AWS lets a caller do with the model. */
export type Feature =
  | 'assistantPrefill'
  | 'converse'
  | 'countTokens'
  | 'documents'
  | 'images'
  | 'leadingAssistant'
  | 'optimizedLatency'
  | 'promptCaching'
  | 'reasoning'
  | 'serviceTiers'
  | 'streamingTools'
  | 'structuredOutput'
  | 'system'
  | 'tools';

/** What a format, a model or a place may lack; emulation makes up for some of it. */
export type Capability =
  | Extract<
      Feature,
      | 'documents'
      | 'images'
      | 'promptCaching'
      | 'reasoning'
      | 'structuredOutput'
      | 'system'
      | 'tools'
    >
  | 'stopSequences';

/** A prompt template of a family that has several. */
export type Template =
  | 'llama2'
  | 'llama3'
  | 'llama4'
  | 'mistral-v1'
  | 'mistral-v2'
  | 'mistral-v3'
  | 'mistral-v7';

export interface FoundationModel {
  readonly modelId: string;
  /** Further spellings that are served here though AWS does not know them. */
  readonly aliases?: readonly string[];
  readonly modelName: string;
  /** The name is made from the ID: what AWS shows is not known. */
  readonly nameIsDerived?: true;
  readonly providerName: string;
  readonly family: FamilyName;
  /** Prompt template of the family, where it has several. */
  readonly template?: Template;
  readonly inputModalities: readonly string[];
  readonly outputModalities: readonly string[];
  readonly inferenceTypesSupported: readonly string[];
  /** AWS refuses the bare ID and wants an inference profile. */
  readonly profileOnly?: true;
  readonly lifecycle: {
    readonly status: 'ACTIVE' | 'LEGACY';
    /** YYYY-MM-DD */
    readonly legacyTime?: string;
    /** YYYY-MM-DD */
    readonly endOfLifeTime?: string;
    /** AWS answers 404 now. */
    readonly retired?: true;
  };
  readonly contextWindowTokens: number;
  readonly maxOutputTokens: number;
  /** On-demand regions; absent where unknown, which is not "none". */
  readonly regions?: readonly string[];
  readonly inferenceProfileIds?: readonly string[];
  readonly features: readonly Feature[];
  readonly toolChoice?: readonly ('any' | 'auto' | 'tool')[];
  /** Shortest prefix that a cache checkpoint keeps. */
  readonly promptCacheTokensMin?: number;
  /** List prices in US dollars for a million tokens, standard tier. */
  readonly price?: {
    readonly input: number | null;
    readonly output: number | null;
    readonly cacheRead?: number;
    readonly cacheWrite?: number;
  };
  readonly source: string;
  readonly notes?: string;
}
