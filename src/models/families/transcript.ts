// A conversation as one prompt, its turns marked by names at the start of a line.

import type { ConversationRole, Message } from '../../protocol/api/types.generated.ts';
import type { Losses } from './losses.ts';
import { plainText } from './plain-text.ts';
import { unsupportedField } from './unsupported.ts';

/** How a prompt calls the two that speak: letters only. */
export interface Speakers {
  readonly user: string;
  readonly assistant: string;
}

/** The prompt that the assistant goes on with. Throws ValidationException for what is no text. */
export function toTranscript(
  messages: readonly Message[],
  speakers: Speakers,
  losses: Losses,
): string {
  const turns = messages.map(({ role, content }, at) => {
    const path = `messages.${at}.content`;
    const text = plainText(content, path, losses);
    tellMarker({ text, path, marker: markerWithin(speakers) }, losses);
    return `${speakerOf(role, speakers)}: ${text}`;
  });
  // An answer that the caller has begun is gone on with.
  if (messages.at(-1)?.role !== 'assistant') turns.push(`${speakers.assistant}:`);
  return turns.join('\n');
}

/** The text of a conversation that is one message, which needs no marks. */
export function toBarePrompt(message: Message, speakers: Speakers, losses: Losses): string {
  const path = 'messages.0.content';
  const text = plainText(message.content, path, losses);
  tellMarker({ text, path, marker: markerAnywhere(speakers) }, losses);
  return text;
}

/** The turns of a prompt, undefined where it is none of `turnsMin` turns that end with a user's. */
export function fromTranscript(
  prompt: string,
  speakers: Speakers,
  turnsMin: number,
): readonly Message[] | undefined {
  const parts = prompt.split(markerAnywhere(speakers));
  const isOpen = parts.at(-2) === speakers.assistant && parts.at(-1)?.trim() === '';
  if (parts[0] !== '' || !isOpen || parts.length < 2 * turnsMin + 3) return undefined;
  const messages: Message[] = [];
  for (let at = 1; at < parts.length - 2; at += 2) {
    const role = parts[at] === speakers.user ? 'user' : 'assistant';
    messages.push({ role, content: [{ text: (parts[at + 1] ?? '').replace(/^ /, '') }] });
  }
  return messages;
}

function speakerOf(role: ConversationRole, { user, assistant }: Speakers): string {
  if (role === 'system') throw unsupportedField('system');
  return role === 'assistant' ? assistant : user;
}

interface MarkedText {
  readonly text: string;
  readonly path: string;
  readonly marker: RegExp;
}

function tellMarker({ text, path, marker }: MarkedText, losses: Losses): void {
  const name = marker.exec(text)?.[1];
  if (name === undefined) return;
  const reason = `its text holds "${name}:" at the start of a line, which begins a turn`;
  losses.add(path, 'changed', reason);
}

function markerAnywhere({ user, assistant }: Speakers): RegExp {
  return new RegExp(`(?:^|\\n)(${user}|${assistant}):`);
}

/** After the name of the speaker nothing is the start of a line. */
function markerWithin({ user, assistant }: Speakers): RegExp {
  return new RegExp(`\\n(${user}|${assistant}):`);
}
