// Tools told to a model in words: what it may call, what it called, what came of it.

import type {
  ContentBlock,
  Message,
  ToolChoice,
  ToolConfiguration,
  ToolResultBlock,
} from '../../protocol/api/types.generated.ts';

export const callOpen = '<tool_call>';
export const callClose = '</tool_call>';

/** What the system text says of the tools. */
export function toolInstructions({ tools, toolChoice }: ToolConfiguration): string {
  const lines = tools.flatMap((tool) => {
    if (!('toolSpec' in tool)) return [];
    const { name, description, inputSchema } = tool.toolSpec;
    return JSON.stringify({ name, description, parameters: inputSchema.json });
  });
  return [
    'You can call these tools, one JSON object each:',
    ...lines,
    '',
    'To call one, write a line of exactly this form, and nothing after your last call:',
    `${callOpen}{"name": "the tool's name", "arguments": {"the parameter's name": "its value"}}${callClose}`,
    'What it returns comes in the next message, between <tool_result> and </tool_result>.',
    choiceInstruction(toolChoice),
  ].join('\n');
}

function choiceInstruction(choice: ToolChoice | undefined): string {
  if (choice !== undefined && 'any' in choice) return 'You must call a tool now.';
  if (choice !== undefined && 'tool' in choice) {
    return `You must call the tool ${choice.tool.name} now.`;
  }
  return 'Call a tool only where you need it; else answer in plain text.';
}

/** A conversation in which calls and results are text. */
export function inWords(messages: readonly Message[]): readonly Message[] {
  return messages.map(({ role, content }) => ({ role, content: content.flatMap(blockInWords) }));
}

function blockInWords(block: ContentBlock): readonly ContentBlock[] {
  if ('toolUse' in block) {
    const { name, input } = block.toolUse;
    return [{ text: `${callOpen}${JSON.stringify({ name, arguments: input })}${callClose}` }];
  }
  return 'toolResult' in block ? resultInWords(block.toolResult) : [block];
}

/** Pictures in a result follow its text: they are blocks of their own. */
function resultInWords({ content, status }: ToolResultBlock): readonly ContentBlock[] {
  const texts = content.flatMap((inner) => {
    if ('text' in inner) return [inner.text];
    if ('json' in inner) return [JSON.stringify(inner.json)];
    return 'searchResult' in inner ? inner.searchResult.content.map(({ text }) => text) : [];
  });
  const media = content.filter(
    (inner) => 'image' in inner || 'document' in inner || 'video' in inner,
  );
  const failed = status === 'error' ? ' status="error"' : '';
  return [{ text: `<tool_result${failed}>\n${texts.join('\n')}\n</tool_result>` }, ...media];
}
