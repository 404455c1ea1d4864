// HTTP/1.1 on the port: bare node:http, fed with the sockets that the port has told apart.

import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { WireRequest } from '../protocol/wire/http.ts';
import {
  type Answer,
  type AnswerHead,
  contentLength,
  errorAnswer,
  headersTooLarge,
  headerValue,
  requestTimeout,
  withRequestId,
} from './answer.ts';
import { breakOff, type Connection, drainTerms, linger, type PortState } from './connection.ts';
import { Exchange, type RequestHead, type Transport } from './exchange.ts';
import { drainBody } from './request-body.ts';

/** A server that never listens: the port emits `connection` on it. */
export function createHttp1Server(port: PortState): Server {
  const { bounds } = port;
  // Node wants the request's time to hold the head's.
  const headersTimeout = Math.min(bounds.requestHeadTimeoutMs, bounds.requestTimeoutMs);
  const server = createServer({
    maxHeaderSize: bounds.requestHeadersBytesMax,
    headersTimeout,
    requestTimeout: bounds.requestTimeoutMs,
    keepAliveTimeout: bounds.idleConnectionTimeoutMs,
    connectionsCheckingInterval: Math.ceil(headersTimeout / 4),
    requireHostHeader: false,
  });
  // Node drops headers beyond the count without a word; one more than ours shows that it would.
  server.maxHeadersCount = bounds.requestHeadersCountMax + 1;
  server.on('request', (request, response) => onRequest(port, request, response));
  // The client is told to go on only once the handler asks for the body.
  server.on('checkContinue', (request, response) => onRequest(port, request, response));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    onClientError(port, error, socket);
  });
  // Node begins to check the timeouts of heads and requests on `listening`, which never comes here.
  server.emit('listening');
  return server;
}

/** Hands a sniffed, paused socket to the server. */
export function acceptHttp1(server: Server, connection: Connection, port: PortState): void {
  const { socket } = connection;
  connection.shut = () => {
    if (connection.open === 0) socket.destroySoon();
    if (connection.open === 0) linger(socket, port);
  };
  server.emit('connection', socket);
  socket.resume();
}

function onRequest(port: PortState, request: IncomingMessage, response: ServerResponse): void {
  const connection = port.connections.get(request.socket);
  // A socket that was refused already may still carry requests: they came too late.
  if (connection === undefined || !request.socket.writable) return;
  const first = connection.begun === 0;
  const transport = new Http1Transport(request, response, { port, first });
  const exchange = new Exchange(requestHead(request, connection), transport, port);
  connection.current = exchange;
  connection.begun += 1;
  connection.open += 1;
  port.exchanges.add(exchange);
  response.on('error', ignore);
  response.once('close', () => {
    connection.open -= 1;
    port.exchanges.delete(exchange);
    if (connection.current === exchange) connection.current = undefined;
    exchange.closed();
    if (port.closing) connection.shut();
  });
  const refusal = refusalOf(request, connection, port);
  if (refusal === undefined) void exchange.run();
  else exchange.refuse(refusal);
}

function requestHead(request: IncomingMessage, connection: Connection): RequestHead {
  return {
    method: request.method ?? 'GET',
    target: request.url ?? '/',
    headers: singleHeaders(request),
    httpVersion: request.httpVersionMinor === 0 ? '1.0' : '1.1',
    local: connection.local,
  };
}

// Node joins duplicates to one string, but for this one, which no request has a use for.
function singleHeaders(request: IncomingMessage): WireRequest['headers'] {
  const { 'set-cookie': cookies } = request.headers;
  if (cookies === undefined) return request.headers as WireRequest['headers'];
  return { ...request.headers, 'set-cookie': cookies.join(', ') };
}

function refusalOf(
  request: IncomingMessage,
  connection: Connection,
  port: PortState,
): Answer | undefined {
  const { requestHeadersCountMax, sessionStreamsMax } = port.bounds;
  if (request.rawHeaders.length > requestHeadersCountMax * 2) return headersTooLarge();
  // RFC 9112, 3.2: a request of HTTP/1.1 without Host is answered with 400.
  if (request.httpVersion === '1.1' && request.headers.host === undefined) {
    return errorAnswer(400, 'ValidationException', 'The Host header is missing.');
  }
  // What HTTP/2 bounds by its settings, pipelining would leave unbounded.
  if (connection.open > sessionStreamsMax) {
    const message = `More than ${sessionStreamsMax} requests are open on one connection.`;
    return errorAnswer(503, 'ServiceUnavailableException', message);
  }
  return undefined;
}

class Http1Transport implements Transport {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly #port: PortState;
  readonly #first: boolean;
  #requestEndedAt: number | undefined;

