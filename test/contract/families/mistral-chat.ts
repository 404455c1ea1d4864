// The normal form of Mistral's chat models: nothing is signed, and an answer's texts are one.

import fc from 'fast-check';
import type { Conversation } from '../../../src/models/families/family.ts';
import { mistralChat } from '../../../src/models/families/mistral-chat.ts';
import type { JsonObject } from '../../../src/models/families/native-json.ts';
import type {
  ContentBlock,
  ConverseResponse,
  Message,
} from '../../../src/protocol/api/types.generated.ts';
import type { NormalForm } from './normal-form.ts';

export const mistralChatForm: NormalForm = {
  name: 'mistral-chat',
  family: mistralChat,
  context: { modelId: 'mistral.magistral-small-2509', maxTokens: 512 },
  parts: {
    system: true,
    tools: true,
    toolChoices: ['any', 'auto', 'tool'],
    images: true,
    reasoning: true,
    cachePoints: true,
    stopReasons: [
      'end_turn',
      'max_tokens',
      'stop_sequence',
      'content_filtered',
      'model_context_window_exceeded',
    ],
    inference: ['maxTokens', 'temperature', 'topP', 'stopSequences'],
    // How other IDs are written is told in src/models/families/mistral/call-ids.test.ts.
    toolUseId: fc.noShrink(fc.noBias(fc.stringMatching(/^[A-Za-z0-9]{9}$/))),
    additional: fc.constantFrom(undefined as never, { random_seed: 7, safe_prompt: true }),
  },
  request: (request) => withContent(request, (content) => content.flatMap(plain)),
  response(response) {
    const { content } = response.output.message;
    const calls = content.filter((block) => 'toolUse' in block);
    const others = content.filter((block) => !('toolUse' in block));
    return answered(response, [...joined(others), ...calls]);
  },
  // Pieces come in the order in which they were written.
  streamed: (response) => answered(response, joined(response.output.message.content)),
  // Success goes without saying.
  settle: (request) => withContent(request, (content) => content.map(withoutStatus)),
  split: splitTexts,
};

function withContent(
  { messages = [], ...rest }: Conversation,
  change: (content: Message['content']) => Message['content'],
): Conversation {
  const changed = messages.map(({ role, content }) => ({ role, content: change(content) }));
  return { messages: changed, ...rest };
}

/** No cache points, no signatures, no status of a result. */
function plain(block: ContentBlock): readonly ContentBlock[] {
  return 'cachePoint' in block ? [] : [withoutStatus(unsigned(block))];
}

function unsigned(block: ContentBlock): ContentBlock {
  if (!('reasoningContent' in block) || !('reasoningText' in block.reasoningContent)) return block;
  const { text } = block.reasoningContent.reasoningText;
  return { reasoningContent: { reasoningText: { text } } };
}

function withoutStatus(block: ContentBlock): ContentBlock {
  if (!('toolResult' in block)) return block;
  const { toolUseId, content } = block.toolResult;
  return { toolResult: { toolUseId, content } };
}

/** That a sequence stopped the model is not told. */
function answered(response: ConverseResponse, content: readonly ContentBlock[]): ConverseResponse {
  const stopReason = response.stopReason === 'stop_sequence' ? 'end_turn' : response.stopReason;
  return { ...response, stopReason, output: { message: { role: 'assistant', content } } };
}

/** Texts that stand beside one another are one, and so is reasoning. */
function joined(content: readonly ContentBlock[]): readonly ContentBlock[] {
  const blocks: ContentBlock[] = [];
  for (const block of content.map(unsigned)) {
    const last = blocks.at(-1);
    const both = last === undefined ? undefined : joinedPair(last, block);
    if (both === undefined) blocks.push(block);
    else blocks.splice(-1, 1, both);
  }
  return blocks;
}

function joinedPair(first: ContentBlock, second: ContentBlock): ContentBlock | undefined {
  if ('text' in first && 'text' in second) return { text: `${first.text}\n${second.text}` };
  const [before, after] = [reasoningOf(first), reasoningOf(second)];
  if (before === undefined || after === undefined) return undefined;
  return { reasoningContent: { reasoningText: { text: `${before}\n${after}` } } };
}

function reasoningOf(block: ContentBlock): string | undefined {
  if (!('reasoningContent' in block) || !('reasoningText' in block.reasoningContent))
    return undefined;
  return block.reasoningContent.reasoningText.text;
}

function splitTexts(
  chunks: readonly JsonObject[],
  pieces: (text: string) => readonly string[],
): readonly JsonObject[] {
  return chunks.flatMap((chunk) => {
    const [choice] = chunk['choices'] as readonly [{ readonly message: JsonObject }];
    const { content } = choice.message;
    if (typeof content !== 'string' || 'tool_calls' in choice.message) return [chunk];
    const texts = pieces(content).map((text) => ({
      choices: [{ index: 0, message: { role: 'assistant', content: text }, stop_reason: null }],
    }));
    const emptied = { ...choice, message: { ...choice.message, content: '' } };
    return [...texts, { ...chunk, choices: [emptied] }];
  });
}
