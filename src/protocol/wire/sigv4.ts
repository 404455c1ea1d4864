// Signature Version 4 as the service's clients make it: what a request says of its signer, and
// whether the signature is right. https://docs.aws.amazon.com/IAM (Signature Version 4).

import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { IncompleteSignatureException } from '../errors.ts';

export interface SignedRequest {
  readonly method: string;
  /** Path and query as sent. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** How a request says who sends it. */
export type Credentials =
  | { readonly auth: 'none' }
  | { readonly auth: 'bearer'; readonly token: string }
  | ({ readonly auth: 'sigv4' } & SignatureParts);

export interface SignatureParts {
  readonly accessKeyId: string;
  /** `YYYYMMDD` of the scope. */
  readonly day: string;
  readonly region: string;
  readonly service: string;
  /** `YYYYMMDDTHHMMSSZ` */
  readonly timestamp: string;
  /** Seconds that a presigned target holds; undefined for a signed header. */
  readonly expiresSeconds: number | undefined;
  readonly sessionToken: string | undefined;
  /** In lower case, in the order of the signature. */
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

const algorithm = 'AWS4-HMAC-SHA256';

/** Throws IncompleteSignatureException for a signature that lacks a part. */
export function readCredentials(request: SignedRequest): Credentials {
  const { authorization } = request.headers;
  if (authorization === undefined) return readPresigned(request);
  const bearer = /^bearer\s+(.*)$/i.exec(authorization)?.[1];
  if (bearer !== undefined) return { auth: 'bearer', token: bearer.trim() };
  if (!authorization.startsWith(algorithm)) return { auth: 'none' };
  const parameters = new Map(
    authorization
      .slice(algorithm.length)
      .split(',')
      .map((part) => part.trim().split(/=(.*)/s, 2) as [string, string]),
  );
  return readParts({
    credential: parameters.get('Credential'),
    signature: parameters.get('Signature'),
    signedHeaders: parameters.get('SignedHeaders'),
    timestamp: request.headers['x-amz-date'] ?? request.headers['date'],
    sessionToken: request.headers['x-amz-security-token'],
    expires: undefined,
  });
}

function readPresigned({ target }: SignedRequest): Credentials {
  if (!target.includes('X-Amz-Algorithm=')) return { auth: 'none' };
  const query = new URLSearchParams(queryOf(target));
  return readParts({
    credential: query.get('X-Amz-Credential') ?? undefined,
    signature: query.get('X-Amz-Signature') ?? undefined,
    signedHeaders: query.get('X-Amz-SignedHeaders') ?? undefined,
    timestamp: query.get('X-Amz-Date') ?? undefined,
    sessionToken: query.get('X-Amz-Security-Token') ?? undefined,
    expires: query.get('X-Amz-Expires') ?? '900',
  });
}

interface RawParts {
  readonly credential: string | undefined;
  readonly signature: string | undefined;
  readonly signedHeaders: string | undefined;
  readonly timestamp: string | undefined;
  readonly sessionToken: string | undefined;
  readonly expires: string | undefined;
}

function readParts(raw: RawParts): Credentials {
  const { credential, signature, signedHeaders, timestamp } = raw;
  const missing = [
    credential === undefined && "Authorization header requires 'Credential' parameter.",
    signature === undefined && "Authorization header requires 'Signature' parameter.",
    signedHeaders === undefined && "Authorization header requires 'SignedHeaders' parameter.",
    timestamp === undefined &&
      "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
  ].filter((text) => text !== false);
  if (missing.length > 0) throw new IncompleteSignatureException(missing.join(' '));
  const [accessKeyId = '', day = '', region = '', service = '', terminator] =
    credential?.split('/') ?? [];
  if (terminator !== 'aws4_request' || accessKeyId === '') {
    throw new IncompleteSignatureException(
      'Credential must have exactly 5 slash-delimited elements, ' +
        'e.g. keyid/date/region/service/term.',
    );
  }
  return {
    auth: 'sigv4',
    accessKeyId,
    day,
    region,
    service,
    timestamp: timestamp ?? '',
    expiresSeconds: raw.expires === undefined ? undefined : Number(raw.expires),
    sessionToken: raw.sessionToken,
    signedHeaders: signedHeaders?.toLowerCase().split(';') ?? [],
    signature: signature ?? '',
  };
}

/** The key that signs for a day, a region and a service; worth keeping, it costs four hashes. */
export function deriveSigningKey(
  secretAccessKey: string,
  { day, region, service }: Pick<SignatureParts, 'day' | 'region' | 'service'>,
): Uint8Array {
  const start: Uint8Array = Buffer.from(`AWS4${secretAccessKey}`);
  return [day, region, service, 'aws4_request'].reduce(hmac, start);
}

function hmac(key: Uint8Array, text: string): Uint8Array {
  return createHmac('sha256', key).update(text).digest();
}

/** Whether the signature is that of the request and its body. Compares in constant time. */
export function isSignatureValid(
  request: SignedRequest,
  parts: SignatureParts,
  { signingKey, body }: { readonly signingKey: Uint8Array; readonly body: Uint8Array },
): boolean {
  const payloadHash = payloadHashOf(request, body);
  if (payloadHash === undefined) return false;
  const canonical = canonicalRequest(request, parts, payloadHash);
  const scope = `${parts.day}/${parts.region}/${parts.service}/aws4_request`;
  const text = `${algorithm}\n${parts.timestamp}\n${scope}\n${sha256(canonical)}`;
  const expected = Buffer.from(hmac(signingKey, text));
  const given = Buffer.from(parts.signature, 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** The hash that was signed; undefined where the header says another than the body has. */
function payloadHashOf({ headers }: SignedRequest, body: Uint8Array): string | undefined {
  const said = headers['x-amz-content-sha256'];
  if (said === 'UNSIGNED-PAYLOAD') return said;
  const hash = sha256(body);
  return said === undefined || said === hash ? hash : undefined;
}

function canonicalRequest(
  { method, target, headers }: SignedRequest,
  { signedHeaders }: SignatureParts,
  payloadHash: string,
): string {
  const path = target.split('?', 1)[0] ?? '';
  const lines = signedHeaders.map((name) => `${name}:${canonicalValue(headers[name] ?? '')}\n`);
  return [
    method,
    // Tested with five SDKs: each segment of the path as sent is encoded once more.
    path.split('/').map(encode).join('/'),
    canonicalQuery(queryOf(target)),
    lines.join(''),
    signedHeaders.join(';'),
    payloadHash,
  ].join('\n');
}

function canonicalQuery(query: string): string {
  if (query === '') return '';
  const pairs = [...new URLSearchParams(query)].filter(([name]) => name !== 'X-Amz-Signature');
  return pairs
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .toSorted((a, b) => (a < b ? -1 : 1))
    .join('&');
}

function canonicalValue(value: string): string {
  return value.trim().replaceAll(/ +/g, ' ');
}

/** All but the unreserved characters of RFC 3986. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function queryOf(target: string): string {
  const index = target.indexOf('?');
  return index < 0 ? '' : target.slice(index + 1);
}

function sha256(data: Uint8Array | string): string {
  return createHash('sha256').update(data).digest('hex');
}
