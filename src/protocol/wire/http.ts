// An HTTP exchange, free of any server: what the handler is given and what it gives back.

export interface WireRequest {
  readonly method: string;
  /** Path and query exactly as sent, percent-encoding kept. */
  readonly target: string;
  /** Names in lower case; over HTTP/2 `host` holds what `:authority` said where no host came. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly httpVersion: '1.0' | '1.1' | '2.0';
  /** Whether the caller is on this machine (the connection comes from the loopback range). */
  readonly local: boolean;
  /** Aborted when the client goes away before it has the whole answer. */
  readonly signal: AbortSignal;
  /** Reads the whole body, at most once. Throws ValidationException when it is over the limit. */
  body(): Promise<Uint8Array>;
}

export interface WireResponse {
  readonly status: number;
  /** Names in lower case. `content-length` is added for bytes. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whole, or one buffer a write; closing the iterator cancels the work behind it. */
  readonly body: Uint8Array | AsyncIterable<Uint8Array>;
}

/** Answers every request; only ConnectionCut is ever thrown, and means: drop the connection. */
export type WireHandler = (request: WireRequest) => Promise<WireResponse>;
