// The normal forms of Mistral's completion models, one a template.

import fc from 'fast-check';
import type { Template } from '../../../src/models/catalog/model.ts';
import type { Conversation } from '../../../src/models/families/family.ts';
import { mistral } from '../../../src/models/families/mistral.ts';
import type { JsonObject } from '../../../src/models/families/native-json.ts';
import type {
  ContentBlock,
  ConverseResponse,
  Message,
  ToolResultBlock,
} from '../../../src/protocol/api/types.generated.ts';
import type { ConversationParts } from './conversations.ts';
import type { NormalForm } from './normal-form.ts';

const plainParts: ConversationParts = {
  stopReasons: ['end_turn', 'max_tokens', 'stop_sequence'],
  inference: ['maxTokens', 'temperature', 'topP', 'stopSequences'],
  system: true,
  cachePoints: true,
};

const toolParts: ConversationParts = {
  ...plainParts,
  tools: true,
  toolsAlways: true,
  toolChoices: ['any', 'auto', 'tool'],
  // How other IDs are written is told in src/models/families/mistral/call-ids.test.ts.
  toolUseId: fc.noShrink(fc.noBias(fc.stringMatching(/^[A-Za-z0-9]{9}$/))),
};

/** The first template: the system text begins the first question, and there are no tools. */
export const mistralFirstForm: NormalForm = {
  ...formOf('mistral-v1'),
  parts: {
    ...plainParts,
    additional: fc.constantFrom(undefined as never, { top_k: 50 }),
  },
  request: (request) => withSystemBefore(0, withJoinedTexts(request)),
};

/** The second: the system text begins the last question, before which no calls are told. */
export const mistralSecondForm: NormalForm = {
  ...formOf('mistral-v2'),
  parts: toolParts,
  request(request) {
    const told = withTrimmedAnswers(withJoinedTexts(withoutCalls(request)));
    return withSystemBefore((told.messages ?? []).length - 1, told);
  },
  // Its calls have no IDs: those of an answer get new ones.
  response(response) {
    let ids = 0;
    const newId = (): string => `tooluse_${String((ids += 1)).padStart(22, '0')}`;
    const { content } = joinedTexts(response.output.message, '\n');
    return answered(
      stopped(response),
      content.map((block) =>
        'toolUse' in block ? { toolUse: { ...block.toolUse, toolUseId: newId() } } : block,
      ),
    );
  },
  settleResponse: (response) =>
    answered(
      response,
      response.output.message.content.map((block) =>
        'toolUse' in block ? { toolUse: { ...block.toolUse, toolUseId: 'any' } } : block,
      ),
    ),
};

/** The third: the system text begins the last question, and results are JSON. */
export const mistralThirdForm: NormalForm = {
  ...formOf('mistral-v3'),
  parts: toolParts,
  request(request) {
    const told = withTrimmedAnswers(withJoinedTexts(withResults(request, jsonResult)));
    return withSystemBefore((told.messages ?? []).length - 1, told);
  },
};

/** The seventh: the system text has a section of its own, and results are text. */
export const mistralSeventhForm: NormalForm = {
  ...formOf('mistral-v7'),
  parts: toolParts,
  request: (request) => withTrimmedAnswers(withJoinedTexts(withResults(request, (it) => it))),
};

function formOf(
  template: Template,
): Omit<Required<NormalForm>, 'parts' | 'request' | 'settleResponse' | 'streamed'> &
  Pick<Required<NormalForm>, 'settleResponse'> {
  return {
    name: `mistral (${template})`,
    family: mistral,
    context: { modelId: 'mistral.mistral-small-2402-v1:0', maxTokens: 512, template },
    // The headers count, not the body.
    response: (response) =>
      stopped(answered(response, joinedTexts(response.output.message, '\n').content)),
    settleResponse: (response) => answered(response, response.output.message.content),
    // A choice of the model's goes without saying, and so does success.
    settle: (request) => withoutAuto(withResults(request, (it) => it)),
    split: splitTexts,
  };
}

function answered(response: ConverseResponse, content: readonly ContentBlock[]): ConverseResponse {
  const usage = { inputTokens: 0, outputTokens: 0, totalTokens: 0 };
  return { ...response, usage, output: { message: { role: 'assistant', content } } };
}

