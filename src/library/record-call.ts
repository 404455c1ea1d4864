// A call of the library in the journal of the simulated model, as the server records its requests.

import { encodeJson, parseBody } from '../protocol/wire/rest-json.ts';
import type { JournalEntry } from '../simulation/journal.ts';
import type { Simulation } from '../simulation/simulation.ts';

export interface RecordedCall extends Pick<JournalEntry, 'error' | 'status'> {
  readonly operation: string;
  readonly sent: Readonly<Record<string, unknown>>;
  readonly notes: { readonly scripted: boolean };
}

/** No HTTP was spoken, so the entry has no headers, and its version is empty. */
export function recordCall(simulation: Simulation | undefined, call: RecordedCall): void {
  if (simulation === undefined) return;
  const { operation, sent, notes, status, error } = call;
  const { modelId, ...members } = sent;
  const body = encodeJson(members);
  const entry: JournalEntry = {
    operation,
    modelId: typeof modelId === 'string' ? modelId : null,
    httpVersion: '',
    auth: 'none',
    accessKeyId: null,
    status,
    error,
    scripted: notes.scripted,
    headers: {},
    body: parseBody(body),
  };
  simulation.journal.record(entry, body.length);
}
