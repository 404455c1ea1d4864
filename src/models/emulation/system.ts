// System text for a route that has no place for it: it opens the first message of the user.

import type { ContentBlock, Message } from '../../protocol/api/types.generated.ts';
import { createLosses } from '../families/losses.ts';
import { plainText } from '../families/plain-text.ts';
import type { Emulation } from './emulation.ts';

export const system: Emulation = {
  isNeeded: (request) => (request.system ?? []).length > 0,
  apply({ system: blocks = [], messages = [], ...rest }) {
    const losses = createLosses();
    const text = plainText(blocks, 'system', losses);
    losses.add('system', 'emulated', 'the model has none: it opens the first message');
    return { value: { ...rest, messages: opened(messages, text) }, losses: losses.list };
  },
};

function opened(messages: readonly Message[], text: string): readonly Message[] {
  if (text.trim() === '') return messages;
  const at = messages.findIndex(({ role }) => role === 'user');
  const first = messages[at];
  if (first === undefined) return [{ role: 'user', content: [{ text }] }, ...messages];
  return messages.with(at, { ...first, content: withText(first.content, text) });
}

function withText(content: readonly ContentBlock[], text: string): readonly ContentBlock[] {
  const [head, ...rest] = content;
  if (head !== undefined && 'text' in head) return [{ text: `${text}\n\n${head.text}` }, ...rest];
  // A tool's result must come first in its message.
  const afterResults = content.findLastIndex((block) => 'toolResult' in block) + 1;
  return content.toSpliced(afterResults, 0, { text });
}