  constructor(
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    { port, first }: { port: PortState; first: boolean },
  ) {
    this.incoming = incoming;
    this.outgoing = outgoing;
    this.#port = port;
    this.#first = first;
    if (first) incoming.once('end', () => (this.#requestEndedAt = this.#now()));
  }

  get received(): boolean {
    return this.incoming.complete;
  }

  get answered(): boolean {
    return this.outgoing.writableFinished;
  }

  askForBody(): void {
    if (this.incoming.headers.expect !== undefined) this.outgoing.writeContinue();
  }

  sendWhole(answer: Answer): void {
    if (this.outgoing.headersSent) return;
    if (!this.received) {
      this.#sendBeforeRequestEnds(answer);
      return;
    }
    this.#writeHead(answer, contentLength(answer));
    this.outgoing.end(answer.bodyless ? undefined : answer.bytes);
  }

  async sendHead(head: AnswerHead): Promise<void> {
    if (this.#first) await this.#settle();
    if (this.outgoing.destroyed) return;
    this.#writeHead(head);
    this.outgoing.flushHeaders();
  }

  cut(): void {
    const { socket } = this.incoming;
    // What was written before the cut still leaves. Node collects the chunks of one turn until the
    // next tick.
    process.nextTick(() => {
      if (this.outgoing.headersSent) socket.write('', () => breakOff(socket));
      else socket.destroySoon();
    });
    linger(socket, this.#port);
  }

  drop(): void {
    this.incoming.socket.destroy();
  }

  // Node closes the connection as soon as the answer ends, and the reset that this provokes would
  // overtake the answer of a client that is still sending. So the answer ends after the request.
  #sendBeforeRequestEnds(answer: Answer): void {
    const { outgoing, incoming } = this;
    const headers = { ...answer.headers, connection: 'close' };
    this.#writeHead({ ...answer, headers }, contentLength(answer));
    if (answer.bodyless || answer.bytes.length === 0) outgoing.flushHeaders();
    else outgoing.write(answer.bytes);
    drainBody(incoming, drainTerms(this.#port), () => {
      if (!outgoing.writableEnded) outgoing.end();
    });
  }

  #writeHead(head: AnswerHead, length?: string): void {
    const lines: string[] = [];
    for (const [name, value] of Object.entries(head.headers)) {
      if (name === 'content-length' || name === 'transfer-encoding') continue;
      lines.push(name, headerValue(value));
    }
    if (length !== undefined) lines.push('content-length', length);
    if (this.#port.draining && head.headers['connection'] === undefined) {
      lines.push('connection', 'close');
    }
    this.outgoing.writeHead(head.status, lines);
  }

  /** Go's SDK loses a stream that begins on a new connection before it is done with its request. */
  async #settle(): Promise<void> {
    const { environment, bounds } = this.#port;
    const due = (this.#requestEndedAt ?? this.#now()) + bounds.streamHeadDelayMs;
    // A timer may fire a fraction of a millisecond early.
    for (let rest = due - this.#now(); rest > 0; rest = due - this.#now()) {
      await environment.clock.sleep(Math.ceil(rest));
    }
  }

  #now(): number {
    return this.#port.environment.clock.monotonic();
  }
}

function onClientError(port: PortState, error: NodeJS.ErrnoException, socket: Duplex): void {
  const connection = port.connections.get(socket as Socket);
  const gone = error.code === 'ECONNRESET' || error.code === 'HPE_INVALID_EOF_STATE';
  if (connection === undefined || gone) {
    socket.destroy();
    return;
  }
  const answer = clientErrorAnswer(error.code);
  if (connection.current !== undefined) {
    connection.current.refuse(answer);
  } else if (socket.writable) {
    // Each further read fails anew and comes here, which drains what the client still sends.
    const { clock, random } = port.environment;
    socket.end(rawAnswer(withRequestId(answer, random.uuid()), clock.now()));
    linger(connection.socket, port);
  }
}

function clientErrorAnswer(code: string | undefined): Answer {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return headersTooLarge();
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return errorAnswer(413, 'ValidationException', 'The chunk extensions are too large.');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return requestTimeout();
    default:
      return errorAnswer(400, 'ValidationException', 'The request is not valid HTTP.');
  }
}

// Node has no response object for what it could not read as a request.
function rawAnswer({ status, headers, bytes }: Answer, nowMs: number): Buffer {
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Unknown'}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    // An SDK corrects its clock by it.
    `date: ${new Date(nowMs).toUTCString()}`,
    `content-length: ${bytes.length}`,
    'connection: close',
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), bytes]);
}

function ignore(): void {
  // A response that fails closes as well, and `close` tells the exchange.
}
