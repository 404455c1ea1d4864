// An HTTP handler for AWS's own client that answers in this process, in place of a socket.

import { requestBodyBytesMax } from '../limits.ts';
import { ConnectionCut, ValidationException } from '../protocol/errors.ts';
import type { WireHandler, WireRequest, WireResponse } from '../protocol/wire/http.ts';
import { createHandler } from '../server/handler.ts';
import type { Converse } from './converse.ts';
import { engineSource } from './converse.ts';
import type { EngineSource } from './engine-source.ts';

/** A request as the AWS SDK for JavaScript hands it to its HTTP handler. */
export interface SdkRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** The answer; a stream's body is an async iterable of bytes. */
export interface SdkResponse {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array | AsyncIterable<Uint8Array>;
}

export interface SdkHandlerOptions {
  readonly abortSignal?: unknown;
}

/** What `new BedrockRuntimeClient({ requestHandler })` takes. */
export interface RequestHandler {
  handle(
    request: SdkRequest,
    options?: SdkHandlerOptions,
  ): Promise<{ readonly response: SdkResponse }>;
  /** The SDK calls it when the client is destroyed; the Converse stays open. */
  destroy(): void;
  updateHttpClientConfig(): void;
  httpHandlerConfigs(): Record<string, never>;
}

/**
 * Makes AWS's own client call this process: no socket, no endpoint; the credentials may be any.
 *
 * @example
 * const client = new BedrockRuntimeClient({
 *   region: 'us-east-1',
 *   credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
 *   requestHandler: requestHandler(converse),
 * });
 */
export function requestHandler(converse: Converse): RequestHandler {
  const source = converse[engineSource];
  const serving = createServing(source);
  return {
    async handle(request, { abortSignal } = {}) {
      const signal = AbortSignal.any([toSignal(abortSignal), source.closing]);
      try {
        const { handler, isAnonymous } = await serving(signal);
        const wireRequest = toWireRequest(request, signal);
        // It names AWS's address, which nobody is asked for here; a signature that counts holds it.
        if (isAnonymous) delete wireRequest.headers['host'];
        return { response: toSdkResponse(await handler(wireRequest), signal) };
      } catch (error) {
        throw toSdkError(error, signal);
      }
    },
    destroy() {
      // Who created the Converse closes it: other clients may share it.
    },
    updateHttpClientConfig() {
      // Timeouts and sockets are what is configured there, and there are none.
    },
    httpHandlerConfigs: () => ({}),
  };
}

interface Serving {
  readonly handler: WireHandler;
  /** Nobody's signature is checked. */
  readonly isAnonymous: boolean;
}

/** The engine and its one handler; a start that failed is tried again by the next request. */
function createServing(source: EngineSource): (signal: AbortSignal) => Promise<Serving> {
  let serving: Serving | undefined;
  return async (signal) => {
    const engine = await source.engine(signal);
    serving ??= {
      handler: createHandler({ engine, environment: source.environment }),
      isAnonymous: engine.config.auth === 'none',
    };
    return serving;
  };
}

function toSignal(abortSignal: unknown): AbortSignal {
  return abortSignal instanceof AbortSignal ? abortSignal : new AbortController().signal;
}

interface SdkWireRequest extends WireRequest {
  readonly headers: Record<string, string>;
}

function toWireRequest(request: SdkRequest, signal: AbortSignal): SdkWireRequest {
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  return {
    method: request.method,
    target: targetOf(request),
    headers,
    httpVersion: '1.1',
    local: true,
    signal,
    body: () => readBody(request.body),
  };
}

function targetOf({ path, query = {} }: SdkRequest): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    const values = Array.isArray(value) ? value : [value ?? ''];
    for (const each of values) search.append(name, each);
  }
  return search.size === 0 ? path : `${path}?${search.toString()}`;
}

async function readBody(body: unknown): Promise<Uint8Array> {
  const bytes = await toBytes(body);
  if (bytes.length <= requestBodyBytesMax) return bytes;
  throw new ValidationException(
    `The request body of ${bytes.length} bytes is larger than the limit of ` +
      `${requestBodyBytesMax} bytes.`,
  );
}

// Bedrock's operations send JSON, which the SDK hands over as text or bytes, whole.
async function toBytes(body: unknown): Promise<Uint8Array> {
  if (body === undefined || body === null) return new Uint8Array(0);
  if (typeof body === 'string') return new TextEncoder().encode(body);
  if (body instanceof Uint8Array) return body;
  if (body instanceof ArrayBuffer) return new Uint8Array(body);
  throw new TypeError('The body of a request must be whole: text or bytes, no stream.');
}

function toSdkResponse({ status, headers, body }: WireResponse, signal: AbortSignal): SdkResponse {
  return {
    statusCode: status,
    headers: { ...headers },
    body: body instanceof Uint8Array ? body : abortable(body, signal),
  };
}

/** An abort ends the body at once and as an abort, whatever the work behind it says of it. */
function abortable(
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncIterable<Uint8Array> {
  const iterator = body[Symbol.asyncIterator]();
  // The SDK's reader never closes what it reads, not even when its own reader leaves.
  signal.addEventListener('abort', close, { once: true });
  function close(): void {
    // Nobody is left to be told of an error in the clean-up.
    iterator.return?.().catch(() => undefined);
  }
  const bytes: AsyncIterator<Uint8Array> = {
    async next() {
      try {
        signal.throwIfAborted();
        const result = await iterator.next();
        signal.throwIfAborted();
        if (result.done === true) signal.removeEventListener('abort', close);
        return result;
      } catch (error) {
        throw toSdkError(error, signal);
      }
    },
    async return(value) {
      signal.removeEventListener('abort', close);
      await iterator.return?.(value);
      return { done: true, value };
    },
  };
  return { [Symbol.asyncIterator]: () => bytes };
}

/** Errors under the names by which the SDK knows an abort and a lost connection. */
function toSdkError(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) {
    const aborted = new Error('Request aborted', { cause: signal.reason });
    aborted.name = 'AbortError';
    return aborted;
  }
  if (!(error instanceof ConnectionCut)) return error;
  return Object.assign(new Error('The connection was cut.', { cause: error }), {
    code: 'ECONNRESET',
  });
}
