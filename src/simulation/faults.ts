// Scripted faults of the operations that no provider answers.

import { createError } from './scripted-error.ts';
import type { ScriptRequest } from './script.ts';
import type { Simulation } from './simulation.ts';
import { waitFor } from './wait.ts';

/** What is told of the call: whether a turn answered it. */
export interface FaultNotes {
  scripted: boolean;
}

/**
 * Throws where a script says that this operation (ListFoundationModels, GetFoundationModel) is to
 * fail; such a turn holds nothing but its error.
 */
export async function scriptedFault(
  { script, clock }: Simulation,
  request: Omit<ScriptRequest, 'text'> & { readonly signal?: AbortSignal },
  notes: FaultNotes,
): Promise<void> {
  const turn = script.take({ ...request, text: '' });
  if (turn === undefined || !('error' in turn.reply)) return;
  notes.scripted = true;
  await waitFor(clock, turn.delayMs, request.signal);
  throw createError(turn.reply.error);
}
