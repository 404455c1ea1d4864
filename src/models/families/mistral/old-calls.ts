// Forgets calls that were answered before the last question, as the second template does.

import type {
  ContentBlock,
  Message,
  SystemContentBlock,
} from '../../../protocol/api/types.generated.ts';
import type { Losses } from '../losses.ts';

type Result = Extract<ContentBlock, { readonly toolResult: unknown }>;

export function isResult(block: ContentBlock | SystemContentBlock): block is Result {
  return 'toolResult' in block;
}

/** Whether the user says something of their own in the message. */
export function hasQuestion({ role, content }: Message): boolean {
  return role === 'user' && (content.length === 0 || content.some((block) => !isResult(block)));
}

/** A message and where it stands in the request. */
export interface Turn extends Message {
  readonly place: number;
}

/** One that may become longer. */
interface OpenTurn extends Turn {
  readonly content: ContentBlock[];
}

export function turnsOf(messages: readonly Message[]): readonly Turn[] {
  return messages.map((message, place) => ({ ...message, place }));
}

/** The messages without them; each that is gone is told. */
export function withoutOldCalls(messages: readonly Message[], losses: Losses): readonly Turn[] {
  const last = messages.findLastIndex(hasQuestion);
  const kept: OpenTurn[] = [];
  for (const turn of turnsOf(messages)) {
    const content = turn.place <= last ? withoutCalls(turn, losses) : turn.content;
    if (content.length > 0 || turn.content.length === 0) append(kept, { ...turn, content });
  }
  return kept;
}

function withoutCalls({ content, place }: Turn, losses: Losses): Message['content'] {
  return content.filter((block, at) => {
    if (!('toolUse' in block) && !isResult(block)) return true;
    const path = `messages.${place}.content.${at}.${Object.keys(block)[0]}`;
    losses.add(path, 'left out', 'the template tells no calls before the last question');
    return false;
  });
}

/** What two answers say when nothing is between them any more, one says. */
function append(turns: OpenTurn[], turn: Turn): void {
  const before = turns.at(-1);
  if (before?.role !== 'assistant' || turn.role !== 'assistant') {
    turns.push({ ...turn, content: [...turn.content] });
  } else for (const block of turn.content) before.content.push(block);
}
