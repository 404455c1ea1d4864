// What the servers of OpenAI's format do each in their own way, as data: a row for each kind.

import type { Capability } from '../../catalog/model.ts';

export interface OpenaiQuirks {
  /** Whether a request and its answer name the model. */
  readonly namesModel: boolean;
  /** Which of the two is written; both are read. */
  readonly maxTokensMember: 'max_completion_tokens' | 'max_tokens';
  /**
   * Where reasoning is written, in history and in answers; `none` leaves it out. It is read from
   * all of them, but from the text of history only where it is written there.
   */
  readonly reasoningField:
    | 'none'
    | 'reasoning'
    | 'reasoning-tags'
    | 'reasoning_content'
    | 'think-tags';
  /** System texts are a developer's. */
  readonly developerRole: boolean;
  /** Content may be a list of parts: several texts, images, sounds. Else it is one text. */
  readonly contentParts: boolean;
  /** A document in PDF is a part of the content. */
  readonly carriesFiles: boolean;
  /** Answers can be held to a JSON schema. */
  readonly carriesSchemas: boolean;
  readonly carriesEffort: boolean;
  /**
   * Where a stream counts its tokens: in a chunk of its own after the last one, in the last one, or
   * nowhere. `own-chunk` must be asked for with `stream_options`.
   */
  readonly streamUsage: 'last-chunk' | 'none' | 'own-chunk';
}

/** What most servers of open models take: vLLM, SGLang, llama.cpp, Ollama. */
export const defaultQuirks: OpenaiQuirks = {
  namesModel: true,
  // OpenAI's older name, which everybody reads; its newer models want the other.
  maxTokensMember: 'max_tokens',
  reasoningField: 'reasoning_content',
  developerRole: false,
  contentParts: true,
  carriesFiles: false,
  carriesSchemas: true,
  carriesEffort: true,
  streamUsage: 'own-chunk',
};

export function carriedBy(quirks: OpenaiQuirks): ReadonlySet<Capability> {
  const carried = new Set<Capability>(['stopSequences', 'system', 'tools']);
  if (quirks.contentParts) carried.add('images');
  if (quirks.carriesFiles) carried.add('documents');
  if (quirks.carriesSchemas) carried.add('structuredOutput');
  if (quirks.reasoningField !== 'none') carried.add('reasoning');
  return carried;
}
