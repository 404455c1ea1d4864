// What is learned of one request on its way, for the log, the metrics and the traces. It is written
// to while the request runs, and read once when its answer has ended.

import type { Clock } from '../../environment.ts';
import type { ConverseResponse, TokenUsage } from '../../protocol/api/types.generated.ts';
import { ServiceException } from '../../protocol/errors.ts';
import type { ConverseStreamEvent } from '../../protocol/stream/events.ts';
import type { Conversation } from '../../protocol/validation/rule.ts';
import type { CallNotes } from '../../providers/provider.ts';
import type { CallObserver } from '../observer.ts';
import type { Route, RoutedPlace } from '../route.ts';

/** How an answer ended. `left`: the client did not wait for all of it. `cut`: a script cut it. */
export type Outcome = 'cut' | 'failed' | 'left' | 'whole';

/** A place that was tried. */
export interface Attempt {
  readonly place: RoutedPlace;
  readonly startedMs: number;
  /** What it failed with before the client had anything; undefined where it answered. */
  exception: string | undefined;
  /** When it failed; an answer goes on until the request ends. */
  endedMs: number | undefined;
}

/** What is known of a request before anything is done with it. */
export interface ObservedRequest {
  readonly requestId: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly notes: CallNotes;
}

/** What is known of a request once it was read. */
export interface Entering {
  readonly key: string | undefined;
  readonly body: Uint8Array;
}

/** Who hears of a request while it runs: the traces, of which a place is told. */
export interface Follower {
  readonly traceId: string | undefined;
  trying(attempt: Attempt): Readonly<Record<string, string>> | undefined;
  failed(attempt: Attempt): void;
  ended(observation: Observation): void;
}

/** What follows from the end of an observation. */
export interface ObservationSink {
  readonly clock: Clock;
  /** Whether messages are kept for whoever wants to read them. */
  readonly keepsMessages: boolean;
  onStream(): void;
  /** One more asks the place, or one less. */
  onVisit(place: string, change: -1 | 1): void;
  onDiscard(): void;
  onEnd(observation: Observation): void;
}

export class Observation implements CallObserver {
  readonly requestId: string;
  readonly notes: CallNotes;
  readonly startedMs: number;
  readonly attempts: Attempt[] = [];
  follower: Follower | undefined;
  /** Of the API; null where the path is none of its. */
  operation: string | null = null;
  /** As sent, decoded. */
  modelId: string | null = null;
  /** The name of the caller's key. */
  key: string | null = null;
  route: Route | undefined;
  request: Conversation | undefined;
  /** What came and what went, where messages are kept; the events of a stream. */
  sentBody: unknown;
  answeredBody: unknown;
  readonly events: ConverseStreamEvent[] = [];
  bytesIn = 0;
  bytesOut = 0;
  usage: TokenUsage | undefined;
  stopReason: string | undefined;
  /** Null where no answer came. */
  status: number | null = null;
  /** The exception's name, of an answer or of a stream. */
  exception: string | null = null;
  outcome: Outcome = 'whole';
  isStream = false;
  firstByteMs: number | undefined;
  latencyMs = 0;
  readonly #sink: ObservationSink;
  #ended = false;

  constructor({ requestId, notes }: ObservedRequest, sink: ObservationSink) {
    this.requestId = requestId;
    this.notes = notes;
    this.startedMs = sink.clock.monotonic();
    this.#sink = sink;
  }

  asked(request: Conversation, route: Route): void {
    this.request = request;
    this.route = route;
  }

  trying(place: RoutedPlace): Readonly<Record<string, string>> | undefined {
    const startedMs = this.#sink.clock.monotonic();
    const attempt: Attempt = { place, startedMs, exception: undefined, endedMs: undefined };
    this.attempts.push(attempt);
    this.#sink.onVisit(place.provider, 1);
    return this.follower?.trying(attempt);
  }

  failed(error: unknown): void {
    const attempt = this.attempts.at(-1);
    if (attempt === undefined) return;
    attempt.exception = nameOf(error);
    attempt.endedMs = this.#sink.clock.monotonic();
    this.#sink.onVisit(attempt.place.provider, -1);
    this.follower?.failed(attempt);
  }

  answered({ usage, stopReason }: Partial<Pick<ConverseResponse, 'stopReason' | 'usage'>>): void {
    if (usage !== undefined) this.usage = usage;
    if (stopReason !== undefined) this.stopReason = stopReason;
  }

  /** Whether somebody wants to read what came and what went. */
  get keepsMessages(): boolean {
    return this.#sink.keepsMessages;
  }

  /** The request's path is one of the API's. */
  asks(operation: string, modelId: string | null): void {
    this.operation = operation;
    this.modelId = modelId;
  }

  /** It came past the door. */
  enters({ key, body }: Entering): void {
    this.key = key ?? null;
    this.bytesIn = body.length;
    if (this.keepsMessages) this.sentBody = body;
  }

  /** A whole answer leaves. */
  answersWhole(bytes: number, body: object): void {
    this.status = 200;
    this.bytesOut = bytes;
    if (this.keepsMessages) this.answeredBody = body;
    this.#end('whole');
  }

  /** An exception leaves in place of an answer. */
  refuses(exception: ServiceException, bytes: number): void {
    this.status = exception.status;
    this.exception = exception.name;
    this.bytesOut = bytes;
    this.#end('failed');
  }

  /** It was none of the API's after all, and nobody is told of it. */
  discard(): void {
    this.#ended = true;
    this.#sink.onDiscard();
  }

  /** The client, or the script that cut the answer, takes no more of it. */
  broken(outcome: Outcome): void {
    this.#end(outcome);
  }

  streamBegins(status: number): void {
    this.status = status;
    this.isStream = true;
    this.#sink.onStream();
  }

  /** A batch leaves in one write. */
  wrote(events: readonly object[], bytes: number): void {
    this.bytesOut += bytes;
    this.firstByteMs ??= this.#sink.clock.monotonic() - this.startedMs;
    for (const event of events as readonly ConverseStreamEvent[]) {
      if ('messageStop' in event) this.stopReason = event.messageStop.stopReason;
      else if ('metadata' in event) this.usage = event.metadata.usage;
    }
    if (this.keepsMessages) this.events.push(...(events as readonly ConverseStreamEvent[]));
  }

  streamEnds(outcome: Outcome, exception?: ServiceException): void {
    this.exception = exception?.name ?? null;
    this.#end(outcome);
  }

  #end(outcome: Outcome): void {
    if (this.#ended) return;
    this.#ended = true;
    this.outcome = outcome;
    this.latencyMs = this.#sink.clock.monotonic() - this.startedMs;
    this.usage ??= this.notes.usage;
    const last = this.attempts.at(-1);
    if (last !== undefined && last.endedMs === undefined) {
      this.#sink.onVisit(last.place.provider, -1);
    }
    this.#sink.onEnd(this);
    this.#forget();
  }

  /** What is only counted later is not to hold bodies in memory until then. */
  #forget(): void {
    this.request = undefined;
    this.sentBody = undefined;
    this.answeredBody = undefined;
    this.events.length = 0;
    this.follower = undefined;
  }
}

/** What is no exception of the service is our own bug, and answered as one. */
function nameOf(error: unknown): string {
  return error instanceof ServiceException ? error.name : 'InternalServerException';
}
