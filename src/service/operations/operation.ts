// What an operation is, and what each is given besides its input.

import type { OperationName } from '../../protocol/wire/rest-json.ts';
import type { ConverseEventStream } from '../../protocol/stream/events.ts';
import type { CallNotes } from '../../providers/provider.ts';
import type { Router } from '../route.ts';

export interface OperationContext {
  readonly route: Router;
  readonly fidelity: 'open' | 'aws';
  /** Two messages of one role in a row are refused. */
  readonly strict: boolean;
  /** Of the request's signature, else the configured one. */
  readonly region: string;
  /** Aborted when the caller goes away. */
  readonly signal: AbortSignal;
  readonly notes: CallNotes;
  /** Throws where a script says that this operation, which no model answers, is to fail. */
  readonly scriptedFault: (operation: OperationName, modelId: string) => Promise<void>;
}

export type OperationOutput = { readonly body: object } | { readonly events: ConverseEventStream };

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
