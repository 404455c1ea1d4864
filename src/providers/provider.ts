// A place a model runs. One file a provider, one line in the registry.

import type { ConverseRequest, ConverseResponse } from '../protocol/api/types.generated.ts';
import { ValidationException } from '../protocol/errors.ts';
import type { Capability } from '../models/catalog/model.ts';
import type { Loss } from '../protocol/loss.ts';
import type { ConverseEventStream } from '../protocol/stream/events.ts';

export type ProviderOperation =
  | 'Converse'
  | 'ConverseStream'
  | 'CountTokens'
  | 'InvokeModel'
  | 'InvokeModelWithResponseStream';

/** What a request is told about its own handling; becomes headers, journal and log. */
export interface CallNotes {
  /** What answered: `embedded/smollm2-135m-instruct`, `simulated`. */
  servedBy: string | undefined;
  /** The answer was a scripted turn. */
  scripted: boolean;
  /** What of request and answer could not be carried as it was. */
  readonly losses: Loss[];
  /** What cannot be carried as it is is refused instead. */
  readonly strict: boolean;
  /** What the caller had better do though it was answered; sent as `x-openconverse-hint`. */
  hint?: string;
}

export interface ProviderCall {
  readonly operation: ProviderOperation;
  /** The model ID as the client sent it, decoded. */
  readonly modelId: string;
  /** The foundation model that the ID, ARN or profile stands for; null where it names none. */
  readonly foundationModelId: string | null;
  /** The whole request in the inner language, checked. */
  readonly request: Omit<ConverseRequest, 'modelId'>;
  readonly signal: AbortSignal;
  readonly notes: CallNotes;
}

export interface Provider {
  /** What it carries by itself; the service makes up for some of the rest, and refuses the rest. */
  readonly capabilities: ReadonlySet<Capability>;
  /**
   * The whole answer. Throws a ServiceException where the model's place refuses or fails.
   */
  send(call: ProviderCall): Promise<ConverseResponse>;
  /**
   * The answer as batches of events, in the service's order, ended by `metadata`. What is known to
   * fail before the first token throws here or on the first pull; what fails later throws from
   * the iterator. Closing the iterator, or aborting the signal, ends the generation.
   */
  stream(call: ProviderCall): Promise<ConverseEventStream>;
  /** Input tokens that the request would be counted as. */
  countTokens(call: ProviderCall): Promise<number>;
  close(): Promise<void>;
}

/** Tells of what could not be carried. Throws ValidationException where that is to be refused. */
export function reportLosses(notes: CallNotes, losses: readonly Loss[]): void {
  notes.losses.push(...losses);
  const [first] = losses;
  if (!notes.strict || first === undefined) return;
  throw new ValidationException(
    `The member ${first.member} cannot be carried as it is: ${first.reason.replace(/\.$/, '')}. ` +
      'Leave it out, choose another model, or set strict to false.',
  );
}
