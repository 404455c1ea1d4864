// A place that takes JSON over HTTP, and answers in JSON or in server-sent events.

import type { Clock, Environment } from '../../environment.ts';
import { providerErrorBytesMax } from '../../limits.ts';
import { isJsonObject } from '../../protocol/api/json-object.ts';
import { ModelErrorException, ModelStreamErrorException } from '../../protocol/errors.ts';
import { createHttpClient } from '../http.ts';
import type { HttpClientOptions, HttpRequest, Timeouts } from '../http.ts';
import { failureOf, failureWithin, isFailure } from '../native-failure.ts';
import type { JsonObject, NativeCall } from '../provider.ts';
import { createSseDecoder } from '../sse.ts';
import type { SseDecoder } from '../sse.ts';
import type { HttpAnswer } from './answer.ts';

/** What such a place is made of. */
export interface HttpPlaceOptions {
  readonly baseUrl?: string | undefined;
  readonly apiKey?: string | undefined;
  /** Sent with every request, in place of our own of the same name. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly timeouts?: Timeouts | undefined;
  readonly environment: Pick<Environment, 'clock' | 'variables'>;
}

/** What is sent for a call, and where to. */
export interface JsonRequest {
  readonly path: string;
  readonly body: JsonObject;
  /** Besides those that every request has. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

type Address = Pick<HttpRequest, 'fromRoot' | 'path'>;

type Caller = Pick<NativeCall, 'headers' | 'notes' | 'signal'>;

export interface JsonPlace {
  /** The whole answer. Throws ServiceException. */
  post(request: JsonRequest, call: Caller): Promise<JsonObject>;
  /** The answer as it comes: a batch is what one read gave. Throws ServiceException. */
  stream(request: JsonRequest, call: Caller): Promise<AsyncIterable<readonly JsonObject[]>>;
  /**
   * All of a stream at once, for a whole answer: some places only hear a client leave who reads a
   * stream of theirs. Throws ServiceException as `post` does.
   */
  collect(request: JsonRequest, call: Caller): Promise<readonly JsonObject[]>;
  /** What stands at a path, whatever JSON it is. */
  get(at: Address | string, signal: AbortSignal): Promise<unknown>;
  /** Resolves where a path is answered, whatever the answer holds. */
  check(at: Address, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export function createJsonPlace(options: HttpClientOptions): JsonPlace {
  const { clock } = options.environment;
  const client = createHttpClient({
    ...options,
    // Some gateways turn away whoever does not say who is there.
    headers: {
      'content-type': 'application/json',
      'user-agent': 'openconverse',
      ...options.headers,
    },
  });

  /** Resolves with an answer whose status is a success. */
  async function post({ path, body, headers }: JsonRequest, call: Caller): Promise<HttpAnswer> {
    const answer = await client.send({
      method: 'POST',
      path,
      headers: { ...headers, ...call.headers },
      body: JSON.stringify(body),
      signal: call.signal,
    });
    const requestId = requestIdOf(answer);
    if (requestId !== undefined) call.notes.placeRequestId = requestId;
    return successful(answer, clock);
  }

  async function get(at: Address, signal: AbortSignal): Promise<HttpAnswer> {
    return successful(await client.send({ method: 'GET', ...at, signal }), clock);
  }

  return {
    async post(request, call) {
      const answer = await post(request, call);
      const value = await readJson(answer);
      if (!isJsonObject(value)) throw notJson(answer);
      if (isFailure(value)) throw failureWithin(value, answer.origin);
      return value;
    },
    async stream(request, call) {
      const answer = await post(request, call);
      if (!isEventStream(answer)) throw await otherThanEvents(answer);
      return readEvents(answer, createSseDecoder());
    },
    async collect(request, call) {
      const answer = await post(request, call);
      if (!isEventStream(answer)) throw await otherThanEvents(answer);
      return readWhole(answer, createSseDecoder());
    },
    async get(at, signal) {
      return readJson(await get(typeof at === 'string' ? { path: at } : at, signal));
    },
    async check(at, signal) {
      const answer = await get(at, signal);
      await answer.beginning(providerErrorBytesMax);
    },
    close: () => client.close(),
  };
}

async function successful(answer: HttpAnswer, clock: Clock): Promise<HttpAnswer> {
  const { status, origin } = answer;
  if (status >= 200 && status < 300) return answer;
  const bytes = await answer.beginning(providerErrorBytesMax);
  throw failureOf({
    status,
    origin,
    body: parseLeniently(bytes),
    requestId: requestIdOf(answer),
    retryAfterSeconds: retryAfterOf(answer, clock),
  });
}

function parseLeniently(bytes: Uint8Array): unknown {
  const text = textOf(bytes);
  try {
    return JSON.parse(text);
  } catch {
    // A page, or no answer of the place at all: its text says what it says.
    return text;
  }
}

async function readJson(answer: HttpAnswer): Promise<unknown> {
  const type = answer.header('content-type');
  const bytes = await answer.whole();
  // Some servers name no type, or call their JSON plain text.
  if (type !== undefined && !/json|^text\/plain/i.test(type)) throw notJson(answer);
  try {
    return JSON.parse(textOf(bytes));
  } catch (cause) {
    throw notJson(answer, cause);
  }
}

function notJson(answer: HttpAnswer, cause?: unknown): Error {
  const type = answer.header('content-type') ?? 'no content type';
  return new ModelErrorException("The model's place gave an answer that is not JSON.", {
    hint: `${answer.origin} answered with ${type}: correct baseUrl if it is not the API.`,
    members: { originalStatusCode: answer.status },
    cause,
  });
}

function isEventStream(answer: HttpAnswer): boolean {
  const type = answer.header('content-type');
  return type === undefined || /^text\/event-stream/i.test(type);
}

/** Some places say in plain JSON why there is no stream, with a status of success. */
async function otherThanEvents(answer: HttpAnswer): Promise<Error> {
  const body = parseLeniently(await answer.beginning(providerErrorBytesMax));
  if (isJsonObject(body) && isFailure(body)) return failureWithin(body, answer.origin);
  const type = answer.header('content-type') ?? 'no content type';
  return new ModelErrorException("The model's place gave an answer that is no event stream.", {
    hint: `${answer.origin} answered with ${type}: correct baseUrl if it is not the API.`,
    members: { originalStatusCode: answer.status },
  });
}

/** Closing the iterator closes the request. */
async function* readEvents(
  answer: HttpAnswer,
  decoder: SseDecoder,
): AsyncGenerator<readonly JsonObject[], void, undefined> {
  for await (const bytes of answer.stream()) {
    const chunks = decoder.push(bytes);
    if (chunks.length > 0) {
      checkNoFailure(chunks, answer);
      yield chunks;
    }
    if (!decoder.isDone) continue;
    answer.done();
    return;
  }
  const rest = decoder.end();
  checkNoFailure(rest, answer);
  if (rest.length > 0) yield rest;
}

async function readWhole(answer: HttpAnswer, decoder: SseDecoder): Promise<readonly JsonObject[]> {
  const bytes = await answer.whole();
  try {
    const chunks = [...decoder.push(bytes), ...decoder.end()];
    checkNoFailure(chunks, answer);
    return chunks;
  } catch (error) {
    if (!(error instanceof ModelStreamErrorException)) throw error;
    // Nobody asked for a stream.
    const { message, hint = `It came from ${answer.origin}.`, cause } = error;
    throw new ModelErrorException(message, { hint, cause });
  }
}

/** What came before the failure in one read is of no use to anybody. */
function checkNoFailure(chunks: readonly JsonObject[], { origin }: HttpAnswer): void {
  for (const chunk of chunks) if (isFailure(chunk)) throw failureWithin(chunk, origin);
}

function requestIdOf(answer: HttpAnswer): string | undefined {
  return answer.header('x-request-id') ?? answer.header('request-id');
}

/** In seconds, whether the place says seconds, milliseconds or a date. */
function retryAfterOf(answer: HttpAnswer, clock: Clock): number | undefined {
  const milliseconds = Number(answer.header('retry-after-ms') ?? Number.NaN);
  if (milliseconds >= 0) return Math.ceil(milliseconds / 1_000);
  const said = answer.header('retry-after');
  if (said === undefined) return undefined;
  const seconds = Number(said);
  if (seconds >= 0) return Math.ceil(seconds);
  const date = Date.parse(said);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - clock.now()) / 1_000));
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
}
