// Tools and the choice among them, in Converse and in OpenAI's format.

import type { DocumentValue } from '../../../protocol/api/shape.ts';
import type {
  Tool,
  ToolChoice,
  ToolConfiguration,
  ToolSpecification,
} from '../../../protocol/api/types.generated.ts';
import type { JsonObject } from '../native-json.ts';
import { compact, isJsonObject, listOf, objectOf, stringOf } from '../native-json.ts';
import { unsupportedField } from '../unsupported.ts';
import type { Place } from './place.ts';
import { within } from './place.ts';

/** The tools and the choice; what the caller adds in native form comes in by name. */
export function toNativeTools(
  toolConfig: ToolConfiguration | undefined,
  additional: JsonObject,
  place: Place,
): JsonObject {
  const own = (toolConfig?.tools ?? []).flatMap((tool, at) =>
    toNativeTool(tool, within(place, `tools.${at}`)),
  );
  const tools = mergeTools(own, listOf(additional['tools']).map(objectOf));
  const { toolChoice } = toolConfig ?? {};
  return compact({
    tools: tools.length > 0 ? tools : undefined,
    tool_choice: toolChoice && toNativeChoice(toolChoice),
  });
}

function toNativeTool(tool: Tool, { path, losses }: Place): readonly JsonObject[] {
  if ('systemTool' in tool) throw unsupportedField('systemTool');
  if ('cachePoint' in tool) {
    losses.add(`${path}.cachePoint`, 'left out', 'the native format has no cache points');
    return [];
  }
  const { name, description, inputSchema, strict } = tool.toolSpec;
  const called = compact({ name, description, parameters: inputSchema.json, strict });
  return [{ type: 'function', function: called }];
}

/** Members of a tool that Converse lacks come back under its name; other tools are added. */
function mergeTools(
  own: readonly JsonObject[],
  added: readonly JsonObject[],
): readonly JsonObject[] {
  const merged = [...own];
  for (const tool of added) {
    const name = nameOf(tool);
    const at = merged.findIndex((it) => name !== undefined && nameOf(it) === name);
    const same = merged[at];
    if (same === undefined) merged.push(tool);
    else merged[at] = { ...same, ...tool, function: { ...called(same), ...called(tool) } };
  }
  return merged;
}

function called(tool: JsonObject): JsonObject {
  return objectOf(tool['function']);
}

function nameOf(tool: JsonObject): string | undefined {
  return stringOf(called(tool)['name']);
}

function toNativeChoice(choice: ToolChoice): DocumentValue {
  if ('tool' in choice) return { type: 'function', function: { name: choice.tool.name } };
  return 'any' in choice ? 'required' : 'auto';
}

export interface Tools {
  readonly toolConfig?: ToolConfiguration;
  /** What Converse has no member for. */
  readonly additional: JsonObject;
}

export function fromNativeTools(native: JsonObject): Tools {
  const split = listOf(native['tools']).map((tool) => splitTool(objectOf(tool)));
  const tools = split.flatMap(({ toolSpec }) => (toolSpec === undefined ? [] : [{ toolSpec }]));
  const rest = split.flatMap(({ remainder }) => remainder ?? []);
  // A choice among tools that are not Converse's is nothing to Converse.
  const toolChoice = tools.length > 0 ? choiceOf(native['tool_choice']) : undefined;
  const choice = toolChoice === undefined ? native['tool_choice'] : undefined;
  const additional = compact({
    tools: rest.length > 0 ? rest : undefined,
    tool_choice: choice === null ? undefined : choice,
  });
  if (tools.length === 0) return { additional };
  return { toolConfig: { tools, ...(toolChoice !== undefined && { toolChoice }) }, additional };
}

interface SplitTool {
  readonly toolSpec?: ToolSpecification;
  readonly remainder?: JsonObject;
}

// Documented: a function without parameters takes none.
const noParameters: DocumentValue = { type: 'object', properties: {} };

/** A function, and its members beyond a ToolSpecification under its name. */
function splitTool(tool: JsonObject): SplitTool {
  const { type, function: inner, ...others } = tool;
  if (type !== 'function' || !isJsonObject(inner)) return { remainder: tool };
  const { name, description, parameters, strict, ...rest } = inner;
  const toolSpec: ToolSpecification = {
    name: stringOf(name) ?? '',
    ...(typeof description === 'string' && description !== '' && { description }),
    inputSchema: { json: (parameters ?? noParameters) as DocumentValue },
    ...(typeof strict === 'boolean' && { strict }),
  };
  const isWhole = Object.keys(others).length + Object.keys(rest).length === 0;
  return isWhole
    ? { toolSpec }
    : { toolSpec, remainder: { ...others, function: { name, ...rest } } };
}

/** Undefined for what Converse cannot say: that no tool may be called, or only some. */
function choiceOf(choice: unknown): ToolChoice | undefined {
  if (choice === 'auto') return { auto: {} };
  if (choice === 'required' || choice === 'any') return { any: {} };
  const { type, function: inner } = objectOf(choice);
  const name = stringOf(objectOf(inner)['name']);
  return type === 'function' && name !== undefined ? { tool: { name } } : undefined;
}
