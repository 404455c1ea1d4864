// TLS on the same port: told by its first byte; inside of it HTTP/2 or HTTP/1.1, by ALPN.

import { createServer, type Server } from 'node:tls';

/** Certificate and key as PEM text. */
export interface TlsCredentials {
  readonly cert: string;
  readonly key: string;
}

/**
 * A server that never listens: the port emits `connection` on it, and it `secureConnection`.
 * Throws Node's own error where certificate or key cannot be used.
 */
export function createTlsServer({ cert, key }: TlsCredentials, handshakeTimeoutMs: number): Server {
  // The SDK for JavaScript insists on h2 and boto3 on http/1.1, so both are offered.
  const ALPNProtocols = ['h2', 'http/1.1'];
  const server = createServer({ cert, key, ALPNProtocols, handshakeTimeout: handshakeTimeoutMs });
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  return server;
}

/** A certificate for this machine's names that nobody else vouches for; good for a year. */
export async function createSelfSigned(): Promise<TlsCredentials> {
  const { generate } = await import('selfsigned');
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
    algorithm: 'sha256',
    extensions: [
      // The SDK for Rust takes no authority's certificate as a server's; as one to trust, any.
      { name: 'basicConstraints', cA: false, critical: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
          { type: 7, ip: '::1' },
        ],
      },
    ],
  });
  return { cert, key };
}
