// What is learned of a call in another process, told to the notes of this one.

import type { Loss } from '../../protocol/loss.ts';
import type { CallNotes } from '../provider.ts';

/** Notes at one moment. */
export type NotesAside = Omit<CallNotes, 'strict'>;

export function emptyNotes(strict: boolean): CallNotes {
  return { servedBy: undefined, scripted: false, losses: [], strict };
}

export function asideOf(notes: CallNotes): NotesAside {
  const { strict, ...aside } = notes;
  void strict;
  return aside;
}

/** Gives a call's notes what the other side has noted; each loss once, however often it is told. */
export function notesTaker(notes: CallNotes): (aside: unknown) => void {
  let known = 0;
  return (aside) => {
    if (aside === undefined) return;
    // The other end of the link made it with `asideOf`.
    const { losses, scripted, ...rest } = aside as NotesAside;
    notes.losses.push(...(losses as readonly Loss[]).slice(known));
    known = losses.length;
    notes.scripted ||= scripted;
    for (const [key, value] of Object.entries(rest)) {
      if (value !== undefined) Object.assign(notes, { [key]: value });
    }
  };
}
