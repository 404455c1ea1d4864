// Reads who signed a request and for which region, without verifying the signature.

/** How a request says who sends it. */
export interface Credentials {
  readonly auth: 'sigv4' | 'bearer' | 'none';
  readonly accessKeyId: string | null;
  /** The region of the signature's scope. */
  readonly region: string | null;
}

const anonymous: Credentials = { auth: 'none', accessKeyId: null, region: null };

/** Reads the `authorization` header, or the query of a presigned target. */
export function readCredentials(authorization: string | undefined, target: string): Credentials {
  if (authorization === undefined) return readPresigned(target);
  if (/^bearer\s/i.test(authorization)) return { ...anonymous, auth: 'bearer' };
  if (!authorization.startsWith('AWS4-HMAC-SHA256')) return anonymous;
  const credential = /Credential=([^,\s]+)/.exec(authorization)?.[1];
  return fromScope(credential ?? '');
}

function readPresigned(target: string): Credentials {
  if (!target.includes('X-Amz-Credential=')) return anonymous;
  const query = new URLSearchParams(target.slice(target.indexOf('?') + 1));
  return fromScope(query.get('X-Amz-Credential') ?? '');
}

/** `KEY/YYYYMMDD/REGION/bedrock/aws4_request`. */
function fromScope(credential: string): Credentials {
  const [accessKeyId, , region] = credential.split('/');
  return { auth: 'sigv4', accessKeyId: accessKeyId || null, region: region || null };
}
