// A provider that runs in another process of this server: the same face on both sides of a link.

import type { Capability } from '../../models/catalog/model.ts';
import type { ConverseResponse } from '../../protocol/api/types.generated.ts';
import type { ConverseEventStream } from '../../protocol/stream/events.ts';
import type { Provider, ProviderCall } from '../provider.ts';
import type { Link } from './link.ts';
import { notesTaker } from './notes.ts';

/** A call without what only one process can have: its signal, and notes that are written to. */
export interface RemoteCall extends Omit<ProviderCall, 'notes' | 'signal'> {
  /** Which of the other process's places is meant. */
  readonly place: string;
  readonly strict: boolean;
}

/** What a provider is, as data. */
export interface RemoteFace {
  readonly capabilities: readonly Capability[];
  readonly models: boolean;
  readonly health: boolean;
}

/** The link stays the caller's own: other places are reached by it, too. */
export function createRemoteProvider(link: Link, place: string, face: RemoteFace): Provider {
  function asking(method: string, { notes, signal, ...call }: ProviderCall) {
    const { strict } = notes;
    const input: RemoteCall = { ...call, place, strict };
    return { method, input, signal, onAside: notesTaker(notes) };
  }

  // The other side answers with what its provider of the same type does.
  return {
    capabilities: new Set(face.capabilities),
    send: async (call) => (await link.ask(asking('send', call))) as ConverseResponse,
    stream: async (call) => (await link.stream(asking('stream', call))) as ConverseEventStream,
    countTokens: async (call) => (await link.ask(asking('countTokens', call))) as number,
    ...(face.models && {
      models: async (signal: AbortSignal) =>
        (await link.ask({ method: 'models', input: { place }, signal })) as readonly string[],
    }),
    ...(face.health && {
      health: async (signal: AbortSignal) => {
        await link.ask({ method: 'health', input: { place }, signal });
      },
    }),
    async close() {
      // Its process goes on while another worker needs it.
    },
  };
}
