// The ladder of checks from a raw request to its answer, the same for every server and in process.

import type { Environment } from '../environment.ts';
import {
  ConnectionCut,
  InternalServerException,
  ServiceException,
  UnknownOperationException,
} from '../protocol/errors.ts';
import { eventStreamContentType } from '../protocol/wire/eventstream.ts';
import type { WireHandler, WireRequest, WireResponse } from '../protocol/wire/http.ts';
import type { Match, OperationName } from '../protocol/wire/rest-json.ts';
import {
  encodeException,
  encodeJson,
  matchOperation,
  methodsOf,
  parseInput,
  parseNativeBody,
} from '../protocol/wire/rest-json.ts';
import type { CallNotes } from '../providers/provider.ts';
import type { Engine, EngineCall } from '../service/engine.ts';
import { createNotes, viaHeader } from '../service/engine.ts';
import type { Claim, Identity } from '../service/identity.ts';
import { createIdentity } from '../service/identity.ts';
import type { Observation } from '../service/telemetry/observation.ts';
import type { Telemetry } from '../service/telemetry/telemetry.ts';
import { isServed, type ServedOperation } from '../service/operations/index.ts';
import type { OperationInput, OperationOutput } from '../service/operations/operation.ts';
import { checkAddressed } from './addressed.ts';
import type { JournalEntry } from '../simulation/journal.ts';
import { controlPrefix, createControl } from './control.ts';
import { encodeStream, passFrames, type StreamOptions } from './encode-stream.ts';
import { createHealth } from './health.ts';
import { checkNoLoop } from './loop.ts';

export interface HandlerOptions {
  readonly engine: Engine;
  readonly environment: Environment;
  /** Told of every request; nobody is where it is absent. */
  readonly telemetry?: Telemetry | undefined;
  /** Whether the server was told to end. */
  readonly isDraining?: () => boolean;
}

/** One request on its way; what is learned of it is kept for headers, journal and log. */
interface Exchange {
  readonly request: WireRequest;
  readonly requestId: string;
  /** As the request says, checked or not. */
  readonly caller: Claim;
  readonly notes: CallNotes;
  /** Undefined where nobody wants to know. */
  readonly observation: Observation | undefined;
  match: Match | undefined;
  body: unknown;
  bodyBytes: number;
}

export function createHandler(options: HandlerOptions): WireHandler {
  const { engine, environment, telemetry, isDraining = () => false } = options;
  const control = engine.simulation && createControl(engine.simulation);
  const health = createHealth({ engine, telemetry, isDraining });
  const identity = createIdentity(engine.config, environment.clock);

  /** What is no ServiceException is our own mistake: logged whole, told without detail. */
  function toException(error: unknown, { requestId, request }: Exchange): ServiceException {
    const { aborted, reason } = request.signal;
    // What the server itself breaks off is told by what it broke it off with.
    if (aborted && reason instanceof ServiceException) return reason;
    if (error instanceof ServiceException) return error;
    // A client that went away aborts what it asked for; nobody reads the answer.
    if (!aborted) {
      // A presigned query is as good as a key.
      const [path] = request.target.split('?', 1);
      environment.log.error({ err: error, requestId, path }, 'request failed');
    }
    return new InternalServerException(
      'The system encountered an unexpected error during processing. Try your request again.',
      { cause: error },
    );
  }

  return async (request) => {
    const probe = health(request);
    if (probe !== undefined) return probe;
    const requestId = environment.random.uuid();
    const exchange = createExchange(request, requestId, { engine, identity, telemetry });
    const onError = (error: unknown): ServiceException => toException(error, exchange);
    const isControl = control !== undefined && request.target.startsWith(controlPrefix);
    try {
      // Addressed to us, and not by another site's page: the first rung, for every path. Where keys
      // are asked for, a page has none, and a host name of the network is as good as another.
      if (isControl || engine.config.auth === 'none')
        checkAddressed(request.headers, engine.config);
      if (isControl) {
        exchange.observation?.discard();
        return await control(request);
      }
      const response = respond(await run(exchange, engine, identity), { exchange, onError });
      record(exchange, engine, { status: response.status, error: null });
      return response;
    } catch (error) {
      if (error instanceof ConnectionCut) {
        exchange.observation?.broken('cut');
        record(exchange, engine, { status: null, error: 'cut' });
        throw error;
      }
      const exception = onError(error);
      if (!isControl) record(exchange, engine, { status: exception.status, error: exception.name });
      return refuse(exception, exchange);
    }
  };
}

