// The control tokens of the Llama prompt templates, as text.

import type { Template } from '../../catalog/model.ts';
import type { Losses } from '../losses.ts';

/** The tokens of a template whose turns have headers. */
export interface Markers {
  readonly begin: string;
  readonly headerStart: string;
  readonly headerEnd: string;
  readonly endOfTurn: string;
  /** Ends a turn that expects a tool's result. */
  readonly endOfMessage: string;
  /** Stands before a call. */
  readonly call: string;
  /** Stands after a call, where the template has such a token. */
  readonly callEnd?: string;
  readonly image: string;
}

// From the maker's tokenizers, llama_models.llama3 and llama_models.llama4.
export const llama3Markers: Markers = {
  begin: '<|begin_of_text|>',
  headerStart: '<|start_header_id|>',
  headerEnd: '<|end_header_id|>',
  endOfTurn: '<|eot_id|>',
  endOfMessage: '<|eom_id|>',
  call: '<|python_tag|>',
  image: '<|image|>',
};

export const llama4Markers: Markers = {
  begin: '<|begin_of_text|>',
  headerStart: '<|header_start|>',
  headerEnd: '<|header_end|>',
  endOfTurn: '<|eot|>',
  endOfMessage: '<|eom|>',
  call: '<|python_start|>',
  callEnd: '<|python_end|>',
  image: '<|image|>',
};

/** The markers of the template; undefined for Llama 2, whose turns have none. */
export function markersOf(template: Template | undefined): Markers | undefined {
  if (template === 'llama2') return undefined;
  return template === 'llama4' ? llama4Markers : llama3Markers;
}

// The special tokens all have this form: `<|eot_id|>`, `<|reserved_special_token_7|>`.
const token = /<\|[a-z0-9_]{1,64}\|>/;
const instructToken = /\[\/?INST\]|<<\/?SYS>>|<\/?s>/;

/** Texts go out as they are: where one holds a marker, the model may take it for one. */
export function tellMarkers(
  text: string,
  place: { readonly path: string; readonly template: Template | undefined },
  losses: Losses,
): void {
  const marker = (place.template === 'llama2' ? instructToken : token).exec(text)?.[0];
  if (marker === undefined) return;
  losses.add(place.path, 'changed', `its text holds ${marker}, a marker of the prompt's template`);
}
