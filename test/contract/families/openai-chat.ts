// The normal forms of OpenAI's format, as servers of several kinds speak it, and of Jamba.

import fc from 'fast-check';
import type { Conversation } from '../../../src/models/families/family.ts';
import { jamba } from '../../../src/models/families/jamba.ts';
import type { JsonObject } from '../../../src/models/families/native-json.ts';
import { listOf, objectOf } from '../../../src/models/families/native-json.ts';
import { createOpenaiChat, openaiChat } from '../../../src/models/families/openai-chat.ts';
import type {
  ContentBlock,
  ConverseResponse,
  Message,
  ToolResultBlock,
} from '../../../src/protocol/api/types.generated.ts';
import type { ConversationParts } from './conversations.ts';
import type { NormalForm } from './normal-form.ts';

const parts: ConversationParts = {
  system: true,
  tools: true,
  toolChoices: ['auto', 'any', 'tool'],
  stopReasons: ['end_turn', 'max_tokens', 'stop_sequence', 'content_filtered'],
  inference: ['maxTokens', 'temperature', 'topP', 'stopSequences'],
  additional: fc.constantFrom(undefined as never, {
    seed: 7,
    logit_bias: { '50256': -100 },
    parallel_tool_calls: false,
    response_format: { type: 'json_object' },
  }),
};

const everything: ConversationParts = {
  ...parts,
  images: true,
  reasoning: true,
  redactedReasoning: true,
  cachePoints: true,
};

export const openaiChatForm: NormalForm = {
  name: 'openai-chat',
  family: openaiChat,
  context: { modelId: 'openai.gpt-oss-20b-1:0', maxTokens: 16_384 },
  parts: everything,
  request: (request) => normalRequest(request, (content) => content),
  response: (response) => ended(withContent(response, inOrder)),
  streamed: (response) => ended(withContent(response, joinedBeside)),
  settle: settled,
  split: splitDeltas,
};

export const openaiTagsForm: NormalForm = {
  ...openaiChatForm,
  name: 'openai-chat (reasoning between tags)',
  family: createOpenaiChat({
    maxTokensMember: 'max_completion_tokens',
    reasoningField: 'think-tags',
    developerRole: true,
    carriesFiles: true,
    streamUsage: 'none',
  }),
  parts: { ...everything, documents: true },
  response: (response) => openaiChatForm.response(response),
  streamed: (response) => uncounted(ended(withContent(response, reasoningFirst))),
};

export const gptOssForm: NormalForm = {
  ...openaiTagsForm,
  name: 'openai-chat (gpt-oss)',
  family: createOpenaiChat({ reasoningField: 'reasoning-tags' }),
  parts: everything,
  streamed: (response) => ended(withContent(response, reasoningFirst)),
};

export const jambaForm: NormalForm = {
  ...openaiChatForm,
  name: 'jamba',
  family: jamba,
  context: { modelId: 'ai21.jamba-1-5-mini-v1:0', maxTokens: 4096 },
  parts,
  request: (request) => normalRequest(request, joinedTexts),
};

/** One system text; a message of the assistant is reasoning, text, calls; results are texts. */
function normalRequest(
  { system, messages = [], ...request }: Conversation,
  ofUser: (content: readonly ContentBlock[]) => readonly ContentBlock[],
): Conversation {
  const texts = (system ?? []).flatMap((block) => ('text' in block ? [block.text] : []));
  return {
    ...request,
    messages: messages.map(({ role, content }): Message => {
      if (role === 'assistant') return { role, content: inOrder(content) };
      return { role, content: ofUser(content.filter((it) => !('cachePoint' in it)).map(asText)) };
    }),
    ...(texts.length > 0 && { system: [{ text: texts.join('\n') }] }),
  };
}

function asText(block: ContentBlock): ContentBlock {
  if (!('toolResult' in block)) return block;
  const { toolUseId, content, status } = block.toolResult;
  const text = content.map(resultText).join('\n');
  return {
    toolResult: { toolUseId, content: [{ text: status === 'error' ? `Error: ${text}` : text }] },
  };
}

function resultText(item: ToolResultBlock['content'][number]): string {
  if ('text' in item) return item.text;
  return 'json' in item ? JSON.stringify(item.json) : '';
}