function createExchange(
  request: WireRequest,
  requestId: string,
  { engine, identity, telemetry }: Serving,
): Exchange {
  const caller = identity.claim(request);
  const notes = createNotes(engine.config.strict);
  const { headers } = request;
  const observation = telemetry?.observe({ requestId, headers, notes });
  const rest = { match: undefined, body: null, bodyBytes: 0 };
  return { request, requestId, caller, notes, observation, ...rest };
}

interface Serving {
  readonly engine: Engine;
  readonly identity: Identity;
  readonly telemetry: Telemetry | undefined;
}

// The order of checks is observable behaviour.
async function run(
  exchange: Exchange,
  engine: Engine,
  identity: Identity,
): Promise<OperationOutput> {
  const { request, notes } = exchange;
  const match = matchOperation(request.method, request.target);
  exchange.match = match;
  if (match !== undefined) exchange.observation?.asks(match.operation, modelIdOf(match));
  // 1. A caller that is known. What it signed is the body, so that is read before.
  const bytes = engine.config.auth === 'none' ? undefined : await request.body();
  const caller = identity.authenticate(request, bytes ?? noBytes, exchange.caller);
  // 2. A path of the API.
  if (match === undefined) throw unknownOperation(request);
  const { operation, members } = match;
  if (!isServed(operation)) {
    throw new UnknownOperationException(`The operation ${operation} is not served yet.`);
  }
  // 3. An operation and a model that the caller's key allows.
  caller.authorize(operation, members['modelId']);
  // 4. A request that did not come from here.
  const via = request.headers[viaHeader];
  checkNoLoop(via, engine.id);
  // 5. A body within the limit. A place that takes it as it is reads it, too.
  const body = bytes ?? (await request.body());
  const tracing = request.headers['x-openconverse-trace'] === 'losses';
  const { signal } = request;
  const { region, key } = caller;
  const { observation: observer } = exchange;
  observer?.enters({ key, body });
  const call = { signal, notes, region, key, tracing, via, observer };
  const forwarded = forwardSent(operation, body, { exchange, engine, call, members });
  if (forwarded !== undefined) return forwarded;
  // 6. A JSON object but for InvokeModel. The path's members win.
  const input = readInput(operation, body, exchange);
  // 7. The operation's own ladder: shape, model, rules, provider.
  return engine.run(operation, { ...input, ...members }, call);
}

interface Sending {
  readonly exchange: Exchange;
  readonly engine: Engine;
  readonly call: EngineCall;
  readonly members: Match['members'];
}

function forwardSent(
  operation: ServedOperation,
  body: Uint8Array,
  { exchange, engine, call, members }: Sending,
): Promise<OperationOutput> | undefined {
  const { modelId } = members;
  if (modelId === undefined) return undefined;
  const input = (): OperationInput => ({ ...readInput(operation, body, exchange), ...members });
  const { headers } = exchange.request;
  const forwarded = engine.forward(operation, { modelId, body, headers, input }, call);
  if (forwarded !== undefined) {
    exchange.body = body;
    exchange.bodyBytes = body.length;
  }
  return forwarded;
}

const noBytes = new Uint8Array(0);

function modelIdOf({ members }: Match): string | null {
  return members['modelId'] ?? members['modelIdentifier'] ?? null;
}

function readInput(
  operation: OperationName,
  bytes: Uint8Array,
  exchange: Exchange,
): Record<string, unknown> {
  exchange.bodyBytes = bytes.length;
  const input = parseInput(operation, exchange.request.headers, bytes);
  if (bytes.length > 0) exchange.body = input['body'] === bytes ? bytes : input;
  return input;
}

interface Responding {
  readonly exchange: Exchange;
  readonly onError: (error: unknown) => ServiceException;
}

function respond(output: OperationOutput, { exchange, onError }: Responding): WireResponse {
  const headers = headersOf(exchange);
  Object.assign(headers, output.headers);
  if ('body' in output) {
    headers['content-type'] = 'application/json';
    const body = encodeJson(output.body);
    observeWhole(exchange, body, output.body);
    return { status: 200, headers, body };
  }
  if ('bytes' in output) {
    observeWhole(exchange, output.bytes, output.bytes);
    return { status: 200, headers, body: output.bytes };
  }
  headers['content-type'] = eventStreamContentType;
  const { observation: watch, request } = exchange;
  watch?.streamBegins(200);
  const options = { signal: request.signal, onError, watch };
  return { status: 200, headers, body: bodyOf(output, options) };
}

