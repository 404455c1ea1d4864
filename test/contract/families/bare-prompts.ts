// The normal forms of Cohere Command and Jurassic-2: one prompt in, one text out, nothing counted.

import type { Conversation } from '../../../src/models/families/family.ts';
import { cohereCommand } from '../../../src/models/families/cohere-command.ts';
import { j2 } from '../../../src/models/families/j2.ts';
import type {
  ContentBlock,
  ConverseResponse,
  Message,
} from '../../../src/protocol/api/types.generated.ts';
import { anyText } from './conversations.ts';
import type { NormalForm } from './normal-form.ts';

const inference = ['maxTokens', 'temperature', 'topP', 'stopSequences'] as const;

/** The texts of a message are one text; the headers count, not the body. */
const form = {
  request: ({ messages = [], ...request }: Conversation) => ({
    messages: messages.map(joined),
    ...request,
  }),
  response: (response: ConverseResponse) =>
    uncounted({ ...response, output: { message: joined(response.output.message) } }),
  settleResponse: uncounted,
};

export const cohereCommandForm: NormalForm = {
  ...form,
  name: 'cohere-command',
  family: cohereCommand,
  context: { modelId: 'cohere.command-text-v14', maxTokens: 4096 },
  parts: {
    stopReasons: ['end_turn', 'max_tokens', 'stop_sequence', 'content_filtered'],
    inference,
    text: anyText,
  },
};

export const j2Form: NormalForm = {
  ...form,
  name: 'j2',
  family: j2,
  context: { modelId: 'ai21.j2-ultra-v1', maxTokens: 8191 },
  parts: { stopReasons: ['end_turn', 'max_tokens', 'stop_sequence'], inference, text: anyText },
};

function uncounted(response: ConverseResponse): ConverseResponse {
  return { ...response, usage: { inputTokens: 0, outputTokens: 0, totalTokens: 0 } };
}

function joined({ role, content }: Message): Message {
  return { role, content: [{ text: content.map(textOf).join('\n') }] };
}

function textOf(block: ContentBlock): string {
  if ('text' in block) return block.text;
  throw new Error('The format takes text only');
}
