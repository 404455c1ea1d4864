// The prompt of DeepSeek-R1: its template, written and read.

import type { Message } from '../../../protocol/api/types.generated.ts';
import type { Conversation } from '../family.ts';
import type { Losses } from '../losses.ts';
import { plainText } from '../plain-text.ts';
import { unsupportedField } from '../unsupported.ts';

// The maker's tokens. Their bars are U+FF5C and their blanks U+2581.
const begin = '<｜begin▁of▁sentence｜>';
const end = '<｜end▁of▁sentence｜>';
const user = '<｜User｜>';
const assistant = '<｜Assistant｜>';
const reasoningOpen = '<think>\n';

const marker = /<｜[^｜>]{0,40}｜>|<\/?think>/;

/** Throws ValidationException for what no prompt can carry: tools, media. */
export function toPrompt({ messages = [], system = [] }: Conversation, losses: Losses): string {
  const before = textOf(system, 'system', losses);
  const turns = messages.map((message, at) => turnOf(message, `messages.${at}`, losses));
  const last = messages.at(-1);
  // An answer that the caller has begun is gone on with.
  if (last?.role === 'assistant') turns.push(turns.pop()?.slice(0, -end.length) ?? '');
  else turns.push(assistant + reasoningOpen);
  return begin + before + turns.join('');
}

function turnOf({ role, content }: Message, path: string, losses: Losses): string {
  if (role === 'system') throw unsupportedField(`${path}.role`);
  const text = textOf(content, `${path}.content`, losses);
  return role === 'user' ? user + text : assistant + text + end;
}

function textOf(content: Parameters<typeof plainText>[0], path: string, losses: Losses): string {
  const text = plainText(content, path, losses);
  const found = marker.exec(text)?.[0];
  if (found !== undefined) {
    losses.add(path, 'changed', `its text holds ${found}, which is a mark of the prompt`);
  }
  return text;
}

/** Whether the answer goes on with reasoning, which the prompt or the caller has opened. */
export function opensReasoning({ messages = [] }: Conversation): boolean {
  const last = messages.at(-1);
  if (last?.role !== 'assistant') return true;
  const text = last.content.map((block) => ('text' in block ? block.text : '')).join('\n');
  return text.includes('<think>') && !text.includes('</think>');
}

/** The turns of a prompt in the template; any other prompt is the user's one message. */
export function fromPrompt(prompt: string, losses: Losses): Conversation {
  const [before = '', ...parts] = withoutBegin(prompt).split(/(<｜User｜>|<｜Assistant｜>)/);
  if (parts.length === 0) return { messages: [{ role: 'user', content: [{ text: prompt }] }] };
  const messages: Message[] = [];
  for (let at = 0; at < parts.length; at += 2) {
    const role = parts[at] === user ? 'user' : 'assistant';
    messages.push({ role, content: [{ text: parts[at + 1] ?? '' }] });
  }
  return { ...(before !== '' && { system: [{ text: before }] }), ...closed(messages, losses) };
}

/** The last turn is the one that the model is to write, or to go on with. */
function closed(messages: readonly Message[], losses: Losses): Conversation {
  const turns = messages.map(({ role, content }): Message => {
    const text = content.map((block) => ('text' in block ? block.text : '')).join('');
    return { role, content: [{ text: role === 'assistant' ? withoutEnd(text) : text }] };
  });
  const last = messages.at(-1);
  const open = last?.content[0];
  const text = open !== undefined && 'text' in open ? open.text : '';
  if (last?.role !== 'assistant' || text.endsWith(end)) {
    losses.add(
      'prompt',
      'changed',
      'the turn that it ends with is closed, and the next one opened',
    );
    return { messages: turns };
  }
  if (text.trim() !== '' && text.trim() !== reasoningOpen.trim()) return { messages: turns };
  if (text !== reasoningOpen) {
    losses.add('prompt', 'changed', 'the reasoning of the answer is opened with a line of its own');
  }
  return { messages: turns.slice(0, -1) };
}

function withoutBegin(prompt: string): string {
  return prompt.startsWith(begin) ? prompt.slice(begin.length) : prompt;
}

function withoutEnd(text: string): string {
  return text.endsWith(end) ? text.slice(0, -end.length) : text;
}
