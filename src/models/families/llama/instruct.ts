// The prompt template of Llama 2: `<s>[INST] ... [/INST] ... </s>`, system text in the first.

import type { Message } from '../../../protocol/api/types.generated.ts';
import { ValidationException } from '../../../protocol/errors.ts';
import type { Conversation } from '../family.ts';
import type { Losses } from '../losses.ts';
import { plainText } from '../plain-text.ts';
import { unsupportedField } from '../unsupported.ts';
import { tellMarkers } from './markers.ts';
import type { ReadConversation } from './read-prompt.ts';

/** Throws ValidationException for tools and media, which the template has no place for. */
export function writeInstruct(request: Conversation, losses: Losses): string {
  const { messages = [], system = [], toolConfig } = request;
  if (toolConfig !== undefined) throw unsupportedField('toolConfig');
  const text = plainText(system, 'system', losses);
  tellMarkers(text, { path: 'system', template: 'llama2' }, losses);
  const header = text === '' ? '' : `<<SYS>>\n${text}\n<</SYS>>\n\n`;
  return messages.map((_, at) => writeMessage(messages, at, { header, losses })).join('');
}

/** Undefined where the prompt is not in the template. */
export function readInstruct(prompt: string): ReadConversation | undefined {
  const parts = prompt.replace(/^\s*(?:<s>)?\s*/, '').split(/\[INST\]/);
  const [before, ...exchanges] = parts;
  if (before !== '' || exchanges.length === 0) return undefined;
  const [first = '', ...others] = exchanges;
  const [, system, rest = first] =
    /^\s*<<SYS>>\n?([^]*?)\n?<<\/SYS>>(?:\n\n)?([^]*)$/.exec(first) ?? [];
  const messages = [rest, ...others].map((exchange, at) =>
    readExchange(exchange, {
      isBare: at > 0 || system === undefined,
      isLast: at === others.length,
    }),
  );
  if (messages.includes(undefined)) return undefined;
  return {
    messages: messages.flatMap((pair) => pair ?? []),
    ...(system !== undefined && system !== '' && { system: [{ text: system }] }),
  };
}

interface Writing {
  readonly header: string;
  readonly losses: Losses;
}

function writeMessage(
  messages: readonly Message[],
  at: number,
  { header, losses }: Writing,
): string {
  const message = messages[at];
  if (message === undefined) return '';
  const { role, content } = message;
  checkOrder(role, messages[at - 1]?.role);
  const path = `messages.${at}.content`;
  const text = plainText(content, path, losses);
  tellMarkers(text, { path, template: 'llama2' }, losses);
  // From the maker's own code: what it tells of is trimmed, the system text with it.
  const full = at === 0 ? header + text : text;
  const trimmed = full.trim();
  if (trimmed !== full) losses.add(path, 'changed', 'blanks around the text are lost');
  if (role === 'user') return `<s>[INST] ${trimmed} [/INST]`;
  return at === messages.length - 1 ? ` ${trimmed}` : ` ${trimmed} </s>`;
}

function checkOrder(role: Message['role'], before: Message['role'] | undefined): void {
  if (role === 'system') throw unsupportedField('system');
  if (role === (before === 'user' ? 'assistant' : 'user')) return;
  // Captured.
  throw new ValidationException(
    before === undefined
      ? 'A conversation must start with a user message. ' +
          'Try again with a conversation that starts with a user message.'
      : 'A conversation must alternate between user and assistant roles. ' +
          'Make sure the conversation alternates between user and assistant roles and try again.',
  );
}

interface ExchangePlace {
  /** Without a system text before it, which ends where blanks of the user's may begin. */
  readonly isBare: boolean;
  readonly isLast: boolean;
}

/** The user's message and the answer to it, which the last has none or only the start of. */
function readExchange(
  exchange: string,
  { isBare, isLast }: ExchangePlace,
): readonly Message[] | undefined {
  const [asked, answered, ...more] = exchange.split('[/INST]');
  if (asked === undefined || answered === undefined || more.length > 0) return undefined;
  const question: Message = {
    role: 'user',
    content: [{ text: isBare ? asked.trim() : asked.trimEnd() }],
  };
  const end = answered.indexOf('</s>');
  if (end === -1 && !isLast) return undefined;
  const isClosed = end !== -1;
  if (isClosed && !/^<\/s>\s*(?:<s>)?\s*$/.test(answered.slice(end))) return undefined;
  if (isClosed && isLast) return undefined;
  const answer = (isClosed ? answered.slice(0, end) : answered).trim();
  if (answer === '') return isLast ? [question] : undefined;
  return [question, { role: 'assistant', content: [{ text: answer }] }];
}
