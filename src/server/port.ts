// The one port: HTTP/1.1 and HTTP/2 with prior knowledge on the same address, and both in TLS where
// it has a certificate; one handler behind.

import { once } from 'node:events';
import type { Server as Http1Server } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Server as TlsServer } from 'node:tls';
import type { Environment } from '../environment.ts';
import { closeGraceMs } from '../limits.ts';
import { ServiceUnavailableException } from '../protocol/errors.ts';
import type { WireHandler } from '../protocol/wire/http.ts';
import {
  breakOff,
  type Connection,
  createConnection,
  defaultBounds,
  type PortBounds,
  type PortState,
} from './connection.ts';
import { acceptHttp1, createHttp1Server } from './http1.ts';
import { acceptHttp2 } from './http2.ts';
import { sniff } from './sniff.ts';
import { createTlsServer, type TlsCredentials } from './tls.ts';

export type { PortBounds } from './connection.ts';

export interface ListenOptions {
  readonly handler: WireHandler;
  readonly environment: Environment;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Makes the port answer https as well. */
  readonly tls?: TlsCredentials | undefined;
  /** Gives connections that another process has taken; one that listens itself when absent. */
  readonly server?: Server | undefined;
  /** Overrides of what limits.ts says. */
  readonly bounds?: Partial<PortBounds>;
}

export interface Port {
  readonly url: string;
  readonly port: number;
  /** Requests whose answers are not whole yet. */
  readonly openStreams: number;
  /** Tells clients to connect anew; who still comes is still served. */
  drain(): void;
  /** Ends what is idle, lets open answers finish for `graceMs`, then drops what is left. */
  close(options?: CloseOptions): Promise<void>;
}

export interface CloseOptions {
  readonly graceMs?: number;
  /** What is dropped may say so for so long: as an exception, in a stream too. */
  readonly lastWordsMs?: number;
}

/** Rejects with Node's own error where the address cannot be had. */
export async function listen(options: ListenOptions): Promise<Port> {
  const state: PortState = {
    handler: options.handler,
    environment: options.environment,
    bounds: { ...defaultBounds, ...options.bounds },
    connections: new Map(),
    exchanges: new Set(),
    draining: false,
    closing: false,
  };
  // Half open: what a client that has ended its side still gets is HTTP's to decide.
  const server = options.server ?? createServer({ allowHalfOpen: true, noDelay: true });
  const http1 = createHttp1Server(state);
  const doors: Doors = { http1, tls: options.tls && openTls(options.tls, http1, state) };
  server.on('connection', (socket) => accept(socket, doors, state));
  server.listen({
    host: options.host,
    port: options.port,
    backlog: state.bounds.connectionBacklogMax,
  });
  await once(server, 'listening');
  server.on('error', (error) => {
    state.environment.log.error({ err: error }, 'a connection could not be accepted');
  });
  const { port } = server.address() as AddressInfo;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  let closed: Promise<void> | undefined;
  return {
    url: `http://${host}:${port}`,
    port,
    get openStreams() {
      return state.exchanges.size;
    },
    drain() {
      state.draining = true;
      for (const connection of state.connections.values()) connection.announce();
    },
    close(options = {}) {
      http1.close();
      closed ??= closePort(server, state, options);
      return closed;
    },
  };
}

interface Doors {
  readonly http1: Http1Server;
  readonly tls: TlsServer | undefined;
}

function accept(socket: Socket, { http1, tls }: Doors, state: PortState): void {
  const connection = keep(socket, state);
  const { bounds, environment } = state;
  const silence = environment.clock.timer(bounds.requestHeadTimeoutMs, () => socket.destroy());
  socket.once('close', () => silence.cancel());
  sniff(socket, (protocol) => {
    silence.cancel();
    if (protocol === 'http2') {
      acceptHttp2(connection, state);
    } else if (protocol === 'tls' && tls !== undefined) {
      // What goes on inside decides when it is shut.
      connection.shut = () => {};
      tls.emit('connection', socket);
    } else {
      acceptHttp1(http1, connection, state);
    }
  });
}

function openTls(credentials: TlsCredentials, http1: Http1Server, state: PortState): TlsServer {
  const tls = createTlsServer(credentials, state.bounds.requestHeadTimeoutMs);
  tls.on('secureConnection', (socket) => {
    const connection = keep(socket, state);
    if (state.closing) connection.shut();
    else if (socket.alpnProtocol === 'h2') acceptHttp2(connection, state);
    else acceptHttp1(http1, connection, state);
  });
  return tls;
}

function keep(socket: Socket, state: PortState): Connection {
  const connection = createConnection(socket);
  state.connections.set(socket, connection);
  socket.on('error', (error) => {
    state.environment.log.debug({ err: error }, 'a connection failed');
  });
  socket.once('close', () => state.connections.delete(socket));
  return connection;
}

async function closePort(
  server: Server,
  state: PortState,
  { graceMs = closeGraceMs, lastWordsMs = 0 }: CloseOptions,
): Promise<void> {
  state.draining = true;
  state.closing = true;
  const closed = once(server, 'close');
  server.close();
  for (const connection of state.connections.values()) connection.shut();
  const { clock } = state.environment;
  let timer = clock.timer(graceMs, () => {
    interruptAll(state);
    if (lastWordsMs === 0) breakAll(state);
    else timer = clock.timer(lastWordsMs, () => breakAll(state));
  });
  await closed;
  timer.cancel();
}

function interruptAll({ exchanges }: PortState): void {
  const reason = new ServiceUnavailableException(
    'The server is shutting down. Try your request again.',
  );
  for (const exchange of exchanges) exchange.interrupt(reason);
}

function breakAll({ connections }: PortState): void {
  for (const { socket } of connections.values()) breakOff(socket);
}
