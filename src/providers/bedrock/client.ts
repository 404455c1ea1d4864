// Requests to Amazon Bedrock: addressed as the service has it, signed anew, refusals as exceptions.

import type { Environment } from '../../environment.ts';
import { providerErrorBytesMax } from '../../limits.ts';
import { isJsonObject } from '../../protocol/api/json-object.ts';
import { ModelErrorException } from '../../protocol/errors.ts';
import { eventStreamContentType } from '../../protocol/wire/eventstream.ts';
import type { HttpClient, Timeouts } from '../http.ts';
import { createHttpClient } from '../http.ts';
import type { HttpAnswer } from '../http/answer.ts';
import type { JsonObject, ProviderCall } from '../provider.ts';
import { createAuthorize } from './authorize.ts';
import type { CredentialSettings } from './credentials.ts';
import { findCredentials } from './credentials.ts';
import { failureOf } from './failure.ts';
import { parseObject } from './json.ts';

export interface BedrockOptions extends CredentialSettings {
  /** The variables' when undefined, else us-east-1. */
  readonly region?: string | undefined;
  /** AWS's own for the region when undefined. No variable counts: the shell's may lead to us. */
  readonly endpoint?: string | undefined;
  readonly timeouts?: Timeouts | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly environment: Pick<Environment, 'clock' | 'variables'>;
}

/** The last part of an operation's path. */
export type Verb =
  | 'converse'
  | 'converse-stream'
  | 'count-tokens'
  | 'invoke'
  | 'invoke-with-response-stream';

export interface BedrockRequest extends Pick<
  ProviderCall,
  'headers' | 'model' | 'notes' | 'signal'
> {
  readonly verb: Verb;
  /** Sent as it is: what is signed are these bytes. */
  readonly body: Uint8Array;
  /** Of the client's own headers those that go on; they are signed. */
  readonly kept?: Readonly<Record<string, string>> | undefined;
}

export interface BedrockClient {
  /** Resolves with an answer that is a success, in the form that its operation has. */
  post(request: BedrockRequest): Promise<HttpAnswer>;
  /** The IDs of the models that the service lists, of those that write text. */
  models(signal: AbortSignal): Promise<readonly string[]>;
  /** Resolves where there is somebody who answers. */
  check(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export function createClient(options: BedrockOptions): BedrockClient {
  const { environment, endpoint, timeouts, headers: always } = options;
  const region = options.region ?? regionIn(environment.variables) ?? 'us-east-1';
  const credentials = findCredentials(options, environment.variables);
  const authorize = createAuthorize({ credentials, region, clock: environment.clock });
  const runtime = connect(endpoint ?? addressOf('bedrock-runtime', region));
  // The lists of models have a host of their own, and few ask for them.
  let control: Connection | undefined;

  function connect(baseUrl: string): Connection {
    const { host, pathname } = new URL(baseUrl);
    const client = createHttpClient({ baseUrl, headers: always, timeouts, environment });
    return { client, host, prefix: pathname.replace(/\/+$/, '') };
  }

  async function ask(connection: Connection, asked: Asked): Promise<HttpAnswer> {
    const { method, path, body, headers, signal } = asked;
    const { client, host, prefix } = connection;
    const signed = { ...asked.signed, host };
    const target = `${prefix}${path}`;
    const authorization = await authorize({ method, target, headers: signed }, body);
    const sent = { ...signed, ...headers, ...authorization };
    return client.send({
      method,
      path,
      headers: sent,
      body: method === 'GET' ? undefined : body,
      signal,
    });
  }

  return {
    async post({ verb, model, body, kept, headers, signal, notes }) {
      const answer = await ask(runtime, {
        method: 'POST',
        path: `/model/${encodeSegment(model.id)}/${verb}`,
        body,
        signed: kept ?? json,
        headers,
        signal,
      });
      const requestId = answer.header('x-amzn-requestid');
      if (requestId !== undefined) notes.placeRequestId = requestId;
      notes.servedBy = `bedrock/${model.id}`;
      if (answer.status !== 200)
        throw failureOf(answer, await answer.beginning(providerErrorBytesMax));
      await checkType(answer, verb);
      return answer;
    },
    async models(signal) {
      control ??= endpoint === undefined ? connect(addressOf('bedrock', region)) : runtime;
      const answer = await ask(control, { ...listing, signal });
      if (answer.status !== 200)
        throw failureOf(answer, await answer.beginning(providerErrorBytesMax));
      return idsIn(parseAnswer(answer, await answer.whole()));
    },
    async check(signal) {
      const answer = await ask(runtime, { ...listing, signal });
      const bytes = await answer.beginning(providerErrorBytesMax);
      // Any refusal is an answer: only who is asked for a model may be denied it.
      if (answer.status >= 500) throw failureOf(answer, bytes);
    },
    async close() {
      await Promise.all([runtime.client.close(), control !== runtime && control?.client.close()]);
    },
  };
}

interface Connection {
  readonly client: HttpClient;
  readonly host: string;
  /** The path of the endpoint, for one that is not at the root of its host. */
  readonly prefix: string;
}

interface Asked {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body: Uint8Array;
  readonly signed: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly signal: AbortSignal;
}

const json = { 'content-type': 'application/json' };

const listing = {
  method: 'GET',
  path: '/foundation-models',
  body: new Uint8Array(0),
  signed: {},
} as const;

function addressOf(service: string, region: string): string {
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return `https://${service}.${region}.${suffix}`;
}

function regionIn(variables: Readonly<Record<string, string | undefined>>): string | undefined {
  return variables['AWS_REGION'] || variables['AWS_DEFAULT_REGION'] || undefined;
}

/** One segment, as AWS's SDKs write it: an ARN has colons and slashes. */
function encodeSegment(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** A proxy's page of status 200 must not be taken for a model's answer. */
async function checkType(answer: HttpAnswer, verb: Verb): Promise<void> {
  // A native answer is what its model makes it.
  if (verb === 'invoke') return;
  const type = answer.header('content-type') ?? 'no content type';
  const wanted = verb.endsWith('stream') ? eventStreamContentType : 'application/json';
  if (type.toLowerCase().startsWith(wanted)) return;
  await answer.beginning(0);
  throw malformed(`${type} in place of ${wanted}`, answer.origin);
}

/** The JSON object of a whole answer. */
export function parseAnswer({ origin }: HttpAnswer, bytes: Uint8Array): JsonObject {
  const value = parseObject(bytes);
  if (value === undefined) throw malformed('no JSON object', origin);
  return value;
}

export function malformed(what: string, origin: string): ModelErrorException {
  return new ModelErrorException("The model's place gave an answer that cannot be read.", {
    hint: `${origin} answered with ${what}: correct endpoint if it is not Amazon Bedrock's.`,
  });
}

function idsIn({ modelSummaries }: JsonObject): readonly string[] {
  if (!Array.isArray(modelSummaries)) return [];
  return modelSummaries.flatMap((summary: unknown) =>
    isJsonObject(summary) && typeof summary['modelId'] === 'string' && writes(summary)
      ? [summary['modelId']]
      : [],
  );
}

/** No model of pictures or embeddings answers a conversation. */
function writes({ outputModalities }: JsonObject): boolean {
  return !Array.isArray(outputModalities) || outputModalities.includes('TEXT');
}
