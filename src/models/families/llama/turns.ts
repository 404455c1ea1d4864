// The turns of a prompt whose template gives each a header.

import type { Markers } from './markers.ts';

/** `ipython` is what the template calls a tool. */
export type TurnRole = 'assistant' | 'ipython' | 'system' | 'user';

export interface Turn {
  readonly role: TurnRole;
  readonly text: string;
  /** What ends it; absent where it is to be gone on with. */
  readonly end?: 'message' | 'turn';
}

export function writeTurns(turns: readonly Turn[], markers: Markers): string {
  const { begin, headerStart, headerEnd, endOfTurn, endOfMessage } = markers;
  const ends = { turn: endOfTurn, message: endOfMessage, none: '' };
  const texts = turns.map(
    ({ role, text, end }) => `${headerStart}${role}${headerEnd}\n\n${text}${ends[end ?? 'none']}`,
  );
  return begin + texts.join('');
}

/**
 * The turns of a prompt, the last of which is the assistant's and open; undefined where it is
 * not in the template. Line breaks around the markers need not be exact: many write them so.
 */
export function readTurns(prompt: string, markers: Markers): readonly Turn[] | undefined {
  const text = prompt.trimStart();
  const begun = text.startsWith(markers.begin) ? text.slice(markers.begin.length) : text;
  const [before, ...parts] = begun.split(markers.headerStart);
  if (before?.trim() !== '') return undefined;
  const turns = parts.flatMap((part) => readTurn(part, markers) ?? []);
  const isWhole = turns.length === parts.length;
  const isOpen = turns.every(({ end }, at) => (end === undefined) === (at === turns.length - 1));
  return isWhole && isOpen && turns.at(-1)?.role === 'assistant' ? turns : undefined;
}

const roles: ReadonlyMap<string, TurnRole> = new Map([
  ['assistant', 'assistant'],
  ['ipython', 'ipython'],
  ['system', 'system'],
  // Some write the role as chat formats call it.
  ['tool', 'ipython'],
  ['user', 'user'],
]);

function readTurn(part: string, markers: Markers): Turn | undefined {
  const at = part.indexOf(markers.headerEnd);
  const role = at === -1 ? undefined : roles.get(part.slice(0, at).trim());
  if (role === undefined) return undefined;
  const rest = part.slice(at + markers.headerEnd.length);
  const ends = [
    ['turn', markers.endOfTurn],
    ['message', markers.endOfMessage],
  ] as const;
  for (const [end, marker] of ends) {
    const endsAt = rest.indexOf(marker);
    if (endsAt === -1) continue;
    if (rest.slice(endsAt + marker.length).trim() !== '') return undefined;
    return { role, text: readText(rest.slice(0, endsAt)), end };
  }
  return { role, text: readText(rest) };
}

function readText(body: string): string {
  return body.startsWith('\n\n') ? body.slice(2) : body.trim();
}