/** That a sequence stopped the model is not told. */
function stopped(response: ConverseResponse): ConverseResponse {
  const isTold = response.stopReason !== 'stop_sequence';
  return { ...response, stopReason: isTold ? response.stopReason : 'end_turn' };
}

/** The texts of a message are one, those of `system` are, and nobody chooses a tool. */
function withJoinedTexts({
  messages = [],
  system,
  toolConfig,
  ...rest
}: Conversation): Conversation {
  const [text = ''] = joinedTexts({ role: 'user', content: system ?? [] }, '\n\n').content.flatMap(
    (block) => ('text' in block ? [block.text] : []),
  );
  return {
    messages: messages.map((message) => joinedTexts(message, '\n\n')),
    ...(system && { system: [{ text }] }),
    ...(toolConfig && { toolConfig: { tools: toolConfig.tools } }),
    ...rest,
  };
}

/** Texts that stand beside one another are one; cache points are nothing. */
function joinedTexts({ role, content }: Message, joint: string): Message {
  const joined: ContentBlock[] = [];
  for (const block of content.filter((it) => !('cachePoint' in it))) {
    const last = joined.at(-1);
    if ('text' in block && last !== undefined && 'text' in last) {
      joined.splice(-1, 1, { text: last.text + joint + block.text });
    } else joined.push(block);
  }
  return { role, content: joined };
}

function withSystemBefore(
  place: number,
  { messages = [], system = [], ...rest }: Conversation,
): Conversation {
  const before = system.map((block) => ('text' in block ? `${block.text}\n\n` : '')).join('');
  return {
    ...rest,
    messages: messages.map(({ role, content }, at) => {
      const [first, ...others] = content;
      const isThere = at === place && first !== undefined && 'text' in first;
      return { role, content: isThere ? [{ text: before + first.text }, ...others] : content };
    }),
  };
}

function withTrimmedAnswers({ messages = [], ...rest }: Conversation): Conversation {
  const trimmed = messages.map(({ role, content }): Message => {
    if (role !== 'assistant') return { role, content };
    return {
      role,
      content: content.map((block) =>
        'text' in block ? { text: block.text.replace(/ +$/, '') } : block,
      ),
    };
  });
  return { messages: trimmed, ...rest };
}

/** Without calls and their results; what one says twice then is one message. */
function withoutCalls({ messages = [], ...rest }: Conversation): Conversation {
  const kept: Message[] = [];
  for (const { role, content } of messages) {
    const texts = content.filter((block) => !('toolUse' in block) && !('toolResult' in block));
    const last = kept.at(-1);
    if (last?.role === role) kept.splice(-1, 1, { role, content: [...last.content, ...texts] });
    else if (texts.length > 0) kept.push({ role, content: texts });
  }
  return { messages: kept, ...rest };
}

type Content = ToolResultBlock['content'][number];

function withResults(
  { messages = [], ...rest }: Conversation,
  inner: (content: Content) => Content,
): Conversation {
  const told = messages.map(({ role, content }): Message => ({
    role,
    content: content.map((block) => {
      if (!('toolResult' in block)) return block;
      const { toolUseId, content } = block.toolResult;
      return { toolResult: { toolUseId, content: content.map(inner) } };
    }),
  }));
  return { messages: told, ...rest };
}

/** A text that is JSON is told as what it stands for. */
function jsonResult(content: Content): Content {
  if (!('text' in content)) return content;
  try {
    return { text: String(JSON.parse(content.text)) };
  } catch {
    // No JSON: a text like most.
    return content;
  }
}

function withoutAuto({ toolConfig, ...rest }: Conversation): Conversation {
  const isAuto = toolConfig?.toolChoice !== undefined && 'auto' in toolConfig.toolChoice;
  const settled = isAuto ? { tools: toolConfig.tools } : toolConfig;
  return { ...rest, ...(settled && { toolConfig: settled }) };
}

function splitTexts(
  chunks: readonly JsonObject[],
  pieces: (text: string) => readonly string[],
): readonly JsonObject[] {
  return chunks.flatMap((chunk) => {
    const [output] = chunk['outputs'] as readonly [{ text: string; stop_reason: unknown }];
    const texts = pieces(output.text).map((text) => ({ outputs: [{ text, stop_reason: null }] }));
    return [...texts, { outputs: [{ ...output, text: '' }] }];
  });
}
