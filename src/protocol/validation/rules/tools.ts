// Rules about tools: their definitions, who may choose them, and what they are called with.

import { isJsonObject } from '../../api/json-object.ts';
import type { Problem, Rule } from '../rule.ts';
import { forEachBlock, pathOf } from './blocks.ts';

/** Reported by users of several frameworks. */
export const toolConfigPresent: Rule = ({ messages = [], toolConfig }) => {
  if (toolConfig !== undefined) return [];
  const used = messages.some(({ content }) =>
    content.some((block) => 'toolUse' in block || 'toolResult' in block),
  );
  if (!used) return [];
  const message =
    'The toolConfig field must be defined when using toolUse and toolResult content blocks.';
  return [
    { message, cure: 'Send toolConfig with each request of a conversation that used tools.' },
  ];
};

/** Reported by users of several frameworks. */
export const toolNamesUnique: Rule = ({ toolConfig }) => {
  if (toolConfig === undefined || toolConfig.tools.length < 2) return [];
  const seen = new Set<string>();
  return toolConfig.tools.flatMap((tool, index) => {
    const name = 'toolSpec' in tool ? tool.toolSpec.name : undefined;
    if (name === undefined) return [];
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    const message = `The tool ${name} is already defined at toolConfig.tools.${index}.`;
    return [{ message, cure: 'Give each tool a name of its own.' }];
  });
};

/** Documented: the choice names one of the tools. The service's words are not known. */
export const toolChoiceOffered: Rule = ({ toolConfig }) => {
  const choice = toolConfig?.toolChoice;
  if (toolConfig === undefined || choice === undefined || !('tool' in choice)) return [];
  const { name } = choice.tool;
  const names = toolConfig.tools.flatMap((tool) => {
    if ('toolSpec' in tool) return [tool.toolSpec.name];
    return 'systemTool' in tool ? [tool.systemTool.name] : [];
  });
  if (names.includes(name)) return [];
  const message =
    `The tool ${name} at toolConfig.toolChoice.tool.name is not defined at toolConfig.tools. ` +
    'Name a tool that is defined and try again.';
  return [{ message, cure: `The tools are: ${names.join(', ') || 'none'}.` }];
};

/** Reported from the field: the SDKs' types allow any JSON, the service takes objects only. */
export const schemasAreObjects: Rule = ({ toolConfig }) =>
  (toolConfig?.tools ?? []).flatMap((tool, index) => {
    if (!('toolSpec' in tool) || isJsonObject(tool.toolSpec.inputSchema.json)) return [];
    return [noObject(`toolConfig.tools.${index}.toolSpec.inputSchema.json`)];
  });

/** Reported from the field, like the schemas. */
export const inputsAreObjects: Rule = ({ messages }) => {
  const problems: Problem[] = [];
  forEachBlock(messages, (block, place) => {
    if (!('toolUse' in block) || isJsonObject(block.toolUse.input)) return;
    problems.push(noObject(`${pathOf(place)}.toolUse.input`));
  });
  return problems;
};

/** Reported from the field, at least six times. */
export const resultsAreObjects: Rule = ({ messages }) => {
  const problems: Problem[] = [];
  forEachBlock(messages, (block, place) => {
    if (!('toolResult' in block)) return;
    for (const [index, result] of block.toolResult.content.entries()) {
      if (!('json' in result) || isJsonObject(result.json)) continue;
      problems.push(noObject(`${pathOf(place)}.toolResult.content.${index}.json`));
    }
  });
  return problems;
};

export function noObject(path: string): Problem {
  const message =
    `The format of the value at ${path} is invalid. ` +
    'Provide a json object for the field and try again.';
  return { message, cure: 'Give {...}: a list or text goes into a member of an object.' };
}
