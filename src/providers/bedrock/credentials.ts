// Whose name requests to Amazon Bedrock are made in: keys that are given, an API key, or what AWS's
// own chain of providers finds.

import type { Environment } from '../../environment.ts';

export interface CredentialSettings {
  readonly accessKeyId?: string | undefined;
  readonly secretAccessKey?: string | undefined;
  readonly sessionToken?: string | undefined;
  /** A profile of AWS's own files. */
  readonly profile?: string | undefined;
  /** An API key of Amazon Bedrock, sent in place of a signature. */
  readonly apiKey?: string | undefined;
}

export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

export type BedrockCredentials =
  | { readonly apiKey: string }
  | {
      /** Cached, and had anew before it expires. Throws where there is none. */
      readonly accessKey: () => AccessKey | Promise<AccessKey>;
    };

/**
 * What is given counts before what the variables say, an API key before an access key, as in AWS's
 * SDKs.
 */
export function findCredentials(
  settings: CredentialSettings,
  variables: Environment['variables'],
): BedrockCredentials {
  const { accessKeyId, secretAccessKey, sessionToken, profile } = settings;
  if (settings.apiKey !== undefined) return { apiKey: settings.apiKey };
  if (accessKeyId !== undefined && secretAccessKey !== undefined) {
    const accessKey = { accessKeyId, secretAccessKey, sessionToken };
    return { accessKey: () => accessKey };
  }
  const apiKey = variables['AWS_BEARER_TOKEN_BEDROCK'];
  if (profile === undefined && apiKey) return { apiKey };
  return { accessKey: createChain(profile) };
}

/** AWS's chain keeps what it found and has it anew five minutes before it expires. */
function createChain(profile: string | undefined): () => Promise<AccessKey> {
  let chain: (() => Promise<AccessKey>) | undefined;
  return async () => {
    if (chain === undefined) {
      // Heavy: loaded when the first request needs it.
      const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
      chain ??= defaultProvider(profile === undefined ? {} : { profile });
    }
    return chain();
  };
}
