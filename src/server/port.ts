// The one port: HTTP/1.1 and HTTP/2 with prior knowledge on the same address, one handler behind.

import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Environment } from '../environment.ts';
import { closeGraceMs } from '../limits.ts';
import type { WireHandler } from '../protocol/wire/http.ts';
import { createConnection, defaultBounds, type PortBounds, type PortState } from './connection.ts';
import { acceptHttp1, createHttp1Server } from './http1.ts';
import { acceptHttp2 } from './http2.ts';
import { sniff } from './sniff.ts';

export type { PortBounds } from './connection.ts';

export interface ListenOptions {
  readonly handler: WireHandler;
  readonly environment: Environment;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Overrides of what limits.ts says. */
  readonly bounds?: Partial<PortBounds>;
}

export interface Port {
  readonly url: string;
  readonly port: number;
  /** Requests whose answers are not whole yet. */
  readonly openStreams: number;
  /** Ends what is idle, lets open answers finish for `graceMs`, then drops what is left. */
  close(options?: { readonly graceMs?: number }): Promise<void>;
}

/** Rejects with Node's own error where the address cannot be had. */
export async function listen(options: ListenOptions): Promise<Port> {
  const state: PortState = {
    handler: options.handler,
    environment: options.environment,
    bounds: { ...defaultBounds, ...options.bounds },
    connections: new Map(),
    openExchanges: 0,
    closing: false,
  };
  // Half open: what a client that has ended its side still gets is HTTP's to decide.
  const server = createServer({ allowHalfOpen: true, noDelay: true });
  const http1 = createHttp1Server(state);
  server.on('connection', (socket) => accept(socket, http1, state));
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
      return state.openExchanges;
    },
    close({ graceMs = closeGraceMs } = {}) {
      http1.close();
      closed ??= closePort(server, state, graceMs);
      return closed;
    },
  };
}

function accept(socket: Socket, http1: ReturnType<typeof createHttp1Server>, state: PortState) {
  const { clock, log } = state.environment;
  const connection = createConnection(socket);
  state.connections.set(socket, connection);
  const silence = clock.timer(state.bounds.requestHeadTimeoutMs, () => socket.destroy());
  socket.on('error', (error) => log.debug({ err: error }, 'a connection failed'));
  socket.once('close', () => {
    silence.cancel();
    state.connections.delete(socket);
  });
  sniff(socket, (protocol) => {
    silence.cancel();
    if (protocol === 'http2') acceptHttp2(connection, state);
    else acceptHttp1(http1, connection, state);
  });
}

async function closePort(server: Server, state: PortState, graceMs: number): Promise<void> {
  state.closing = true;
  const closed = once(server, 'close');
  server.close();
  for (const connection of state.connections.values()) connection.shut();
  const timer = state.environment.clock.timer(graceMs, () => {
    for (const { socket } of state.connections.values()) socket.destroy();
  });
  await closed;
  timer.cancel();
}
