// What the server remembers of its requests, for tests to look at.

import { journalBodyBytesMax, journalBodyDepthMax, journalEntriesMax } from '../limits.ts';
import { nestsDeeper } from '../protocol/validation/depth.ts';

export interface JournalEntry {
  /** Null where the path is none of the API's. */
  readonly operation: string | null;
  /** As sent, decoded. */
  readonly modelId: string | null;
  readonly httpVersion: string;
  readonly auth: 'sigv4' | 'bearer' | 'none';
  readonly accessKeyId: string | null;
  /** Null where no answer came. */
  readonly status: number | null;
  /** The exception's name. */
  readonly error: string | null;
  readonly scripted: boolean;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The parsed JSON, or null. */
  readonly body: unknown;
}

export interface Journal {
  /** `bodyBytes` is the body's length as it was sent. */
  record(entry: JournalEntry, bodyBytes: number): void;
  /** Oldest first. */
  entries(): readonly JournalEntry[];
  /** Forgets all and returns how many there were. */
  clear(): number;
}

export function createJournal(): Journal {
  let kept: Kept[] = [];
  let bytes = 0;
  return {
    record(entry, bodyBytes) {
      if (kept.length === journalEntriesMax) bytes -= kept.shift()?.bytes ?? 0;
      const headers = withoutSecrets(entry.headers);
      const hasRoom =
        bytes + bodyBytes <= journalBodyBytesMax && !nestsDeeper(entry.body, journalBodyDepthMax);
      const body = hasRoom ? entry.body : { omittedBytes: bodyBytes };
      const size = hasRoom ? bodyBytes : 0;
      kept.push({ entry: { ...entry, headers, body }, bytes: size });
      bytes += size;
    },
    entries: () => kept.map(({ entry }) => entry),
    clear() {
      const count = kept.length;
      kept = [];
      bytes = 0;
      return count;
    },
  };
}

interface Kept {
  readonly entry: JournalEntry;
  /** What its body takes of the room. */
  readonly bytes: number;
}

// Secrets of the caller: a journal is read by people and pasted into reports.
const secretHeaders = new Set(['authorization', 'x-amz-security-token']);

function withoutSecrets(headers: JournalEntry['headers']): JournalEntry['headers'] {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !secretHeaders.has(name.toLowerCase())),
  );
}
