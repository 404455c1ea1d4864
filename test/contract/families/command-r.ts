// The normal form of Command R: results before words, words before calls, and calls without IDs.

import fc from 'fast-check';
import { commandR } from '../../../src/models/families/command-r.ts';
import type {
  ContentBlock,
  ConverseResponse,
  Message,
  ToolResultBlock,
} from '../../../src/protocol/api/types.generated.ts';
import type { NormalForm } from './normal-form.ts';

export const commandRForm: NormalForm = {
  name: 'command-r',
  family: commandR,
  context: { modelId: 'cohere.command-r-plus-v1:0', maxTokens: 4000 },
  parts: {
    system: true,
    tools: true,
    toolChoices: ['auto', 'any', 'tool'],
    stopReasons: [
      'end_turn',
      'max_tokens',
      'stop_sequence',
      'content_filtered',
      'model_context_window_exceeded',
    ],
    inference: ['maxTokens', 'temperature', 'topP', 'stopSequences'],
    additional: fc.constantFrom(undefined as never, {
      documents: [{ title: 'Tall penguins', snippet: 'Emperors are the tallest.' }],
      k: 20,
    }),
  },
  request({ messages = [], system = [], toolConfig, ...request }) {
    const text = system.map((block) => ('text' in block ? block.text : '')).join('\n');
    return {
      messages: renumbered(
        messages.map((message) => ordered(message)),
        'call_',
      ),
      ...(system.length > 0 && { system: [{ text }] }),
      // The choice of a tool is the model's.
      ...(toolConfig && { toolConfig: { tools: toolConfig.tools } }),
      ...request,
    };
  },
  response: (response) => answered(response, ordered(response.output.message)),
  // Pieces come in the order in which they were written.
  streamed: (response) => answered(response, withJoinedTexts(response.output.message)),
  // An ID says no more than which call a result answers; success and `auto` go without saying.
  settle: ({ messages = [], toolConfig, ...request }) => ({
    ...request,
    messages: renumbered(messages.map(withoutSuccess), 'call_'),
    ...(toolConfig && {
      toolConfig:
        'auto' in (toolConfig.toolChoice ?? {}) ? { tools: toolConfig.tools } : toolConfig,
    }),
  }),
  settleResponse: (response) => answered(response, response.output.message),
};

function answered(response: ConverseResponse, message: Message): ConverseResponse {
  const [renumberedMessage = message] = renumbered([message], 'tooluse_');
  return { ...response, output: { message: renumberedMessage } };
}

/** Results, the texts as one, calls. */
function ordered(message: Message): Message {
  const { role, content } = withoutSuccess(message);
  const texts = content.flatMap((block) => ('text' in block ? [block.text] : []));
  return {
    role,
    content: [
      ...content.filter((block) => 'toolResult' in block),
      ...(texts.length > 0 ? [{ text: texts.join('\n') }] : []),
      ...content.filter((block) => 'toolUse' in block),
    ],
  };
}

function withJoinedTexts({ role, content }: Message): Message {
  const joined: ContentBlock[] = [];
  for (const block of content) {
    const last = joined.at(-1);
    if ('text' in block && last !== undefined && 'text' in last) {
      joined.splice(-1, 1, { text: `${last.text}\n${block.text}` });
    } else joined.push(block);
  }
  return { role, content: joined };
}

function withoutSuccess({ role, content }: Message): Message {
  return {
    role,
    content: content.map((block) =>
      'toolResult' in block ? { toolResult: resultOf(block.toolResult) } : block,
    ),
  };
}

/** An output that is nothing but a text is one, and one called an error is an error. */
function resultOf({ status, content, ...result }: ToolResultBlock): ToolResultBlock {
  if (status === 'error') return { ...result, status, content: content.map(plain) };
  const only = content.length === 1 ? content[0] : undefined;
  const json = only !== undefined && 'json' in only ? only.json : undefined;
  const [[name, value] = [], ...others] = Object.entries(json ?? {});
  if (others.length > 0) return { ...result, content };
  if (name === 'text' && typeof value === 'string')
    return { ...result, content: [{ text: value }] };
  if (name !== 'error') return { ...result, content };
  return { ...result, status: 'error', content: [plain({ json: value })] };
}

function plain(inner: ToolResultBlock['content'][number]): ToolResultBlock['content'][number] {
  return 'json' in inner && typeof inner.json === 'string' ? { text: inner.json } : inner;
}

function renumbered(messages: readonly Message[], prefix: string): readonly Message[] {
  const ids = new Map<string, string>();
  const digits = prefix === 'call_' ? 1 : 22;
  const idOf = (id: string): string => {
    const known = ids.get(id) ?? `${prefix}${String(ids.size + 1).padStart(digits, '0')}`;
    ids.set(id, known);
    return known;
  };
  return messages.map(({ role, content }) => ({
    role,
    content: content.map((block): ContentBlock => {
      if ('toolUse' in block) {
        return { toolUse: { ...block.toolUse, toolUseId: idOf(block.toolUse.toolUseId) } };
      }
      if (!('toolResult' in block)) return block;
      return { toolResult: { ...block.toolResult, toolUseId: idOf(block.toolResult.toolUseId) } };
    }),
  }));
}
