// Rules about tools: their definitions, their uses and their results.

import type { Message, ToolResultBlock, ToolUseBlock } from '../../api/types.generated.ts';
import type { DocumentValue } from '../../api/shape.ts';
import type { Problem, Rule } from '../rule.ts';

/** Reported by users of several frameworks. */
export const toolConfigPresent: Rule = ({ messages = [], toolConfig }) => {
  const used = messages.some((message) => uses(message).length + results(message).length > 0);
  if (!used || toolConfig !== undefined) return [];
  const message =
    'The toolConfig field must be defined when using toolUse and toolResult content blocks.';
  return [{ message }];
};

/** Reported by users of several frameworks. */
export const toolNamesUnique: Rule = ({ toolConfig }) => {
  const seen = new Set<string>();
  return (toolConfig?.tools ?? []).flatMap((tool, index) => {
    const name = 'toolSpec' in tool ? tool.toolSpec.name : undefined;
    if (name === undefined) return [];
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    return [{ message: `The tool ${name} is already defined at toolConfig.tools.${index}.` }];
  });
};

/** Reported from the field: the SDKs' types allow any JSON, the service takes objects only. */
export const inputsAreObjects: Rule = ({ messages = [], toolConfig }) => {
  const problems: Problem[] = [];
  const expectObject = (value: DocumentValue | undefined, path: string): void => {
    if (value === undefined || isObject(value)) return;
    const message =
      `The format of the value at ${path} is invalid. ` +
      'Provide a json object for the field and try again.';
    problems.push({ message });
  };
  for (const [index, tool] of (toolConfig?.tools ?? []).entries()) {
    if (!('toolSpec' in tool)) continue;
    const path = `toolConfig.tools.${index}.toolSpec.inputSchema.json`;
    expectObject(tool.toolSpec.inputSchema.json, path);
  }
  for (const [index, { content }] of messages.entries()) {
    for (const [blockIndex, block] of content.entries()) {
      const path = `messages.${index}.content.${blockIndex}`;
      if ('toolUse' in block) expectObject(block.toolUse.input, `${path}.toolUse.input`);
      if (!('toolResult' in block)) continue;
      for (const [resultIndex, result] of block.toolResult.content.entries()) {
        if ('json' in result) {
          expectObject(result.json, `${path}.toolResult.content.${resultIndex}.json`);
        }
      }
    }
  }
  return problems;
};

/**
 * Every tool use of an assistant is answered in the user's messages that follow it, and nothing
 * else is. Consecutive messages of one role count as one (observed in 2026).
 */
export const toolResultsPaired: Rule = ({ messages = [] }) => {
  const problems: Problem[] = [];
  let open: string[] = [];
  let index = 0;
  while (index < messages.length) {
    const start = index;
    const role = messages[start]?.role;
    while (index < messages.length && messages[index]?.role === role) index += 1;
    const run = messages.slice(start, index);
    if (role === 'assistant') {
      open = run.flatMap(uses).map(({ toolUseId }) => toolUseId);
    } else {
      problems.push(...pair(open, run.flatMap(results), start));
      open = [];
    }
  }
  return problems;
};

function pair(
  open: readonly string[],
  answers: readonly ToolResultBlock[],
  index: number,
): Problem[] {
  const answered = new Set(answers.map(({ toolUseId }) => toolUseId));
  const missing = open.filter((toolUseId) => !answered.has(toolUseId));
  if (missing.length > 0) {
    const ids = missing.join(', ');
    return [
      {
        message: `Expected toolResult blocks at messages.${index}.content for the following Ids: ${ids}`,
      },
    ];
  }
  if (answers.length <= open.length) return [];
  const message =
    `The number of toolResult blocks at messages.${index}.content ` +
    'exceeds the number of toolUse blocks of previous turn.';
  return [{ message }];
}

function uses({ content }: Message): ToolUseBlock[] {
  return content.flatMap((block) => ('toolUse' in block ? [block.toolUse] : []));
}

function results({ content }: Message): ToolResultBlock[] {
  return content.flatMap((block) => ('toolResult' in block ? [block.toolResult] : []));
}

function isObject(value: DocumentValue): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
