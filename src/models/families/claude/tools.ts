// Tools and the choice among them, in Converse and in the Messages format.

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
import { cachePointOf, markCachePoints } from './cache-points.ts';
import type { Place } from './cache-points.ts';

export interface Tools {
  readonly toolConfig?: ToolConfiguration;
  /** What Converse has no member for. */
  readonly additional: JsonObject;
}

export function fromNativeTools(native: JsonObject): Tools {
  const tools: Tool[] = [];
  const rest: JsonObject[] = [];
  for (const tool of listOf(native['tools']).map(objectOf)) {
    const { spec, remainder } = splitTool(tool);
    if (spec !== undefined) tools.push({ toolSpec: spec }, ...cachePointOf(tool));
    if (remainder !== undefined) rest.push(remainder);
  }
  const { toolChoice, remainder } = splitChoice(objectOf(native['tool_choice']));
  // A choice among tools that are not Converse's is nothing to Converse.
  const isEmpty = tools.length === 0;
  const choice = isEmpty ? native['tool_choice'] : remainder;
  const additional = compact({ tools: rest.length > 0 ? rest : undefined, tool_choice: choice });
  if (isEmpty) return { additional };
  return { toolConfig: { tools, ...(toolChoice !== undefined && { toolChoice }) }, additional };
}

interface SplitTool {
  readonly spec?: ToolSpecification;
  readonly remainder?: JsonObject;
}

/** A tool of the client's own, and its members beyond a ToolSpecification under its name. */
function splitTool(tool: JsonObject): SplitTool {
  const { type, name, description, input_schema: schema, strict, ...others } = tool;
  if (!isCustom(type)) return { remainder: tool };
  const { cache_control: _, ...rest } = others;
  const spec: ToolSpecification = {
    name: stringOf(name) ?? '',
    ...(typeof description === 'string' && description !== '' && { description }),
    inputSchema: { json: (schema ?? {}) as DocumentValue },
    ...(typeof strict === 'boolean' && { strict }),
  };
  return Object.keys(rest).length === 0 ? { spec } : { spec, remainder: { name, ...rest } };
}

function isCustom(type: unknown): boolean {
  return type === undefined || type === null || type === 'custom';
}

interface SplitChoice {
  readonly toolChoice?: ToolChoice;
  readonly remainder?: JsonObject | undefined;
}

function splitChoice(choice: JsonObject): SplitChoice {
  const { type, name, ...rest } = choice;
  const remainder = Object.keys(rest).length > 0 ? rest : undefined;
  if (type === 'auto') return { toolChoice: { auto: {} }, remainder };
  if (type === 'any') return { toolChoice: { any: {} }, remainder };
  if (type === 'tool') return { toolChoice: { tool: { name: stringOf(name) ?? '' } }, remainder };
  // Converse cannot say that no tool may be called.
  return { remainder: type === undefined ? undefined : choice };
}

/** The tools and the choice; what the caller adds in native form comes in by name. */
export function toNativeTools(
  toolConfig: ToolConfiguration | undefined,
  additional: JsonObject,
  place: Place,
): JsonObject {
  const path = `${place.path}.tools`;
  const own = markCachePoints(toolConfig?.tools ?? [], { ...place, path }, toNativeTool);
  const tools = mergeTools(own, listOf(additional['tools']).map(objectOf));
  const choice = toolConfig?.toolChoice && toNativeChoice(toolConfig.toolChoice);
  // Documented: the caller may add no more than `disable_parallel_tool_use`.
  const isBare = isJsonObject(additional['tool_choice']);
  return compact({
    tools: tools.length > 0 ? tools : undefined,
    tool_choice: choice ?? (isBare ? { type: 'auto' } : undefined),
  });
}

type NamedTool = Exclude<Tool, { readonly cachePoint: unknown }>;

function toNativeTool(tool: NamedTool): JsonObject {
  if ('systemTool' in tool) throw unsupportedField('systemTool');
  const { name, description, inputSchema, strict } = tool.toolSpec;
  return compact({ name, description, input_schema: inputSchema.json, strict });
}

/** A tool with a type of its own takes the place of its namesake; else the members are joined. */
function mergeTools(
  own: readonly JsonObject[],
  added: readonly JsonObject[],
): readonly JsonObject[] {
  const merged = [...own];
  for (const tool of added) {
    const at = merged.findIndex(({ name }) => name === tool['name'] && name !== undefined);
    if (at === -1) merged.push(tool);
    else merged[at] = isCustom(tool['type']) ? { ...merged[at], ...tool } : tool;
  }
  return merged;
}

function toNativeChoice(choice: ToolChoice): JsonObject {
  if ('tool' in choice) return { type: 'tool', name: choice.tool.name };
  return { type: 'any' in choice ? 'any' : 'auto' };
}
