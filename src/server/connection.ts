// What the connections of one port share, and what is known of each.

import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Environment } from '../environment.ts';
import * as limits from '../limits.ts';
import type { ServiceException } from '../protocol/errors.ts';
import type { WireHandler } from '../protocol/wire/http.ts';
import type { Answer } from './answer.ts';
import type { DrainTerms } from './request-body.ts';

/** The bounds of a port, each explained in limits.ts. */
export interface PortBounds {
  readonly connectionBacklogMax: number;
  readonly requestHeadersBytesMax: number;
  readonly requestHeadersCountMax: number;
  readonly requestBodyBytesMax: number;
  readonly refusedBodyDrainBytesMax: number;
  readonly refusedBodyDrainTimeoutMs: number;
  readonly refusedBodyQuietMs: number;
  readonly requestHeadTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly idleConnectionTimeoutMs: number;
  readonly writeStallTimeoutMs: number;
  readonly streamHeadDelayMs: number;
  readonly sessionStreamsMax: number;
  readonly sessionWindowBytes: number;
  readonly sessionResetBurstMax: number;
  readonly sessionOffencesMax: number;
}

export const defaultBounds: PortBounds = limits;

export interface PortState {
  readonly handler: WireHandler;
  readonly environment: Environment;
  readonly bounds: PortBounds;
  readonly connections: Map<Socket, Connection>;
  /** Those whose answers are not whole yet. */
  readonly exchanges: Set<Interruptible>;
  /** Clients are told to connect anew, and still served. */
  draining: boolean;
  closing: boolean;
}

export interface Interruptible {
  /** Ends the work on an answer: its last word is the exception, should there be time for it. */
  interrupt(reason: ServiceException): void;
}

export interface Connection {
  readonly socket: Socket;
  readonly local: boolean;
  /** The request that came last, while it is not answered. */
  current: { refuse(answer: Answer): void } | undefined;
  /** Requests that began on it, and those of them that are not answered yet. */
  begun: number;
  open: number;
  /** Tells the client that what comes is better sent on another connection. */
  announce(): void;
  /** Closes it at once where it is idle, else as soon as its open requests are answered. */
  shut(): void;
}

export function createConnection(socket: Socket): Connection {
  return {
    socket,
    local: isLoopbackAddress(socket.remoteAddress),
    current: undefined,
    begun: 0,
    open: 0,
    // HTTP/1.1 says it with its next answer.
    announce: () => {},
    shut: () => void socket.destroy(),
  };
}

/** Destroys a socket that we have ended, should its client never end it as well. */
export function linger(socket: Socket, port: PortState): void {
  if (socket.destroyed) return;
  const { environment, bounds } = port;
  const timer = environment.clock.timer(bounds.refusedBodyDrainTimeoutMs, () => socket.destroy());
  socket.once('close', () => timer.cancel());
}

/**
 * Ends a connection in the middle of an answer. Go's SDK takes one that merely closes for the end
 * of a stream, though the last chunk is missing; a reset it reports. TLS has no reset of its own.
 */
export function breakOff(socket: Socket): void {
  if (socket.destroyed) return;
  if (socket instanceof TLSSocket) socket.destroy();
  else socket.resetAndDestroy();
}

/** How long a body that is not wanted is read on. */
export function drainTerms({ environment, bounds }: PortState): DrainTerms {
  return {
    clock: environment.clock,
    bytesMax: bounds.refusedBodyDrainBytesMax,
    timeoutMs: bounds.refusedBodyDrainTimeoutMs,
  };
}

export function isLoopbackAddress(address: string | undefined): boolean {
  if (address === undefined) return false;
  return address === '::1' || address.startsWith('127.') || address.startsWith('::ffff:127.');
}