type Streamed = Exclude<
  OperationOutput,
  { readonly body: object } | { readonly bytes: Uint8Array }
>;

function bodyOf(output: Streamed, options: Omit<StreamOptions, 'kind'>): AsyncIterable<Uint8Array> {
  if ('events' in output) return encodeStream(output.events, { ...options, kind: 'converse' });
  if ('chunks' in output) return encodeStream(output.chunks, { ...options, kind: 'native' });
  return passFrames(output.frames, { ...options, kind: output.kind });
}

function observeWhole({ request, observation }: Exchange, bytes: Uint8Array, body: object): void {
  if (observation === undefined) return;
  if (hasLeft(request.signal)) observation.broken('left');
  else observation.answersWhole(bytes.length, body);
}

function refuse(exception: ServiceException, exchange: Exchange): WireResponse {
  const headers = headersOf(exchange);
  headers['content-type'] = 'application/json';
  headers['x-amzn-errortype'] = exception.name;
  if (exception.hint !== undefined) headers['x-openconverse-hint'] = headerText(exception.hint);
  Object.assign(headers, exception.headers);
  const body = encodeException(exception);
  observeRefusal(exchange, exception, body.length);
  return { status: exception.status, headers, body };
}

function observeRefusal(
  { request: { signal }, observation }: Exchange,
  exception: ServiceException,
  bytes: number,
): void {
  if (observation === undefined) return;
  // A client that went away has no exception to read.
  if (hasLeft(signal)) observation.broken('left');
  else observation.refuses(exception, bytes);
}

/** The server's own interruption has an exception for its reason. */
function hasLeft({ aborted, reason }: AbortSignal): boolean {
  return aborted && !(reason instanceof ServiceException);
}

/** Into the journal, before the client has the first byte of its answer. */
function record(
  exchange: Exchange,
  { simulation }: Engine,
  outcome: Pick<JournalEntry, 'error' | 'status'>,
): void {
  if (simulation === undefined) return;
  const { request, caller, match, notes, body, bodyBytes } = exchange;
  const entry: JournalEntry = {
    operation: match?.operation ?? null,
    modelId: match === undefined ? null : modelIdOf(match),
    httpVersion: request.httpVersion,
    auth: caller.auth,
    accessKeyId: caller.accessKeyId,
    ...outcome,
    scripted: notes.scripted,
    headers: request.headers,
    body: body instanceof Uint8Array ? nativeOrText(body) : body,
  };
  simulation.journal.record(entry, bodyBytes);
}

/** What a native request says; text where it is no JSON. */
function nativeOrText(bytes: Uint8Array): unknown {
  try {
    return parseNativeBody(bytes);
  } catch {
    // It was refused for that; the journal shows what came.
    return Buffer.from(bytes).toString();
  }
}

function unknownOperation({ method, target }: WireRequest): UnknownOperationException {
  const methods = methodsOf(target);
  const path = target.split('?', 1)[0];
  if (methods.length > 0) {
    const allowed = methods.join(' or ');
    return new UnknownOperationException(`${path} answers to ${allowed}, not to ${method}.`);
  }
  return new UnknownOperationException(
    `No operation of Amazon Bedrock Runtime or Bedrock answers to ${method} ${path}.`,
    {
      hint: 'The conversation operations are POST /model/{modelId}/converse and /converse-stream.',
    },
  );
}

function headersOf({ requestId, notes }: Exchange): Record<string, string> {
  const headers: Record<string, string> = { 'x-amzn-requestid': requestId };
  if (notes.servedBy !== undefined) headers['x-openconverse-served-by'] = notes.servedBy;
  const { placeRequestId } = notes;
  if (placeRequestId !== undefined) {
    headers['x-openconverse-upstream-request-id'] = headerText(placeRequestId);
  }
  if (notes.hint !== undefined) headers['x-openconverse-hint'] = headerText(notes.hint);
  const [first] = notes.losses;
  if (first !== undefined) {
    const text = `${notes.losses.length}; ${first.member}: ${first.reason}`;
    headers['x-openconverse-loss'] = headerText(text);
  }
  return headers;
}

/** Header values hold visible ASCII; what a client sent may be repeated in one. */
function headerText(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?');
}
