// What a tool answered, as the list of objects that Command R calls outputs, and back.

import type {
  ToolResultBlock,
  ToolResultContentBlock,
} from '../../../protocol/api/types.generated.ts';
import type { DocumentValue } from '../../../protocol/api/shape.ts';
import type { Losses } from '../losses.ts';
import type { JsonObject } from '../native-json.ts';
import { isJsonObject } from '../native-json.ts';
import { unsupportedBlock } from '../unsupported.ts';

/** Throws ValidationException for results that are neither text nor JSON. */
export function encodeOutputs(
  { content, status }: ToolResultBlock,
  path: string,
  losses: Losses,
): readonly JsonObject[] {
  if (status === 'error') {
    const reason = 'the native format has no status: the outputs are called errors';
    losses.add(`${path}.status`, content.length > 0 ? 'changed' : 'left out', reason);
    return content.map((inner) => ({ error: valueOf(inner) }));
  }
  return content.map((inner, at) => encodeOutput(inner, `${path}.content.${at}`, losses));
}

function valueOf(inner: ToolResultContentBlock): DocumentValue {
  if ('text' in inner) return inner.text;
  if ('json' in inner) return inner.json;
  throw unsupportedBlock(inner);
}

function encodeOutput(inner: ToolResultContentBlock, path: string, losses: Losses): JsonObject {
  const value = valueOf(inner);
  if ('text' in inner) return { text: inner.text };
  if (isJsonObject(value) && plainOf(value) === undefined) return value;
  losses.add(`${path}.json`, 'changed', 'an output is an object, and one of a text is a text');
  return isJsonObject(value) ? value : { result: value };
}

/** Of an object that is nothing but `text` or `error`, which. */
function plainOf(output: JsonObject): 'error' | 'text' | undefined {
  const [name, ...others] = Object.keys(output);
  if (others.length > 0) return undefined;
  if (name === 'text' && typeof output['text'] === 'string') return 'text';
  return name === 'error' ? 'error' : undefined;
}

export function decodeOutputs(
  outputs: readonly JsonObject[],
): Pick<ToolResultBlock, 'content' | 'status'> {
  const isError = outputs.length > 0 && outputs.every((output) => plainOf(output) === 'error');
  if (!isError) return { content: outputs.map(decodeOutput) };
  return { content: outputs.map(({ error }) => decodeValue(error)), status: 'error' };
}

function decodeOutput(output: JsonObject): ToolResultContentBlock {
  return plainOf(output) === 'text' ? decodeValue(output['text']) : decodeValue(output);
}

function decodeValue(value: unknown): ToolResultContentBlock {
  return typeof value === 'string' ? { text: value } : { json: value as DocumentValue };
}
