// Signature Version 4 as the service's clients make it: what a request says of its signer, and
// whether the signature is right. https://docs.aws.amazon.com/IAM (Signature Version 4).

import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { presignedSecondsMax } from '../../limits.ts';
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
  /** What the request says its body's hash is, or that it is not signed; often nothing. */
  readonly payloadHash: string | undefined;
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
  const raw = {
    credential: parameters.get('Credential'),
    signature: parameters.get('Signature'),
    signedHeaders: parameters.get('SignedHeaders'),
    timestamp: request.headers['x-amz-date'] ?? request.headers['date'],
    sessionToken: request.headers['x-amz-security-token'],
    payloadHash: request.headers['x-amz-content-sha256'],
    expires: undefined,
  };
  const missing = headerParts.filter(([part]) => raw[part] === undefined);
  if (missing.length > 0) {
    throw new IncompleteSignatureException(missing.map(([, text]) => text).join(' '));
  }
  return readParts(raw);
}

const headerParts = [
  ['credential', "Authorization header requires 'Credential' parameter."],
  ['signature', "Authorization header requires 'Signature' parameter."],
  ['signedHeaders', "Authorization header requires 'SignedHeaders' parameter."],
  [
    'timestamp',
    "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
  ],
] as const;

/** A target that was signed for whoever has it: its query holds what the header would say. */
function readPresigned({ target, headers }: SignedRequest): Credentials {
  if (!target.includes('X-Amz-Algorithm=')) return { auth: 'none' };
  const query = new URLSearchParams(queryOf(target));
  const missing = queryParts.filter((name) => !query.has(name));
  if (missing.length > 0) {
    const each = missing.map((name) => `AWS query-string parameters must include '${name}'.`);
    throw new IncompleteSignatureException(
      `${each.join(' ')} Re-examine the query-string parameters.`,
    );
  }
  return readParts({
    credential: query.get('X-Amz-Credential') ?? undefined,
    signature: query.get('X-Amz-Signature') ?? undefined,
    signedHeaders: query.get('X-Amz-SignedHeaders') ?? undefined,
    timestamp: query.get('X-Amz-Date') ?? undefined,
    sessionToken: query.get('X-Amz-Security-Token') ?? undefined,
    payloadHash: hoisted(query, 'x-amz-content-sha256') ?? headers['x-amz-content-sha256'],
    expires: query.get('X-Amz-Expires') ?? '900',
  });
}

/** A header that the signer moved into the query, in the letters that its caller wrote it with. */
function hoisted(query: URLSearchParams, name: string): string | undefined {
  for (const [key, value] of query) if (key.toLowerCase() === name) return value;
  return undefined;
}

const queryParts = ['X-Amz-Credential', 'X-Amz-Signature', 'X-Amz-SignedHeaders', 'X-Amz-Date'];

interface RawParts {
  readonly credential: string | undefined;
  readonly signature: string | undefined;
  readonly signedHeaders: string | undefined;
  readonly timestamp: string | undefined;
  readonly sessionToken: string | undefined;
  readonly payloadHash: string | undefined;
  readonly expires: string | undefined;
}

function readParts(raw: RawParts): Credentials {
  const { credential, signature, signedHeaders, timestamp, sessionToken, payloadHash } = raw;
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
    expiresSeconds: raw.expires === undefined ? undefined : readExpires(raw.expires),
    sessionToken,
    payloadHash,
    signedHeaders: signedHeaders?.toLowerCase().split(';') ?? [],
    signature: signature ?? '',
  };
}

/** Known of S3, which has said so for longest. */
function readExpires(text: string): number {
  const seconds = Number(text);
  if (!/^-?\d+$/.test(text)) {
    throw new IncompleteSignatureException('X-Amz-Expires should be a number');
  }
  if (seconds < 0) throw new IncompleteSignatureException('X-Amz-Expires must be non-negative');
  if (seconds > presignedSecondsMax) {
    throw new IncompleteSignatureException(
      'X-Amz-Expires must be less than a week (in seconds); ' +
        `that is, the given X-Amz-Expires must be less than ${presignedSecondsMax} seconds`,
    );
  }
  return seconds;
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
  const payloadHash = payloadHashOf(parts, body);
  if (payloadHash === undefined) return false;
  const expected = signatureOf(request, { ...parts, payloadHash }, signingKey);
  const given = Buffer.from(parts.signature, 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** The hash that was signed; undefined where the request says another than the body has. */
function payloadHashOf(
  { payloadHash: said }: SignatureParts,
  body: Uint8Array,
): string | undefined {
  if (said === 'UNSIGNED-PAYLOAD') return said;
  const hash = sha256(body);
  return said === undefined || said === hash ? hash : undefined;
}

/** Who signs, for what, and when. */
export interface SigningTerms extends Pick<SignatureParts, 'accessKeyId' | 'region' | 'service'> {
  readonly sessionToken: string | undefined;
  /** `YYYYMMDDTHHMMSSZ` */
  readonly timestamp: string;
  /** As `deriveSigningKey` gives it, for the day of the timestamp. */
  readonly signingKey: Uint8Array;
}

/** The headers that sign a request with this body; all headers that it has are signed. */
export function signatureHeaders(
  request: SignedRequest,
  body: Uint8Array,
  terms: SigningTerms,
): Record<string, string> {
  const { accessKeyId, region, service, sessionToken, timestamp, signingKey } = terms;
  const added: Record<string, string> = { 'x-amz-date': timestamp };
  if (sessionToken !== undefined) added['x-amz-security-token'] = sessionToken;
  const headers = { ...request.headers, ...added };
  const signedHeaders = Object.keys(headers).toSorted();
  const day = timestamp.slice(0, 8);
  const parts = { day, region, service, timestamp, signedHeaders, payloadHash: sha256(body) };
  const signature = signatureOf({ ...request, headers }, parts, signingKey).toString('hex');
  const credential = `${accessKeyId}/${scopeOf(parts)}`;
  added['authorization'] =
    `${algorithm} Credential=${credential}, SignedHeaders=${signedHeaders.join(';')}, ` +
    `Signature=${signature}`;
  return added;
}

/** `YYYYMMDDTHHMMSSZ` */
export function formatTimestamp(ms: number): string {
  return new Date(ms).toISOString().replaceAll(/[-:]|\.\d+/g, '');
}

interface CanonicalParts extends Pick<SignatureParts, 'signedHeaders'> {
  readonly payloadHash: string;
}

type SignedParts = CanonicalParts &
  Pick<SignatureParts, 'day' | 'region' | 'service' | 'timestamp'>;

function signatureOf(request: SignedRequest, parts: SignedParts, signingKey: Uint8Array): Buffer {
  const hash = sha256(canonicalRequest(request, parts));
  const text = `${algorithm}\n${parts.timestamp}\n${scopeOf(parts)}\n${hash}`;
  return createHmac('sha256', signingKey).update(text).digest();
}

function scopeOf({
  day,
  region,
  service,
}: Pick<SignedParts, 'day' | 'region' | 'service'>): string {
  return `${day}/${region}/${service}/aws4_request`;
}

function canonicalRequest(
  { method, target, headers }: SignedRequest,
  { signedHeaders, payloadHash }: CanonicalParts,
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
  // By name first: the equals sign sorts behind some of what a longer name may go on with.
  return pairs
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .toSorted(([a, left], [b, right]) => compare(a, b) || compare(left, right))
    .map((pair) => pair.join('='))
    .join('&');
}

function compare(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
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
