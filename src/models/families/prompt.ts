// The one prompt of formats that know no turns: bare for one message, a transcript for several.

import type { Message } from '../../protocol/api/types.generated.ts';
import type { Conversation } from './family.ts';
import type { Losses } from './losses.ts';
import { leaveOut } from './losses.ts';
import type { Speakers } from './transcript.ts';
import { fromTranscript, toBarePrompt, toTranscript } from './transcript.ts';
import { unsupportedField } from './unsupported.ts';

/** Throws ValidationException for what no prompt can carry: system texts, tools, media. */
export function encodePrompt(request: Conversation, speakers: Speakers, losses: Losses): string {
  const { messages = [], system = [], toolConfig } = request;
  if (system.length > 0) throw unsupportedField('system');
  if (toolConfig !== undefined) throw unsupportedField('toolConfig');
  leaveOut(request, ['outputConfig'], losses);
  const [first, ...others] = messages;
  if (first?.role === 'user' && others.length === 0) return toBarePrompt(first, speakers, losses);
  // Documented: Converse on AWS holds no chats with these models.
  losses.add('messages', 'changed', 'the native format has no turns: one prompt tells them all');
  return toTranscript(messages, speakers, losses);
}

export function decodePrompt(prompt: string, speakers: Speakers): readonly Message[] {
  return fromTranscript(prompt, speakers, 2) ?? [{ role: 'user', content: [{ text: prompt }] }];
}
