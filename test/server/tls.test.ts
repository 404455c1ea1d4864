// TLS on the port: both versions of HTTP inside of it, and both still beside it.

import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { request } from 'node:https';
import { connect as connectTls } from 'node:tls';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { createSelfSigned, type TlsCredentials } from '../../src/server/tls.ts';
import {
  echo,
  http2Request,
  http2Session,
  ManualBody,
  rawClient,
  startPort,
  streamed,
} from './fixture.ts';

let tls: TlsCredentials;

beforeAll(async () => {
  tls = await createSelfSigned();
});

function getHttps(port: number): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const sent = request({ host: 'localhost', port, path: '/a', ca: tls.cert, agent: false });
  sent.on('error', reject);
  sent.on('response', (response) => {
    const parts: Buffer[] = [];
    response.on('data', (part: Buffer) => parts.push(part));
    response.on('end', () => resolve(Buffer.concat(parts).toString()));
  });
  sent.end();
  return promise;
}

function secureSession(port: number) {
  const session = connectHttp2(`https://localhost:${port}`, { ca: tls.cert });
  onTestFinished(() => session.destroy());
  return session;
}

test('one port answers http and https, HTTP/1.1 and HTTP/2', async () => {
  const port = await startPort({ handler: echo, tls });
  const plain = rawClient(port);
  plain.socket.write('GET /a HTTP/1.1\r\nhost: h\r\n\r\n');
  expect(await plain.receives('"1.1"')).toContain('/a');
  expect(await getHttps(port.port)).toContain('"1.1"');
  for (const session of [http2Session(port), secureSession(port.port)]) {
    expect(JSON.stringify(await http2Request(session, { ':path': '/a' }))).toContain('2.0');
  }
});

test.each([
  [['h2', 'http/1.1'], 'h2'],
  [['http/1.1'], 'http/1.1'],
])('of %j the port takes %s', async (ALPNProtocols, taken) => {
  const port = await startPort({ handler: echo, tls });
  const socket = connectTls({ host: 'localhost', port: port.port, ca: tls.cert, ALPNProtocols });
  onTestFinished(() => void socket.destroy());
  await once(socket, 'secureConnect');
  expect(socket.alpnProtocol).toBe(taken);
});

test('a handshake that never ends is dropped', async () => {
  const port = await startPort({ handler: echo, tls, bounds: { requestHeadTimeoutMs: 50 } });
  const client = rawClient(port);
  client.socket.write(Buffer.from([0x16, 3, 1]));
  await client.closed();
});

test('a stream inside of TLS is finished before the port is closed', async () => {
  const body = new ManualBody();
  const port = await startPort({ handler: async () => streamed(body), tls });
  const stream = secureSession(port.port).request({ ':path': '/' });
  await once(stream, 'response');
  const closed = port.close({ graceMs: 60_000 });
  body.put('last words');
  const [data] = (await once(stream, 'data')) as [Buffer];
  body.put(undefined);
  expect(data.toString()).toBe('last words');
  await closed;
});

test('without a certificate a TLS client is told to go', async () => {
  const port = await startPort({ handler: echo });
  const socket = connectTls({ host: 'localhost', port: port.port, ca: tls.cert });
  await expect(once(socket, 'secureConnect')).rejects.toThrow();
});

// An authority's certificate is refused by the SDK for Rust, SHA-1 by most of what is current.
test('the certificate made now is one of a server, signed with SHA-256', () => {
  const { ca, signatureAlgorithm, subjectAltName } = new X509Certificate(tls.cert);
  expect({ ca, signatureAlgorithm, subjectAltName }).toEqual({
    ca: false,
    signatureAlgorithm: 'sha256WithRSAEncryption',
    subjectAltName: 'DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1',
  });
});
