// The tools that a request offers, and what of them cannot be used.

import type { Tool, ToolChoice, ToolConfiguration } from '../../../protocol/api/types.generated.ts';
import { ValidationException } from '../../../protocol/errors.ts';
import type { Loss } from '../../../protocol/loss.ts';
import { isObject, type JsonObject } from './schema.ts';
import { compileSchema, type Validator } from './validator.ts';

export interface OfferedTool {
  readonly name: string;
  readonly description: string;
  readonly schema: JsonObject;
  readonly validator: Validator;
}

/** Whether a tool is called at all, and which. */
export type Choice = 'auto' | 'any' | OfferedTool;

export interface Offer {
  readonly tools: readonly OfferedTool[];
  readonly choice: Choice;
  readonly losses: readonly Loss[];
}

/** Throws ValidationException for a schema that is none, and a choice that is not offered. */
export function readOffer(toolConfig: ToolConfiguration | undefined): Offer {
  if (toolConfig === undefined) return { tools: [], choice: 'auto', losses: [] };
  const { tools } = toolConfig;
  const offered = tools.flatMap((tool, index) => readTool(tool, index));
  const losses = tools.flatMap(lossesOf);
  for (const { name, validator } of offered) {
    for (const pattern of validator.unchecked) {
      const reason = `The pattern ${pattern} could take for ever to match; it was not checked.`;
      losses.push({ member: `toolConfig.tools.${name}.inputSchema`, handling: 'changed', reason });
    }
  }
  return { tools: offered, choice: readChoice(toolConfig, offered), losses };
}

function readTool(tool: Tool, index: number): OfferedTool[] {
  if (!('toolSpec' in tool)) return [];
  const { name, description = '', inputSchema } = tool.toolSpec;
  const schema = isObject(inputSchema.json) ? inputSchema.json : {};
  try {
    return [{ name, description, schema, validator: compileSchema(schema) }];
  } catch (cause) {
    const where = `toolConfig.tools.${index}.toolSpec.inputSchema.json`;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ValidationException(`The value at ${where} is not a valid JSON Schema: ${why}.`, {
      cause,
    });
  }
}

function lossesOf(tool: Tool): Loss[] {
  if ('systemTool' in tool) {
    const reason = `The embedded model has no system tool ${tool.systemTool.name}.`;
    return [{ member: 'toolConfig.tools.systemTool', handling: 'left out', reason }];
  }
  if (!('cachePoint' in tool)) return [];
  const reason = 'The embedded model keeps the beginning of a prompt by itself.';
  return [{ member: 'toolConfig.tools.cachePoint', handling: 'left out', reason }];
}

function readChoice({ toolChoice }: ToolConfiguration, tools: readonly OfferedTool[]): Choice {
  const choice: ToolChoice = toolChoice ?? { auto: {} };
  if ('auto' in choice) return 'auto';
  if ('any' in choice) return 'any';
  const { name } = choice.tool;
  const tool = tools.find((one) => one.name === name);
  if (tool !== undefined) return tool;
  throw new ValidationException(
    `The tool ${name} of toolConfig.toolChoice.tool is not among toolConfig.tools.`,
  );
}
