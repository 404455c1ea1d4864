// The normal form of Titan Text: the texts of a message are one text.

import { titanText } from '../../../src/models/families/titan-text.ts';
import type { ContentBlock, Message } from '../../../src/protocol/api/types.generated.ts';
import { anyText } from './conversations.ts';
import type { NormalForm } from './normal-form.ts';

export const titanTextForm: NormalForm = {
  name: 'titan-text',
  family: titanText,
  context: { modelId: 'amazon.titan-text-express-v1', maxTokens: 512 },
  parts: {
    stopReasons: ['end_turn', 'max_tokens', 'stop_sequence', 'content_filtered'],
    inference: ['maxTokens', 'temperature', 'topP', 'stopSequences'],
    // The format marks turns by words at the start of a line: lines that look like them are lost.
    text: anyText.map((text) => text.replaceAll(/\n(?=User:|Bot:)/g, ' ')),
  },
  request({ messages = [], ...request }) {
    if (messages.length > 1) return { messages: messages.map(joined), ...request };
    // One message alone is a conversation, too.
    return { messages: messages.map(joined), ...request };
  },
  response(response) {
    return { ...response, output: { message: joined(response.output.message) } };
  },
};

function joined({ role, content }: Message): Message {
  return { role, content: [{ text: content.map(textOf).join('\n') }] };
}

function textOf(block: ContentBlock): string {
  if ('text' in block) return block.text;
  throw new Error('Titan takes text only');
}
