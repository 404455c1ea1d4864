// What the generations of Mistral's tokenizers make of a conversation: one prompt format each.

import type { Template } from '../../catalog/model.ts';

export interface PromptFormat {
  /** Whether the models take `top_k`. Documented: it is disabled for the later ones. */
  readonly hasTopK: boolean;
  /** Where the system text stands. */
  readonly system: 'before the first question' | 'before the last question' | 'in a section';
  /** Whether tools can be offered. */
  readonly hasTools: boolean;
  /** Whether calls carry IDs, by which the results name them. */
  readonly hasCallIds: boolean;
  /** Whether the calls before the last question are told. */
  readonly keepsOldCalls: boolean;
  /** Whether text and calls stand in one answer. */
  readonly hasTextBesideCalls: boolean;
  /** How a result is written: as JSON in a list, as JSON, or as it is. */
  readonly results: 'json' | 'list' | 'plain';
  /** What stands between a question and its end. */
  readonly questionEnd: '' | ' ';
  /** Whether an answer of the past ends in no blanks. */
  readonly trimsAnswers: boolean;
  /** What the tokenizer reads as a sign of the format wherever it stands. */
  readonly markers: readonly string[];
}

const turns = ['<s>', '</s>', '[INST]', '[/INST]'] as const;

const tools = [
  '[AVAILABLE_TOOLS]',
  '[/AVAILABLE_TOOLS]',
  '[TOOL_CALLS]',
  '[TOOL_RESULTS]',
  '[/TOOL_RESULTS]',
] as const;

const systems = ['[SYSTEM_PROMPT]', '[/SYSTEM_PROMPT]', '[TOOL_CONTENT]'] as const;

/** A marker that opens a section, or ends one. */
export type Marker = (typeof systems | typeof tools | typeof turns)[number];

const first: PromptFormat = {
  hasTopK: true,
  system: 'before the first question',
  hasTools: false,
  hasCallIds: false,
  keepsOldCalls: true,
  hasTextBesideCalls: false,
  results: 'list',
  questionEnd: ' ',
  trimsAnswers: false,
  markers: turns,
};

const second: PromptFormat = {
  ...first,
  hasTopK: false,
  system: 'before the last question',
  hasTools: true,
  keepsOldCalls: false,
  questionEnd: '',
  trimsAnswers: true,
  markers: [...turns, ...tools],
};

const third: PromptFormat = { ...second, hasCallIds: true, keepsOldCalls: true, results: 'json' };

const seventh: PromptFormat = {
  ...third,
  system: 'in a section',
  hasTextBesideCalls: true,
  results: 'plain',
  markers: [...turns, ...tools, ...systems],
};

const formats: Partial<Readonly<Record<Template, PromptFormat>>> = {
  'mistral-v1': first,
  'mistral-v2': second,
  'mistral-v3': third,
  'mistral-v7': seventh,
};

/** The format of a template; of the open models most speak the third, so it is the default. */
export function promptFormatOf(template: Template | undefined): PromptFormat {
  return (template && formats[template]) ?? third;
}
