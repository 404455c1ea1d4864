// The tools that a request offers, as Mistral's formats list them, and back.

import type { Tool, ToolConfiguration } from '../../../protocol/api/types.generated.ts';
import type { DocumentValue } from '../../../protocol/api/shape.ts';
import type { Losses } from '../losses.ts';
import type { JsonObject } from '../native-json.ts';
import { isJsonObject, objectOf, stringOf } from '../native-json.ts';
import { unsupportedField } from '../unsupported.ts';

/** How one tool is written, given its place in the request. */
type ToolWriter = (tool: ToolSpecification, path: string) => JsonObject;

type ToolSpecification = Extract<Tool, { readonly toolSpec: unknown }>['toolSpec'];

/** Throws ValidationException for tools of the service's own, which no model knows. */
export function toNativeTools(
  { tools }: ToolConfiguration,
  write: ToolWriter,
  losses: Losses,
): readonly JsonObject[] {
  return tools.flatMap((tool, at): readonly JsonObject[] => {
    const path = `toolConfig.tools.${at}`;
    if ('toolSpec' in tool) {
      return [{ type: 'function', function: write(tool.toolSpec, `${path}.toolSpec`) }];
    }
    if ('systemTool' in tool) throw unsupportedField('systemTool');
    losses.add(`${path}.cachePoint`, 'left out', 'the native format has no cache points');
    return [];
  });
}

/** Undefined where it is no tool: it has no name. */
export function fromNativeTool(native: unknown): Tool | undefined {
  const { name, description, parameters, strict } = objectOf(objectOf(native)['function']);
  if (typeof name !== 'string') return undefined;
  const text = stringOf(description) ?? '';
  const toolSpec: ToolSpecification = {
    name,
    ...(text !== '' && { description: text }),
    inputSchema: { json: (isJsonObject(parameters) ? parameters : {}) as DocumentValue },
    ...(typeof strict === 'boolean' && { strict }),
  };
  return { toolSpec };
}
