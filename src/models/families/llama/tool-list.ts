// The message that offers tools to Llama, as the maker's own code words it.

import type { DocumentValue } from '../../../protocol/api/shape.ts';
import type {
  Tool,
  ToolChoice,
  ToolConfiguration,
  ToolSpecification,
} from '../../../protocol/api/types.generated.ts';
import { JsonEnd } from '../../../protocol/stream/json-end.ts';
import type { Losses } from '../losses.ts';
import { isJsonObject, listOf, objectOf, parseNative, stringOf } from '../native-json.ts';
import { unsupportedField } from '../unsupported.ts';

// From llama_models.llama3.prompt_templates, JsonCustomToolGenerator; but each function has its
// whole JSON Schema there, as the maker's page on the models shows it, not names alone.
const opening =
  "Answer the user's question by making use of the following functions if needed.\n" +
  'If none of the function can be used, please say so.\n' +
  'Here is a list of functions in JSON format:\n';
const closing = '\n\nReturn function calls in JSON format.';

const anyTool = ' You must call at least one of the functions.';
const oneTool = / You must call the function ([\w-]+)\.$/;

/** The user's message that the tools are offered in. */
export function writeToolList({ tools, toolChoice }: ToolConfiguration, losses: Losses): string {
  const functions = tools.flatMap((tool, at) => writeTool(tool, `toolConfig.tools.${at}`, losses));
  return opening + functions.join('\n') + closing + writeChoice(toolChoice, losses);
}

/** The tools that a user's message offers; undefined where it is any other message. */
export function readToolList(text: string): ToolConfiguration | undefined {
  const end = text.lastIndexOf(closing);
  if (!text.startsWith(opening) || end === -1) return undefined;
  const toolChoice = readChoice(text.slice(end + closing.length));
  const tools = readTools(text.slice(opening.length, end));
  if (toolChoice === undefined || tools === undefined) return undefined;
  return 'auto' in toolChoice ? { tools } : { tools, toolChoice };
}

function writeTool(tool: Tool, path: string, losses: Losses): readonly string[] {
  if ('cachePoint' in tool) {
    losses.add(`${path}.cachePoint`, 'left out', 'the native format has no cache points');
    return [];
  }
  if ('systemTool' in tool) throw unsupportedField(`${path}.systemTool`);
  const { name, description, inputSchema, strict } = tool.toolSpec;
  if (strict !== undefined) {
    losses.add(`${path}.toolSpec.strict`, 'left out', 'the native format has no strict tools');
  }
  const said = description === undefined ? {} : { description };
  const parameters = inputSchema.json;
  return [JSON.stringify({ type: 'function', function: { name, ...said, parameters } }, null, 4)];
}

function writeChoice(toolChoice: ToolChoice = { auto: {} }, losses: Losses): string {
  if ('auto' in toolChoice) return '';
  losses.add('toolConfig.toolChoice', 'emulated', 'the prompt asks for the call in words');
  return 'any' in toolChoice ? anyTool : ` You must call the function ${toolChoice.tool.name}.`;
}

function readChoice(text: string): ToolChoice | undefined {
  if (text.trim() === '') return { auto: {} };
  if (text === anyTool) return { any: {} };
  const name = oneTool.exec(text)?.[1];
  return name === undefined ? undefined : { tool: { name } };
}

function readTools(text: string): readonly Tool[] | undefined {
  const tools: Tool[] = [];
  for (let rest = text.trim(); rest !== ''; rest = rest.trimStart()) {
    const end = new JsonEnd();
    const length = end.push(rest);
    const toolSpec = readTool(rest.slice(0, length));
    if (toolSpec === undefined) return undefined;
    tools.push({ toolSpec });
    rest = rest.slice(length);
  }
  return tools.length > 0 ? tools : undefined;
}

function readTool(text: string): ToolSpecification | undefined {
  const outer = objectOf(parseNative(text));
  const inner = outer['type'] === 'function' ? objectOf(outer['function']) : outer;
  const name = stringOf(inner['name']);
  if (name === undefined) return undefined;
  const description = stringOf(inner['description']);
  return {
    name,
    ...(description !== undefined && { description }),
    inputSchema: { json: readSchema(objectOf(inner['parameters'])) as DocumentValue },
  };
}

/** The maker's own code writes a list of properties, all of them called objects. */
function readSchema(schema: object): object {
  const { properties } = schema as { readonly properties?: unknown };
  if (!Array.isArray(properties)) return schema;
  const entries = listOf(properties).flatMap((property) => Object.entries(objectOf(property)));
  const named = entries.map(([name, inner]) => {
    const { type: _, ...rest } = objectOf(inner);
    return [name, isJsonObject(inner) ? rest : inner];
  });
  return { ...schema, properties: Object.fromEntries(named) };
}