function joinedTexts(content: readonly ContentBlock[]): readonly ContentBlock[] {
  const texts = content.flatMap((block) => ('text' in block ? [block.text] : []));
  const others = content.filter((block) => !('text' in block));
  return texts.length > 0 ? [...others, { text: texts.join('\n') }] : others;
}

/** Reasoning, text, calls: each of the first two is one. Signatures are not kept. */
function inOrder(content: readonly ContentBlock[]): readonly ContentBlock[] {
  const reasoning = content.flatMap((block) => reasoningOf(block) ?? []);
  const calls = content.filter((block) => 'toolUse' in block);
  const texts = joinedTexts(content.filter((block) => 'text' in block));
  return [...reasoningBlocks(reasoning), ...texts, ...calls];
}

function reasoningBlocks(texts: readonly string[]): readonly ContentBlock[] {
  if (texts.length === 0) return [];
  return [{ reasoningContent: { reasoningText: { text: texts.join('\n') } } }];
}

function reasoningOf(block: ContentBlock): string | undefined {
  if (!('reasoningContent' in block)) return undefined;
  const { reasoningContent } = block;
  return 'reasoningText' in reasoningContent ? reasoningContent.reasoningText.text : undefined;
}

/** A stream keeps the order. A text that is not the first begins with a line break. */
function joinedBeside(content: readonly ContentBlock[]): readonly ContentBlock[] {
  const blocks: ContentBlock[] = [];
  const seen = { text: false, reasoning: false };
  for (const block of content) {
    const last = blocks.at(-1);
    const reasoning = reasoningOf(block);
    if ('text' in block) {
      const text = seen.text ? `\n${block.text}` : block.text;
      seen.text = true;
      if (last !== undefined && 'text' in last) blocks.splice(-1, 1, { text: last.text + text });
      else blocks.push({ text });
    } else if (reasoning !== undefined) {
      const text = seen.reasoning ? `\n${reasoning}` : reasoning;
      seen.reasoning = true;
      const before = last && reasoningOf(last);
      if (before !== undefined) blocks.pop();
      blocks.push({ reasoningContent: { reasoningText: { text: (before ?? '') + text } } });
    } else if ('toolUse' in block) blocks.push(block);
  }
  return blocks;
}

/** Between tags, reasoning comes before anything else, or not at all. */
function reasoningFirst(content: readonly ContentBlock[]): readonly ContentBlock[] {
  const at = content.findIndex((block) => 'text' in block || 'toolUse' in block);
  const first = at === -1 ? content : content.slice(0, at);
  const rest = content.slice(first.length).filter((block) => !('reasoningContent' in block));
  const reasoning = first.flatMap((block) => reasoningOf(block) ?? []);
  return [...reasoningBlocks(reasoning), ...joinedBeside(rest)];
}

function withContent(
  response: ConverseResponse,
  change: (content: readonly ContentBlock[]) => readonly ContentBlock[],
): ConverseResponse {
  const { content } = response.output.message;
  return { ...response, output: { message: { role: 'assistant', content: change(content) } } };
}

/** The format does not say that a stop sequence was met. */
function ended(response: ConverseResponse): ConverseResponse {
  const { stopReason } = response;
  return stopReason === 'stop_sequence' ? { ...response, stopReason: 'end_turn' } : response;
}

function uncounted(response: ConverseResponse): ConverseResponse {
  return { ...response, usage: { inputTokens: 0, outputTokens: 0, totalTokens: 0 } };
}

/** That a result is JSON, or a success, is nothing that a model is told otherwise than as text. */
function settled({ messages = [], ...request }: Conversation): Conversation {
  return {
    ...request,
    messages: messages.map(({ role, content }) => ({ role, content: content.map(asText) })),
  };
}

function splitDeltas(
  chunks: readonly JsonObject[],
  pieces: (text: string) => readonly string[],
): readonly JsonObject[] {
  return chunks.flatMap((chunk) => {
    const choice = objectOf(listOf(chunk['choices'])[0]);
    const { content } = objectOf(choice['delta']);
    if (typeof content !== 'string' || content === '') return [chunk];
    return pieces(content).map((piece) => {
      const choices = [{ index: 0, delta: { content: piece }, finish_reason: null }];
      return Object.assign({}, chunk, { choices });
    });
  });
}
