// Which tools the simulated model calls, and with what input.

import { isJsonObject } from '../protocol/api/json-object.ts';
import type { DocumentValue } from '../protocol/api/shape.ts';
import type { ConverseRequest, ToolSpecification } from '../protocol/api/types.generated.ts';
import { findDirectives } from './directives.ts';
import { lastMessageText } from './request-texts.ts';
import { sample } from './sample.ts';
import type { SchemaObject } from './schema.ts';

export interface ToolCall {
  readonly name: string;
  readonly input: SchemaObject;
}

/** None where the request asks for no call. */
export function chooseToolCalls(request: Omit<ConverseRequest, 'modelId'>): readonly ToolCall[] {
  const offered = offeredTools(request);
  const choice = request.toolConfig?.toolChoice;
  const text = lastMessageText(request);
  if (choice !== undefined && 'tool' in choice) {
    const { name } = choice.tool;
    const asked = findDirectives(text, new Set([name])).find(({ input }) => input !== undefined);
    return [{ name, input: asked?.input ?? sampleInput(offered.get(name)) }];
  }
  const asked = findDirectives(text, new Set(offered.keys()));
  if (asked.length > 0) return asked.map(({ name, input = {} }) => ({ name, input }));
  const last = [...offered.values()].at(-1);
  if (choice === undefined || !('any' in choice) || last === undefined) return [];
  return [{ name: last.name, input: sampleInput(last) }];
}

function offeredTools(
  request: Omit<ConverseRequest, 'modelId'>,
): ReadonlyMap<string, ToolSpecification> {
  const tools = request.toolConfig?.tools ?? [];
  return new Map(
    tools.flatMap((tool) => ('toolSpec' in tool ? [[tool.toolSpec.name, tool.toolSpec]] : [])),
  );
}

/** A tool takes an object, whatever its schema says. */
function sampleInput(tool: ToolSpecification | undefined): SchemaObject {
  const input: DocumentValue = tool === undefined ? {} : sample(tool.inputSchema.json);
  return isJsonObject(input) ? input : {};
}
