// Who calls: signatures and API keys checked, and what each key may do. All of it comes before any
// look at the request itself, as on the service.

import type { Clock } from '../environment.ts';
import { signatureSkewMs, signingKeysMax } from '../limits.ts';
import { resolveModelId, foundationModelArn } from '../models/catalog/model-id.ts';
import {
  AccessDeniedException,
  InvalidSignatureException,
  MissingAuthenticationTokenException,
  UnrecognizedClientException,
} from '../protocol/errors.ts';
import type { Credentials, SignatureParts, SignedRequest } from '../protocol/wire/sigv4.ts';
import {
  deriveSigningKey,
  formatTimestamp,
  isSignatureValid,
  readCredentials,
} from '../protocol/wire/sigv4.ts';
import type { OperationName } from '../protocol/wire/rest-json.ts';
import type { Config, KeyConfig } from './config.ts';
import { patternToRegExp } from './pattern.ts';

/** The caller of a request, as far as it could be told. */
export interface Caller {
  readonly auth: Credentials['auth'];
  readonly accessKeyId: string | null;
  /** The region of the signature. */
  readonly region: string | null;
  /** The name of the key; undefined without one. */
  readonly key: string | undefined;
  /** Throws AccessDeniedException where the key does not reach so far. */
  authorize(operation: OperationName, modelId: string | undefined): void;
}

/** What a request says of itself, believed without a check. */
export interface Claim extends Pick<Caller, 'accessKeyId' | 'auth' | 'region'> {
  /** Undefined where they are incomplete, which is for `authenticate` to say. */
  readonly credentials: Credentials | undefined;
}

export interface Identity {
  /** For the journal of refusals, and for `authenticate`, which then reads nothing twice. */
  claim(request: SignedRequest): Claim;
  /** Throws the front door's exceptions for a caller that is not known. */
  authenticate(request: SignedRequest, body: Uint8Array, claim?: Claim): Caller;
}

export function createIdentity(config: Config, clock: Clock): Identity {
  const signers = new Map(
    config.keys.flatMap((key) => ('accessKeyId' in key ? [[key.accessKeyId, key] as const] : [])),
  );
  const tokens = new Map(
    config.keys.flatMap((key) => ('apiKey' in key ? [[key.apiKey, key] as const] : [])),
  );
  const signingKeyOf = createSigningKeys();
  const authorizers = new Map(config.keys.map((key) => [key, authorizer(key, config)]));

  /** The key that signed. Throws the front door's exceptions. */
  function signerOf(parts: SignatureParts, request: SignedRequest, body: Uint8Array): KeyConfig {
    const key = signers.get(parts.accessKeyId);
    if (key === undefined || key.sessionToken !== parts.sessionToken) {
      throw new UnrecognizedClientException(
        'The security token included in the request is invalid.',
        {
          hint: 'This server knows the access keys of its own configuration only, not those of AWS.',
        },
      );
    }
    checkScope(parts);
    checkTime(parts, clock.now());
    const signingKey = signingKeyOf(key.secretAccessKey, parts);
    if (!isSignatureValid(request, parts, { signingKey, body })) throw mismatch();
    return key;
  }

  function authenticate(request: SignedRequest, body: Uint8Array, claim?: Claim): Caller {
    const credentials = claim?.credentials ?? readCredentials(request);
    const claimed = describe(credentials);
    if (config.auth === 'none') return { ...claimed, key: undefined, authorize: allowAll };
    if (credentials.auth === 'none') {
      throw new MissingAuthenticationTokenException('Missing Authentication Token', {
        hint: 'This server takes signed requests and API keys only; see auth in its configuration.',
      });
    }
    const key =
      credentials.auth === 'bearer'
        ? tokenKey(tokens, credentials.token)
        : signerOf(credentials, request, body);
    return {
      ...claimed,
      key: nameOf(key),
      authorize: authorizers.get(key) ?? authorizer(key, config),
    };
  }

  return {
    authenticate,
    claim(request) {
      try {
        const credentials = readCredentials(request);
        return { ...describe(credentials), credentials };
      } catch {
        // An incomplete signature is refused by `authenticate`; here it is only noted.
        return { auth: 'sigv4', accessKeyId: null, region: null, credentials: undefined };
      }
    },
  };
}

function describe(credentials: Credentials): Pick<Caller, 'accessKeyId' | 'auth' | 'region'> {
  const { auth } = credentials;
  if (auth !== 'sigv4') return { auth, accessKeyId: null, region: null };
  const { accessKeyId, region } = credentials;
  return { auth, accessKeyId: accessKeyId || null, region: region || null };
}

// Reported from the field, word for word, with the capital M of the front door.
function tokenKey(tokens: ReadonlyMap<string, KeyConfig>, token: string): KeyConfig {
  const key = tokens.get(token);
  if (key !== undefined) return key;
  const isApiKey = token.startsWith('ABSK') || token.startsWith('bedrock-api-key-');
  throw new AccessDeniedException(
    isApiKey
      ? 'Authentication failed: Please make sure your API Key is valid.'
      : 'Invalid API Key format: Must start with pre-defined prefix',
    {
      hint: 'This server knows the API keys of its own configuration only, not those of AWS.',
      isFrontDoor: true,
    },
  );
}

