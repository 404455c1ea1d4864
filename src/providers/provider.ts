// A place a model runs. One file a provider, one line in the registry.

import type {
  ConverseRequest,
  ConverseResponse,
  TokenUsage,
} from '../protocol/api/types.generated.ts';
import { ValidationException } from '../protocol/errors.ts';
import type { Capability, FamilyName, Template } from '../models/catalog/model.ts';
import type { Loss } from '../protocol/loss.ts';
import type { ConverseEventStream } from '../protocol/stream/events.ts';

/** Any JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

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
  /** The ID by which the place knows the request; `x-openconverse-upstream-request-id`. */
  placeRequestId?: string;
  /** What a forwarded answer counted: nobody decodes it to learn that. */
  usage?: TokenUsage;
}

/** The model as the place knows it. */
export interface PlacedModel {
  /** Its ID there: what the configuration says, else the ID that the client sent. */
  readonly id: string;
  /** Which prompt template its family writes, where that has several. */
  readonly template: Template | undefined;
  /** The most that it can write, as far as it is known. */
  readonly maxTokens: number;
}

export interface ProviderCall {
  readonly operation: ProviderOperation;
  /** The model ID as the client sent it, decoded. */
  readonly modelId: string;
  /** The foundation model that the ID, ARN or profile stands for; null where it names none. */
  readonly foundationModelId: string | null;
  readonly model: PlacedModel;
  /** The whole request in the inner language, checked. */
  readonly request: Omit<ConverseRequest, 'modelId'>;
  readonly signal: AbortSignal;
  readonly notes: CallNotes;
  /** What every HTTP request for this call says besides, such as `x-openconverse-via`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request as the client sent it, for a place that speaks the client's own protocol. */
export interface ForwardCall extends Omit<ProviderCall, 'request'> {
  readonly sent: SentRequest;
}

/** What came from the client, untouched. */
export interface SentRequest {
  readonly body: Uint8Array;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** An answer in the place's own bytes: whole, or pieces that hold whole frames. */
export interface Forwarded {
  /** Of the answer's headers those that belong to it, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** As `Provider.stream`: what fails before the first frame is thrown before. */
  readonly body: Uint8Array | AsyncIterable<Uint8Array>;
}

/** What any place can be asked, whatever it speaks. */
export interface Place {
  /** The IDs of the models that it has now. */
  readonly models?: (signal: AbortSignal) => Promise<readonly string[]>;
  /** Resolves where it can serve; throws what is wrong where it cannot. */
  readonly health?: (signal: AbortSignal) => Promise<void>;
  close(): Promise<void>;
}

/** A place that speaks Converse. */
export interface Provider extends Place {
  /** What it carries by itself; the service makes up for some of the rest, and refuses the rest. */
  readonly capabilities: ReadonlySet<Capability>;
  /** The whole answer. Throws a ServiceException where the model's place refuses or fails. */
  send(call: ProviderCall): Promise<ConverseResponse>;
  /**
   * The answer as batches of events, in the service's order, ended by `metadata`. What is known to
   * fail before the first token throws here or on the first pull; what fails later throws from
   * the iterator. Closing the iterator, or aborting the signal, ends the generation.
   */
  stream(call: ProviderCall): Promise<ConverseEventStream>;
  /** Input tokens that the request would be counted as. */
  countTokens(call: ProviderCall): Promise<number>;
  /** The client's own bytes sent on, where the place speaks the protocol that we serve. */
  forward?(call: ForwardCall): Promise<Forwarded>;
}

/** A request in the format that a place speaks. */
export interface NativeCall extends Omit<ProviderCall, 'request'> {
  readonly body: JsonObject;
}

/** A place that speaks a native format: the service converts. */
export interface NativeProvider extends Place {
  readonly format: NativeFormat;
  /** What it does not do though the format can say it. */
  readonly lacks: ReadonlySet<Capability>;
  /** The whole answer as it is there. Throws a ServiceException where the place does not answer. */
  send(call: NativeCall): Promise<JsonObject>;
  /** The chunks of the answer, parsed; a batch is what one read gave. Else as `Provider.stream`. */
  stream(call: NativeCall): Promise<AsyncIterable<readonly JsonObject[]>>;
  /** Where the place counts; else the service estimates nothing and says so. */
  countTokens?(call: NativeCall): Promise<number>;
}

/** A family's format, and how this place's dialect of it differs, as data. */
export interface NativeFormat {
  readonly family: FamilyName;
  readonly quirks?: object;
}

export function isNative(provider: NativeProvider | Provider): provider is NativeProvider {
  return 'format' in provider;
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
