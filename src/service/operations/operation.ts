// What an operation is, and what each is given besides its input.

import type { Environment } from '../../environment.ts';
import type { ConverseEventStream } from '../../protocol/stream/events.ts';
import type { OperationName } from '../../protocol/wire/rest-json.ts';
import type { FamilyName } from '../../models/catalog/model.ts';
import type { Family } from '../../models/families/family.ts';
import type { CallNotes, Provider } from '../../providers/provider.ts';
import type { CallObserver } from '../observer.ts';
import type { LiveModels } from '../live-models.ts';
import type { Guard } from '../resilience/guard.ts';
import type { Route } from '../route.ts';

export interface OperationContext {
  /** Throws where the ID leads nowhere. */
  readonly route: (modelId: string) => Route;
  readonly providers: ReadonlyMap<string, Provider>;
  /** What stands before some of them. */
  readonly guards: ReadonlyMap<string, Guard>;
  readonly families: Readonly<Record<FamilyName, Family>>;
  readonly fidelity: 'open' | 'aws';
  /** Two messages of one role in a row are refused. */
  readonly strict: boolean;
  /** Of the request's signature, else the configured one. */
  readonly region: string;
  /** Aborted when the caller goes away. */
  readonly signal: AbortSignal;
  readonly notes: CallNotes;
  /** The answer is to say in its trace what could not be carried. */
  readonly tracing: boolean;
  readonly environment: Pick<Environment, 'clock' | 'log' | 'random'>;
  /** What every HTTP request to a place says besides: that it came by this server. */
  readonly headers: Readonly<Record<string, string>>;
  /** Told where the call goes; absent where nobody wants to know. */
  readonly observer?: CallObserver | undefined;
  /** What the places list by themselves, of that what is for the caller. */
  readonly live: Pick<LiveModels, 'find' | 'list' | 'look'>;
  /** Throws where a script says that this operation, which no model answers, is to fail. */
  readonly scriptedFault: (operation: OperationName, modelId: string) => Promise<void>;
}

export type OperationOutput = (
  | { readonly body: object }
  | { readonly events: ConverseEventStream }
  | {
      /** Of a native stream, each wrapped as the service wraps it: `{ chunk: { bytes } }`. */
      readonly chunks: AsyncIterable<readonly object[]>;
    }
  /** The place's own bytes, whole. */
  | { readonly bytes: Uint8Array }
  | {
      /** The place's own bytes, in pieces of whole frames. */
      readonly frames: AsyncIterable<Uint8Array>;
      /** By what names its exceptions go. */
      readonly kind: 'converse' | 'native';
    }
) & {
  /** What the answer says in headers, by their names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
};

/** Members by their names, not checked yet. */
export type OperationInput = Readonly<Record<string, unknown>>;

/**
 * One operation of the API. `input` is as the wire gave it, path and query members included; the
 * operation checks its shape. Throws ServiceException.
 */
export type Operation = (
  input: OperationInput,
  context: OperationContext,
) => Promise<OperationOutput>;
