// What of a request is text to the simulated model: the last message's text, and all there is.

import type { DocumentValue } from '../protocol/api/shape.ts';
import type {
  ContentBlock,
  ConverseRequest,
  DocumentBlock,
  Message,
  SystemContentBlock,
  Tool,
  ToolResultContentBlock,
} from '../protocol/api/types.generated.ts';

type Request = Omit<ConverseRequest, 'modelId'>;

/** The text blocks of the last message, joined by a newline. */
export function lastMessageText(request: Request): string {
  const content = request.messages?.at(-1)?.content ?? [];
  return content.flatMap((block) => ('text' in block ? [block.text] : [])).join('\n');
}

/** Every text that the model reads. Images and the like hold none. */
export function* modelTexts(request: Request): Generator<string> {
  for (const block of request.system ?? []) yield* systemTexts(block);
  for (const tool of request.toolConfig?.tools ?? []) yield* toolTexts(tool);
  for (const message of request.messages ?? []) yield* messageTexts(message);
}

function* systemTexts(block: SystemContentBlock): Generator<string> {
  if ('text' in block) yield block.text;
  else if ('guardContent' in block && 'text' in block.guardContent) {
    yield block.guardContent.text.text;
  }
}

function* toolTexts(tool: Tool): Generator<string> {
  if ('systemTool' in tool) yield tool.systemTool.name;
  if (!('toolSpec' in tool)) return;
  const { name, description, inputSchema } = tool.toolSpec;
  yield name;
  if (description !== undefined) yield description;
  yield spread(inputSchema.json);
}

function* messageTexts({ content }: Message): Generator<string> {
  for (const block of content) yield* blockTexts(block);
}

function* blockTexts(block: ContentBlock): Generator<string> {
  if ('toolUse' in block) yield spread(block.toolUse.input);
  else if ('toolResult' in block) {
    for (const inner of block.toolResult.content) yield* sharedTexts(inner);
  } else if ('reasoningContent' in block) {
    const reasoning = block.reasoningContent;
    if ('reasoningText' in reasoning) yield reasoning.reasoningText.text;
  } else if ('citationsContent' in block) {
    for (const { text } of block.citationsContent.content ?? []) yield text;
  } else if ('guardContent' in block) {
    if ('text' in block.guardContent) yield block.guardContent.text.text;
  } else yield* sharedTexts(block);
}

/** The kinds that a message and a tool's result may both hold. */
function* sharedTexts(block: ContentBlock | ToolResultContentBlock): Generator<string> {
  if ('text' in block) yield block.text;
  else if ('json' in block) yield spread(block.json);
  else if ('document' in block) yield* documentTexts(block.document);
  else if ('searchResult' in block) {
    yield block.searchResult.title;
    for (const { text } of block.searchResult.content) yield text;
  }
}

/** JSON with white space in it, so that every member makes it longer in words. */
function spread(value: DocumentValue): string {
  return JSON.stringify(value, null, 1);
}

const textFormats = new Set<string | undefined>(['txt', 'md', 'csv', 'html']);

function* documentTexts({ name, context, format, source }: DocumentBlock): Generator<string> {
  yield name;
  if (context !== undefined) yield context;
  if ('text' in source) yield source.text;
  else if ('content' in source) for (const { text } of source.content) yield text;
  else if ('bytes' in source && textFormats.has(format)) {
    yield new TextDecoder().decode(source.bytes);
  }
}
