// Tells TLS, HTTP/2 with prior knowledge and HTTP/1.1 apart by the first bytes of a connection.

import type { Socket } from 'node:net';

export type Protocol = 'http1' | 'http2' | 'tls';

// RFC 9113, 3.4: every HTTP/2 client begins with these, and no HTTP/1.1 request can.
const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');

// RFC 8446, 5.1: a TLS client begins with a handshake record, and no method of HTTP with this byte.
const handshakeRecord = 0x16;

/** The protocol that the bytes begin; undefined while they may still become the preface. */
export function protocolOf(bytes: Uint8Array): Protocol | undefined {
  if (bytes[0] === handshakeRecord) return 'tls';
  const length = Math.min(bytes.length, preface.length);
  for (let index = 0; index < length; index++) {
    if (bytes[index] !== preface[index]) return 'http1';
  }
  return length === preface.length ? 'http2' : undefined;
}

/** Reads until the protocol is known, puts back what was read, and leaves the socket paused. */
export function sniff(socket: Socket, found: (protocol: Protocol) => void): void {
  let held: Buffer | undefined;
  socket.on('data', onData);
  socket.on('end', onEnd);

  function onData(chunk: Buffer): void {
    held = held === undefined ? chunk : Buffer.concat([held, chunk]);
    const protocol = protocolOf(held);
    if (protocol === undefined) return;
    socket.off('data', onData);
    socket.off('end', onEnd);
    socket.pause();
    socket.unshift(held);
    found(protocol);
  }

  // The socket may stay half open, so a client that leaves before a request is ours to close.
  function onEnd(): void {
    socket.destroy();
  }
}
