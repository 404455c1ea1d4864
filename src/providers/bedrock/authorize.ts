// Makes requests to Amazon Bedrock ones that it takes: signed, or with an API key.

import type { Clock } from '../../environment.ts';
import { AccessDeniedException } from '../../protocol/errors.ts';
import type { SignedRequest } from '../../protocol/wire/sigv4.ts';
import { deriveSigningKey, formatTimestamp, signatureHeaders } from '../../protocol/wire/sigv4.ts';
import type { AccessKey, BedrockCredentials } from './credentials.ts';

export interface AuthorizeOptions {
  readonly credentials: BedrockCredentials;
  readonly region: string;
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * The headers to add. Every header of the request is signed, so what proxies on the way may change
 * is left out of it. Throws AccessDeniedException where no credentials can be had.
 */
export type Authorize = (
  request: SignedRequest,
  body: Uint8Array,
) => Promise<Readonly<Record<string, string>>> | Readonly<Record<string, string>>;

export function createAuthorize({ credentials, region, clock }: AuthorizeOptions): Authorize {
  if ('apiKey' in credentials) {
    const headers = { authorization: `Bearer ${credentials.apiKey}` };
    return () => headers;
  }
  const signingKeyOf = createSigningKey(region);

  return async (request, body) => {
    const { accessKeyId, secretAccessKey, sessionToken } = await obtain(credentials.accessKey);
    const timestamp = formatTimestamp(clock.now());
    const signingKey = signingKeyOf(secretAccessKey, timestamp.slice(0, 8));
    return signatureHeaders(request, body, {
      accessKeyId,
      sessionToken,
      region,
      service,
      timestamp,
      signingKey,
    });
  };
}

const service = 'bedrock';

async function obtain(accessKey: () => AccessKey | Promise<AccessKey>): Promise<AccessKey> {
  try {
    return await accessKey();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AccessDeniedException('This server has no credentials for Amazon Bedrock.', {
      cause: error,
      hint:
        'Give the bedrock provider accessKeyId and secretAccessKey, a profile or an apiKey, ' +
        `or sign in as the AWS CLI does. AWS's own chain says: ${reason}`,
    });
  }
}

/** The last key is kept: it holds for a day and a secret. */
function createSigningKey(region: string): (secretAccessKey: string, day: string) => Uint8Array {
  let kept: { readonly name: string; readonly key: Uint8Array } | undefined;
  return (secretAccessKey, day) => {
    const name = `${day} ${secretAccessKey}`;
    if (kept?.name !== name) {
      kept = { name, key: deriveSigningKey(secretAccessKey, { day, region, service }) };
    }
    return kept.key;
  };
}
