// The reasoning of a message or a delta, in whichever member a server writes it.

import type { JsonObject } from '../native-json.ts';
import { listOf, objectOf, stringOf } from '../native-json.ts';

/** Empty where there is none. Servers that write two members write the same into both. */
export function fieldReasoning(message: JsonObject): string {
  const { reasoning_content: deepseek, reasoning, reasoning_details: details } = message;
  const said = [deepseek, reasoning].find((it) => typeof it === 'string' && it !== '');
  if (typeof said === 'string') return said;
  if (details === undefined) return '';
  return listOf(details).map(detailText).join('');
}

/** OpenRouter's: texts and summaries are read, what is encrypted says nothing to anybody. */
function detailText(detail: unknown): string {
  const { text, summary } = objectOf(detail);
  return stringOf(text) ?? stringOf(summary) ?? '';
}
