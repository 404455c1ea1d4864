// What a tool answered, as the one text that Mistral's formats carry, and back.

import type {
  ToolResultBlock,
  ToolResultContentBlock,
} from '../../../protocol/api/types.generated.ts';
import type { DocumentValue } from '../../../protocol/api/shape.ts';
import type { Losses } from '../losses.ts';
import { isJsonObject, parseNative } from '../native-json.ts';
import { unsupportedBlock } from '../unsupported.ts';
import { spacedJson, spacedText } from './spaced-json.ts';

/** The text of a result. Throws ValidationException for what is neither text nor JSON. */
export function resultText(
  { content, status }: ToolResultBlock,
  path: string,
  losses: Losses,
): string {
  if (status === 'error') {
    losses.add(`${path}.status`, 'left out', 'the native format has no status of a result');
  }
  if (content.length > 1) losses.add(`${path}.content`, 'changed', 'its parts are one text');
  return content.map((part, at) => partText(part, `${path}.content.${at}`, losses)).join('\n\n');
}

function partText(part: ToolResultContentBlock, path: string, losses: Losses): string {
  if ('json' in part) return spacedJson(part.json);
  if (!('text' in part)) throw unsupportedBlock(part);
  if (isJsonObject(parseNative(part.text))) {
    losses.add(`${path}.text`, 'changed', 'a text that is a JSON object is one to the format');
  }
  return part.text;
}

/** The result that a text stands for: JSON is preferred where it is an object. */
export function resultContent(text: string): readonly ToolResultContentBlock[] {
  const value = parseNative(text);
  return isJsonObject(value) ? [{ json: value as DocumentValue }] : [{ text }];
}

/** The text as JSON: what is JSON already is told as it is, what is not is a JSON text. */
export function resultJson(text: string, path: string, losses: Losses): string {
  // mistral-common: no text at all is an empty object.
  if (text === '') return '{}';
  const json = spacedText(text);
  if (json === undefined) return spacedJson(text);
  const isTold = isJsonObject(parseNative(text));
  if (!isTold && (json !== text || text.startsWith('"'))) {
    losses.add(`${path}.content`, 'changed', 'it is JSON, and goes as JSON does in this format');
  }
  return json;
}

/** The result that a JSON value stands for. */
export function resultOf(value: unknown): readonly ToolResultContentBlock[] {
  if (isJsonObject(value)) return [{ json: value as DocumentValue }];
  return [{ text: typeof value === 'string' ? value : spacedJson(value) }];
}
