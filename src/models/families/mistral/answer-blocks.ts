// The blocks of a whole answer, gathered from what is read of it.

import type { ContentBlock } from '../../../protocol/api/types.generated.ts';
import { ModelErrorException } from '../../../protocol/errors.ts';
import type { AnswerContext } from '../family.ts';
import { isJsonObject, parseNative } from '../native-json.ts';
import type { ReadCall } from './answer-reader.ts';
import { isCallId } from './call-ids.ts';

// Documented: what a model writes as a tool's input need not be JSON.
export const malformedCall =
  'Model produced invalid sequence as part of ToolUse. ' +
  'Please refer to the model tool use troubleshooting guide.';

/** The call as a block. Throws ModelErrorException where its input is no JSON object. */
export function callBlock(
  { name, id, input: text }: ReadCall,
  context: AnswerContext,
): ContentBlock {
  const input = text === '' ? {} : parseNative(text);
  if (!isJsonObject(input)) throw new ModelErrorException(malformedCall);
  const toolUseId = toolUseIdOf(id, context);
  return { toolUse: { toolUseId, name, input } };
}

/** The model's own ID of a call; a new one where it gave none. */
export function toolUseIdOf(id: unknown, context: AnswerContext): string {
  // mistral-common: "null" stands for none.
  return isCallId(id) && id !== 'null' ? id : context.createToolUseId();
}

/** The block added to the others; text goes on with text, reasoning with reasoning. */
export function appendBlock(blocks: ContentBlock[], block: ContentBlock): void {
  const before = blocks.at(-1);
  const joined = before && joinedWith(before, block);
  if (joined === undefined) blocks.push(block);
  else blocks.splice(-1, 1, joined);
}

function joinedWith(before: ContentBlock, block: ContentBlock): ContentBlock | undefined {
  if ('text' in before && 'text' in block) return { text: before.text + block.text };
  const [first, second] = [reasoningOf(before), reasoningOf(block)];
  if (first === undefined || second === undefined) return undefined;
  return { reasoningContent: { reasoningText: { text: first + second } } };
}

function reasoningOf(block: ContentBlock): string | undefined {
  if (!('reasoningContent' in block)) return undefined;
  const { reasoningContent } = block;
  return 'reasoningText' in reasoningContent ? reasoningContent.reasoningText.text : undefined;
}
