// One call of a tool whose input is valid: filled, checked, and mended where that is needed.

import { callPromptOf } from './call-prompt.ts';
import { type FillSource, fillInput } from './fill.ts';
import { sample } from './sample.ts';
import { isObject, type Json, type JsonObject, toPlain } from './schema.ts';
import type { OfferedTool } from './tool.ts';

export interface BuiltCall {
  readonly tool: OfferedTool;
  readonly input: JsonObject;
  /** Required members whose value is made up: nothing that was said could fill them. */
  readonly missing: readonly string[];
}

/** Undefined where no valid input was found. */
export async function buildCall(
  tool: OfferedTool,
  source: Omit<FillSource, 'prompt'>,
): Promise<BuiltCall | undefined> {
  const [closest = ''] = source.texts;
  const prompt = callPromptOf(tool, closest);
  const { input, missing } = await fillInput(tool, { ...source, prompt });
  const valid = mend(tool, input);
  return valid && { tool, input: valid, missing };
}

/** Replaces what is not valid by the least that is: first the members, then the whole. */
function mend(tool: OfferedTool, input: JsonObject): JsonObject | undefined {
  const errors = tool.validator.errors(input);
  if (errors.length === 0) return input;
  const plain = toPlain(tool.schema, tool.schema);
  const wrong = new Set(errors.map(([name]) => name));
  const mended: Record<string, Json> = {};
  for (const [name, raw] of plain.properties) {
    const value = input[name];
    if (value === undefined) continue;
    if (!wrong.has(name)) mended[name] = value;
    else if (plain.required.has(name)) mended[name] = sample(raw, tool.schema);
  }
  const whole = sample(tool.schema, tool.schema);
  for (const candidate of [mended, whole]) {
    if (isObject(candidate) && tool.validator.errors(candidate).length === 0) return candidate;
  }
  return undefined;
}
