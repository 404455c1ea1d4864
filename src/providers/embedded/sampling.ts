// How the next token is chosen: Converse's inferenceConfig in llama.cpp's words.

import type { LlamaGrammar } from 'node-llama-cpp';

import type { InferenceConfiguration } from '../../protocol/api/types.generated.ts';
import type { Environment } from '../../environment.ts';

export interface Sampling {
  readonly temperature: number;
  readonly topP: number;
  readonly topK: number;
  readonly seed: number;
}

/** What the next tokens may be: text that begins an answer, text that goes on, or a grammar's. */
export type Constraint = 'beginning' | 'text' | LlamaGrammar;

// What the example on the default model's card uses; Claude's default of 1 is for bigger models.
const defaultTemperature = 0.2;
const defaultTopP = 0.9;

// llama.cpp's own default. Converse has no such member; below the fortieth token there is only
// noise at any temperature, and sorting the whole vocabulary for topP costs a fifth of the speed.
const topK = 40;

/** Temperature 0 is greedy: always the likeliest token. */
export function toSampling(
  { temperature = defaultTemperature, topP = defaultTopP }: InferenceConfiguration,
  environment: Environment,
): Sampling {
  const bytes = environment.random.bytes(4);
  const seed = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  return { temperature, topP, topK, seed };
}
