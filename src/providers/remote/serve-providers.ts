// The other side of a remote provider: methods of a link that call the providers of this process.

import type { Provider, ProviderCall } from '../provider.ts';
import type { Asked, Method } from './link-server.ts';
import { Streamed } from './link-server.ts';
import { asideOf, emptyNotes } from './notes.ts';
import type { RemoteCall, RemoteFace } from './provider.ts';

/** Throws where there is no such place. */
export type FindProvider = (place: string) => Provider;

export function faceOf({ capabilities, models, health }: Provider): RemoteFace {
  return {
    capabilities: [...capabilities],
    models: models !== undefined,
    health: health !== undefined,
  };
}

/** Methods `send`, `stream`, `countTokens`, `models` and `health`. */
export function providerMethods(find: FindProvider): Readonly<Record<string, Method>> {
  return {
    async send(asked) {
      const { provider, call } = toCall(asked, find);
      return provider.send(call);
    },
    async stream(asked) {
      const { provider, call } = toCall(asked, find);
      return new Streamed(undefined, await provider.stream(call));
    },
    async countTokens(asked) {
      const { provider, call } = toCall(asked, find);
      return provider.countTokens(call);
    },
    models: async ({ input, signal }) => find(placeOf(input)).models?.(signal),
    health: async ({ input, signal }) => find(placeOf(input)).health?.(signal),
  };
}

interface Called {
  readonly provider: Provider;
  readonly call: ProviderCall;
}

function toCall(asked: Asked, find: FindProvider): Called {
  // The worker's remote provider wrote it.
  const { place, strict, ...call } = asked.input as RemoteCall;
  const notes = emptyNotes(strict);
  asked.aside = () => asideOf(notes);
  return { provider: find(place), call: { ...call, notes, signal: asked.signal } };
}

function placeOf(input: unknown): string {
  return (input as Pick<RemoteCall, 'place'>).place;
}
