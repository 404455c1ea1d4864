// HTTP/2 with prior knowledge on the port: bare sessions and streams of node:http2.

import {
  constants,
  performServerHandshake,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { Timer } from '../environment.ts';
import { ConnectionCut } from '../protocol/errors.ts';
import type { WireRequest } from '../protocol/wire/http.ts';
import {
  type Answer,
  type AnswerHead,
  contentLength,
  errorAnswer,
  headersTooLarge,
  headerValue,
  requestTimeout,
} from './answer.ts';
import {
  type Connection,
  drainTerms,
  linger,
  type PortBounds,
  type PortState,
} from './connection.ts';
import { Exchange, type Transport } from './exchange.ts';
import { drainBody } from './request-body.ts';

/** Begins a session on a sniffed socket. */
export function acceptHttp2(connection: Connection, port: PortState): void {
  const { socket } = connection;
  // Unlike a request of HTTP/1.1, a session is over when its client ends it.
  socket.allowHalfOpen = false;
  const session = performServerHandshake(socket, sessionOptions(port.bounds));
  session.setLocalWindowSize(port.bounds.sessionWindowBytes);
  const idle = new IdleTimer(session, connection, port);
  connection.shut = () => idle.close();
  connection.announce = () => announceEnd(session);
  if (port.draining) connection.announce();
  session.on('error', (error) => {
    port.environment.log.debug({ err: error }, 'an HTTP/2 session failed');
  });
  session.on('stream', (...[stream, headers, , raw]) => {
    idle.cancel();
    connection.begun += 1;
    connection.open += 1;
    const exchange = startExchange({ stream, headers, raw }, connection, port);
    port.exchanges.add(exchange);
    stream.once('close', () => {
      connection.open -= 1;
      port.exchanges.delete(exchange);
      exchange.closed();
      if (connection.open === 0) idle.start(port.bounds.idleConnectionTimeoutMs);
    });
  });
  session.once('close', () => {
    idle.cancel();
    // The client is still to read what was sent last; destroying now could reset it away.
    linger(socket, port);
  });
  idle.start(port.bounds.requestHeadTimeoutMs);
}

// RFC 9113, 6.8: a GOAWAY with the highest ID announces the end, and what is under way when it
// arrives is still served.
function announceEnd(session: ServerHttp2Session): void {
  if (!session.destroyed) session.goaway(constants.NGHTTP2_NO_ERROR, streamIdMax);
}

const streamIdMax = 2 ** 31 - 1;

function sessionOptions(bounds: PortBounds): Parameters<typeof performServerHandshake>[1] {
  return {
    settings: {
      maxConcurrentStreams: bounds.sessionStreamsMax,
      maxHeaderListSize: bounds.requestHeadersBytesMax,
      initialWindowSize: bounds.sessionWindowBytes,
      enablePush: false,
    },
    maxHeaderListPairs: bounds.requestHeadersCountMax,
    maxSessionInvalidFrames: bounds.sessionOffencesMax,
    maxSessionRejectedStreams: bounds.sessionOffencesMax,
    streamResetBurst: bounds.sessionResetBurstMax,
    streamResetRate: resetsPerSecondMax,
  };
}

// Refills the burst within some eight seconds, as nghttp2's own default does in thirty.
const resetsPerSecondMax = 33;

interface OpenedStream {
  readonly stream: ServerHttp2Stream;
  readonly headers: IncomingHttpHeaders;
  /** Names and values in turn. */
  readonly raw: readonly string[];
}

function startExchange(opened: OpenedStream, connection: Connection, port: PortState): Exchange {
  const { stream, headers } = opened;
  const exchange = new Exchange(
    {
      method: headers[':method'] ?? 'GET',
      target: headers[':path'] ?? '',
      headers: singleHeaders(headers),
      httpVersion: '2.0',
      local: connection.local,
    },
    new Http2Transport(opened, port),
    port,
  );
  stream.on('error', (error) => {
    port.environment.log.debug({ err: error }, 'an HTTP/2 stream failed');
  });
  const refusal = refusalOf(opened, port.bounds);
  if (!stream.endAfterHeaders) boundRequestTime(exchange, stream, port);
  if (refusal === undefined) void exchange.run();
  else exchange.refuse(refusal);
  return exchange;
}

function refusalOf({ headers, raw }: OpenedStream, bounds: PortBounds): Answer | undefined {
  if (headersLength(raw) > bounds.requestHeadersBytesMax) return headersTooLarge();
  if (headers[':method'] !== 'CONNECT') return undefined;
  return errorAnswer(400, 'ValidationException', 'CONNECT is not served here.');
}

function boundRequestTime(exchange: Exchange, stream: ServerHttp2Stream, port: PortState): void {
  const timer = port.environment.clock.timer(port.bounds.requestTimeoutMs, () => {
    exchange.refuse(requestTimeout());
  });
  const cancel = (): void => timer.cancel();
  stream.once('end', cancel);
  stream.once('close', cancel);
}

// The signature may cover `:authority` under its own name, so it stays beside `host`.
function singleHeaders(headers: IncomingHttpHeaders): WireRequest['headers'] {
  const cookies = headers['set-cookie'];
  if (cookies !== undefined) Object.assign(headers, { 'set-cookie': cookies.join(', ') });
  if (headers.host === undefined && headers[':authority'] !== undefined) {
    headers.host = headers[':authority'];
  }
  return headers as WireRequest['headers'];
}

class Http2Transport implements Transport {
  readonly incoming: ServerHttp2Stream;
  readonly outgoing: ServerHttp2Stream;
  readonly #port: PortState;
  #waitsForUs: boolean;

  constructor({ stream, headers }: OpenedStream, port: PortState) {
    this.incoming = stream;
    this.outgoing = stream;
    this.#port = port;
    this.#waitsForUs = headers.expect?.toLowerCase() === '100-continue';
  }

  get received(): boolean {
    return !this.incoming.aborted && this.incoming.rstCode === constants.NGHTTP2_NO_ERROR;
  }

  // Node destroys a stream whose last frame is sent before it tells of the end: no `finish` then.
  get answered(): boolean {
    return this.outgoing.writableEnded && this.outgoing.rstCode === constants.NGHTTP2_NO_ERROR;
  }

  askForBody(): void {
    if (this.#waitsForUs) this.outgoing.additionalHeaders({ ':status': 100 });
    this.#waitsForUs = false;
  }

  sendWhole(answer: Answer): void {
    const stream = this.outgoing;
    if (stream.headersSent || stream.closed || stream.destroyed) return;
    if (this.#isStillSending()) this.#sendAfterRequest(answer);
    else this.#respond(answer);
  }

  sendHead(head: AnswerHead): void {
    const stream = this.outgoing;
    if (stream.closed || stream.destroyed) return;
    stream.once('finish', () => closeUnread(stream));
    stream.respond(headersOf(head));
  }

  cut(): void {
    const stream = this.outgoing;
    if (stream.closed || stream.destroyed) return;
    // Only a stream refused before its answer began is one that SDKs may try again.
    if (stream.headersSent) this.#cutSession();
    else stream.close(constants.NGHTTP2_REFUSED_STREAM);
  }

  drop(): void {
    const stream = this.outgoing;
    if (stream.closed || stream.destroyed) return;
    stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  }

  // Java's asynchronous client takes a reset of the one stream for its end, and Go's a connection
  // that closes without a word. Both are told by a GOAWAY with an error before the close.
  #cutSession(): void {
    const { session } = this.outgoing;
    const destroy = (): void => session?.destroy(new ConnectionCut('An answer broke off.'));
    const { clock } = this.#port.environment;
    const timer = clock.timer(this.#port.bounds.refusedBodyDrainTimeoutMs, destroy);
    session?.once('close', () => timer.cancel());
    // What was written before still leaves, unless the client takes nothing any more.
    this.outgoing.write(noBytes, destroy);
  }

  #isStillSending(): boolean {
    if (this.incoming.readableEnded || this.incoming.endAfterHeaders) return false;
    return !this.#waitsForUs;
  }

  // Node's client, and so the SDK for JavaScript, refuses the head of an answer while it holds more
  // than 10 MB to send: its request would hang. So the client may send on, as long as it does.
  #sendAfterRequest(answer: Answer): void {
    const { refusedBodyQuietMs: quietMs } = this.#port.bounds;
    drainBody(this.incoming, { ...drainTerms(this.#port), quietMs }, () => {
      const stream = this.outgoing;
      if (!stream.headersSent && !stream.closed && !stream.destroyed) this.#respond(answer);
    });
  }

  #respond(answer: Answer): void {
    const stream = this.outgoing;
    const endStream = answer.bodyless || answer.bytes.length === 0;
    stream.once('finish', () => closeUnread(stream));
    stream.respond(headersOf(answer, contentLength(answer)), { endStream });
    if (!endStream) stream.end(answer.bytes);
  }
}

const noBytes = new Uint8Array(0);

// Node holds a session to its bound only once the client has acknowledged our settings.
function headersLength(raw: readonly string[]): number {
  let length = 0;
  for (const part of raw) length += part.length;
  return length;
}

// RFC 9113, 8.1: a server that has answered before it has read all asks for no more so. A reset in
// the same turn would overtake a head without a body.
function closeUnread(stream: ServerHttp2Stream): void {
  setImmediate(() => {
    if (stream.closed || stream.readableEnded) return;
    stream.resume();
    stream.close(constants.NGHTTP2_NO_ERROR);
  });
}

function headersOf(head: AnswerHead, length?: string): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = { ':status': head.status };
  for (const [name, value] of Object.entries(head.headers)) {
    if (!connectionHeaders.has(name)) headers[name] = headerValue(value);
  }
  if (length !== undefined) headers['content-length'] = length;
  return headers;
}

// RFC 9113, 8.2.2: a message that holds one of them is malformed. The length is ours to say.
const connectionHeaders = new Set([
  'connection',
  'content-length',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
]);

/** Ends a session that has no open stream; a stream may be silent for as long as its model is. */
class IdleTimer {
  readonly #session: ServerHttp2Session;
  readonly #connection: Connection;
  readonly #port: PortState;
  #timer: Timer | undefined;

  constructor(session: ServerHttp2Session, connection: Connection, port: PortState) {
    this.#session = session;
    this.#connection = connection;
    this.#port = port;
  }

  start(ms: number): void {
    this.cancel();
    if (this.#session.destroyed) return;
    this.#timer = this.#port.environment.clock.timer(ms, () => this.close());
  }

  cancel(): void {
    this.#timer?.cancel();
  }

  /** Sends GOAWAY; the session ends with its last stream. */
  close(): void {
    this.#session.close();
    // A client that does not even read the GOAWAY would keep the session from its end.
    if (this.#connection.open === 0) linger(this.#connection.socket, this.#port);
  }
}