// Known of other services of AWS, all of them.
function checkScope(parts: SignatureParts): void {
  const { service, region, day, timestamp, signedHeaders } = parts;
  if (service !== 'bedrock') {
    throw new InvalidSignatureException(
      "Credential should be scoped to correct service: 'bedrock'. ",
    );
  }
  if (!/^[a-z]+(-[a-z]+)+-\d+$/.test(region)) {
    throw new InvalidSignatureException('Credential should be scoped to a valid region. ');
  }
  if (!timestamp.startsWith(day)) {
    throw new InvalidSignatureException(
      'Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: ' +
        `'${day}' != '${timestamp.slice(0, 8)}', from '${timestamp}'.`,
    );
  }
  if (!signedHeaders.includes('host') && !signedHeaders.includes(':authority')) {
    throw new InvalidSignatureException(
      "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
    );
  }
}

/** Reported for other services of AWS, with the times in the form of the signature. */
function checkTime({ timestamp, expiresSeconds }: SignatureParts, nowMs: number): void {
  const signedMs = parseTimestamp(timestamp);
  if (signedMs === undefined) throw mismatch();
  const heldMs = expiresSeconds === undefined ? signatureSkewMs : expiresSeconds * 1000;
  if (signedMs + heldMs < nowMs) {
    const now = formatTimestamp(nowMs);
    const earliest = formatTimestamp(nowMs - heldMs);
    const span = heldMs % 60_000 === 0 ? `${heldMs / 60_000} min.` : `${heldMs / 1000} sec.`;
    throw new InvalidSignatureException(
      `Signature expired: ${timestamp} is now earlier than ${earliest} (${now} - ${span})`,
      {
        hint:
          expiresSeconds === undefined
            ? "Set the clock of the client: it is behind the server's."
            : 'Sign the address anew: it was signed for no longer.',
      },
    );
  }
  if (signedMs - signatureSkewMs > nowMs) {
    const now = formatTimestamp(nowMs);
    const latest = formatTimestamp(nowMs + signatureSkewMs);
    throw new InvalidSignatureException(
      `Signature not yet current: ${timestamp} is still later than ${latest} (${now} + 5 min.)`,
      { hint: "Set the clock of the client: it is ahead of the server's." },
    );
  }
}

function parseTimestamp(timestamp: string): number | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(timestamp)?.slice(1);
  if (parts === undefined) return undefined;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts.map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** Reported from the field: 192 bytes of body, without the canonical request. */
function mismatch(): InvalidSignatureException {
  return new InvalidSignatureException(
    'The request signature we calculated does not match the signature you provided. ' +
      'Check your AWS Secret Access Key and signing method. ' +
      'Consult the service documentation for details.',
    { hint: 'A proxy that rewrites Host or the path breaks a signature.' },
  );
}

/** Signing keys by secret and scope; a client signs a whole day with one. */
function createSigningKeys() {
  const kept = new Map<string, Uint8Array>();
  return (secretAccessKey: string, scope: SignatureParts): Uint8Array => {
    const name = `${secretAccessKey} ${scope.day} ${scope.region}`;
    let key = kept.get(name);
    if (key === undefined) {
      key = deriveSigningKey(secretAccessKey, scope);
      // Regions come from the client: what they make us keep is bounded.
      if (kept.size >= signingKeysMax) kept.clear();
      kept.set(name, key);
    }
    return key;
  };
}

// Documented: the action that each operation needs.
const actions: Readonly<Partial<Record<OperationName, string>>> = {
  Converse: 'InvokeModel',
  ConverseStream: 'InvokeModelWithResponseStream',
};

/** What a key may do, by its lists of operations and models. */
function authorizer(key: KeyConfig, { region }: Config): Caller['authorize'] {
  const models = key.models?.map(patternToRegExp);
  const name = nameOf(key);
  if (models === undefined && key.operations === undefined) return allowAll;
  return (operation, modelId) => {
    const foundationModelId =
      modelId === undefined ? undefined : resolveModelId(modelId)?.model.modelId;
    const ids = [modelId, foundationModelId].filter((id) => id !== undefined);
    const isModelAllowed =
      models === undefined ||
      modelId === undefined ||
      models.some((model) => ids.some((id) => model.test(id)));
    if (isModelAllowed && key.operations?.includes(operation) !== false) return;
    const action = `bedrock:${actions[operation] ?? operation}`;
    const resource = foundationModelArn(region, foundationModelId ?? modelId ?? '*');
    throw new AccessDeniedException(
      `User: arn:aws:iam::${account}:user/${name} is not authorized to perform: ${action} ` +
        `on resource: ${resource} ` +
        `because no identity-based policy allows the ${action} action`,
      { hint: `The configuration gives this key ${allowanceOf(key)}.`, isFrontDoor: true },
    );
  };
}

function allowAll(): void {
  // No list, no bound.
}

/** Never the secret: an API key has no other name than the one it is given. */
function nameOf(key: KeyConfig): string {
  return key.name ?? ('accessKeyId' in key ? key.accessKeyId : 'api-key');
}

function allowanceOf({ models, operations }: KeyConfig): string {
  const ofModels = models === undefined ? 'every model' : `the models ${models.join(', ')}`;
  return `${ofModels} and ${operations?.join(', ') ?? 'every operation'}`;
}

// The account that documentation uses; there are no accounts here.
const account = '123456789012';
