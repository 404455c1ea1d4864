// The normal forms of Llama: a message's texts are one, calls have no IDs but their order.

import fc from 'fast-check';
import { llama } from '../../../src/models/families/llama.ts';
import type { Conversation } from '../../../src/models/families/family.ts';
import type { JsonObject } from '../../../src/models/families/native-json.ts';
import type {
  ContentBlock,
  ConverseResponse,
  Message,
} from '../../../src/protocol/api/types.generated.ts';
import { anyText } from './conversations.ts';
import type { NormalForm } from './normal-form.ts';

const maxTokens = 4096;
const inference = ['maxTokens', 'temperature', 'topP'] as const;

/** With tools and images, in a template whose turns have headers. */
function formOf(template: 'llama3' | 'llama4', modelId: string): NormalForm {
  return {
    name: `llama (${template})`,
    family: llama,
    context: { modelId, template, maxTokens },
    parts: {
      system: true,
      tools: true,
      toolsAlways: true,
      toolChoices: ['auto', 'any', 'tool'],
      images: true,
      cachePoints: true,
      reasoning: true,
      stopReasons: ['end_turn', 'max_tokens', 'stop_sequence', 'content_filtered'],
      inference: [...inference, 'stopSequences'],
    },
    request: (request) =>
      withSettings({ ...request, messages: withNewIds((request.messages ?? []).map(userForm)) }),
    response: answerForm,
    settle: (request) => withSettings({ ...request, messages: withNewIds(request.messages ?? []) }),
    settleResponse: withNewAnswerIds,
    split: splitGenerations,
  };
}

export const llamaForms: readonly NormalForm[] = [
  formOf('llama3', 'meta.llama3-2-90b-instruct-v1:0'),
  formOf('llama4', 'meta.llama4-scout-17b-instruct-v1:0'),
  {
    name: 'llama (llama2)',
    family: llama,
    context: { modelId: 'meta.llama2-70b-chat-v1', template: 'llama2', maxTokens },
    parts: { system: true, stopReasons: ['end_turn', 'max_tokens'], inference },
    request: ({ messages = [], ...request }) =>
      withSettings({
        ...request,
        messages: messages.map((message, at) => trimmed(joined(message), at === 0 && request)),
      }),
    response: answerForm,
    settle: withSettings,
    split: splitGenerations,
  },
  {
    ...formOf('llama3', 'meta.llama3-70b-instruct-v1:0'),
    name: 'llama (llama3, without tools)',
    parts: {
      system: true,
      stopReasons: ['end_turn', 'max_tokens'],
      inference,
      text: fc.oneof(anyText, fc.constantFrom('{"name": "search", "parameters": {}}')),
    },
  },
];

/** The template trims what is told of, the first message together with the system texts. */
function trimmed(
  { role, content }: Message,
  first: Omit<Conversation, 'messages'> | false,
): Message {
  const isAfterSystem = first !== false && first.system !== undefined;
  return {
    role,
    content: content.map((block) => ({ text: trimOf(textOf(block), isAfterSystem) })),
  };
}

function trimOf(text: string, isAfterSystem: boolean): string {
  return isAfterSystem ? text.trimEnd() : text.trim();
}

/** What is settled without words: the system's texts as one, the service's own defaults. */
function withSettings({ system, toolConfig, ...request }: Conversation): Conversation {
  const { stopSequences: _, ...config } = request.inferenceConfig ?? {};
  const { tools = [], toolChoice } = toolConfig ?? {};
  const choice = toolChoice !== undefined && 'auto' in toolChoice ? undefined : toolChoice;
  return {
    ...request,
    ...(system && { system: [{ text: system.map(systemText).join('\n') }] }),
    ...(toolConfig && { toolConfig: { tools, ...(choice && { toolChoice: choice }) } }),
    inferenceConfig: { ...config, maxTokens: config.maxTokens ?? maxTokens },
  };
}

function systemText(block: object): string {
  return 'text' in block ? String(block.text) : '';
}

/** What the user says is kept but for cache points; images are known by their bytes. */
function userForm(message: Message): Message {
  if (message.role === 'assistant') return joined(message);
  const content = message.content.map((block): ContentBlock => {
    return 'image' in block ? { image: { ...block.image, format: 'png' } } : block;
  });
  return joined({ role: 'user', content });
}

/** A message of the request, which says at least an empty text. */
function joined(message: Message): Message {
  const { role, content } = joinedAnswer(message);
  return { role, content: content.length > 0 ? content : [{ text: '' }] };
}

/** Cache points and reasoning are left out, and texts beside one another are one. */
function joinedAnswer({ role, content }: Message): Message {
  const blocks: ContentBlock[] = [];
  for (const block of content) {
    const last = blocks.at(-1);
    if ('cachePoint' in block || 'reasoningContent' in block) continue;
    if ('text' in block && last !== undefined && 'text' in last) {
      blocks.splice(-1, 1, { text: `${last.text}\n${block.text}` });
    } else blocks.push(block);
  }
  return { role, content: blocks };
}

/** Calls are numbered in their order, and results follow them; success goes without saying. */
function withNewIds(messages: readonly Message[]): readonly Message[] {
  const ids = new Map<string, string>();
  return messages.map(({ role, content }) => ({
    role,
    content: content.map((block): ContentBlock => {
      if ('toolUse' in block) {
        const id = `tooluse_${String(ids.size + 1).padStart(22, '0')}`;
        ids.set(block.toolUse.toolUseId, id);
        return { toolUse: { ...block.toolUse, toolUseId: id } };
      }
      if (!('toolResult' in block)) return block;
      const { toolUseId, status, ...result } = block.toolResult;
      const isError = status === 'error' && { status };
      return { toolResult: { ...result, toolUseId: ids.get(toolUseId) ?? '', ...isError } };
    }),
  }));
}

function withNewAnswerIds(response: ConverseResponse): ConverseResponse {
  const [message = response.output.message] = withNewIds([response.output.message]);
  return { ...response, output: { message } };
}

/** Blanks at the start of the answer, and between a call and a text, are the template's. */
function answerForm(response: ConverseResponse): ConverseResponse {
  const [message = { role: 'assistant', content: [] }] = withNewIds([
    joinedAnswer(response.output.message),
  ]);
  const content = message.content.map((block, at): ContentBlock => {
    if (!('text' in block)) return block;
    return { text: at === 0 ? block.text.trimStart() : block.text.replace(/^[\s;,]+/, '') };
  });
  return {
    ...response,
    output: { message: { role: 'assistant', content } },
    stopReason: stopReasonOf(response),
  };
}

function stopReasonOf({ stopReason }: ConverseResponse): ConverseResponse['stopReason'] {
  return stopReason === 'tool_use' || stopReason === 'max_tokens' ? stopReason : 'end_turn';
}

function splitGenerations(
  chunks: readonly JsonObject[],
  pieces: (text: string) => readonly string[],
): readonly JsonObject[] {
  const text = chunks.map(({ generation }) => String(generation)).join('');
  const split = pieces(text).map((generation) => ({ generation, stop_reason: null }));
  return [...split, ...chunks.slice(-1)];
}

function textOf(block: ContentBlock): string {
  if ('text' in block) return block.text;
  throw new Error('Llama 2 takes text only');
}
