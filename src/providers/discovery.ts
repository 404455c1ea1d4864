// Servers of models on this machine, found by asking the ports at which they listen by themselves.

import { once } from 'node:events';
import { connect } from 'node:net';
import type { Clock, Environment } from '../environment.ts';
import { discoveryAnswerMs, discoveryConnectMs, providerErrorBytesMax } from '../limits.ts';
import { isJsonObject } from '../protocol/api/json-object.ts';
import { createHttpClient } from './http.ts';
import type { HttpClient } from './http.ts';
import type { HttpAnswer } from './http/answer.ts';
import { modelIds } from './http/model-list.ts';
import type { VendorName } from './openai-compatible/vendors.ts';
import { freeModels, vendors } from './openai-compatible/vendors.ts';

/** A server that is looked for. */
export interface LocalServer {
  /** What its provider is called. */
  readonly name: string;
  readonly vendor: VendorName;
  /** Up to and with the version. */
  readonly baseUrl: string;
}

/** One that answered. */
export interface FoundServer extends LocalServer {
  /** The provider that it is. */
  readonly settings: {
    readonly type: 'openai-compatible';
    readonly vendor: VendorName;
    readonly baseUrl: string;
  };
  /** The models that it has, by its own names. */
  readonly models: readonly string[];
}

/** One that answered, and is not taken: the sentence says why. */
export interface PassedServer {
  readonly baseUrl: string;
  readonly reason: string;
}

export interface Discovered {
  readonly found: readonly FoundServer[];
  readonly passed: readonly PassedServer[];
}

export interface DiscoveryOptions {
  readonly environment: Pick<Environment, 'clock' | 'variables'>;
  readonly signal: AbortSignal;
}

const localVendors = ['ollama', 'vllm', 'llama.cpp', 'lm-studio', 'sglang'] as const;

/** Where they listen when nobody says otherwise. */
export const usualServers: readonly LocalServer[] = localVendors.map((vendor) => ({
  name: nameOf(vendor),
  vendor,
  baseUrl: vendors[vendor].baseUrl,
}));

function nameOf(vendor: VendorName): string {
  return vendor.replace('.', '-');
}

/** Asks all of them at a time. What nobody answers at costs a refused connection and no more. */
export async function discoverServers(
  servers: readonly LocalServer[],
  options: DiscoveryOptions,
): Promise<Discovered> {
  const answers = await Promise.all(servers.map((server) => ask(server, options)));
  const found: FoundServer[] = [];
  const passed: PassedServer[] = [];
  for (const answer of answers) {
    if (answer === undefined) continue;
    if ('reason' in answer) passed.push(answer);
    else found.push(named(answer, found));
  }
  return { found, passed };
}

/** Two of a kind are told apart by their ports. */
function named(server: FoundServer, others: readonly FoundServer[]): FoundServer {
  if (others.every(({ name }) => name !== server.name)) return server;
  return { ...server, name: `${server.name}-${new URL(server.baseUrl).port}` };
}

type Answered = FoundServer | PassedServer | undefined;

async function ask(server: LocalServer, options: DiscoveryOptions): Promise<Answered> {
  try {
    // The library for HTTP is loaded for those that are there, and for nobody else.
    if (!(await takesConnections(server.baseUrl, options))) return undefined;
    return await askForModels(server, options);
  } catch (error) {
    // Whatever answers in another way is another program.
    if (options.signal.aborted) throw error;
    return undefined;
  }
}

async function takesConnections(
  baseUrl: string,
  { environment: { clock }, signal }: DiscoveryOptions,
): Promise<boolean> {
  const { hostname, port, protocol } = new URL(baseUrl);
  const usual = protocol === 'https:' ? 443 : 80;
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const socket = connect({ host, port: port === '' ? usual : Number(port) });
  const late = timeout(clock, discoveryConnectMs);
  try {
    await once(socket, 'connect', { signal: AbortSignal.any([signal, late.signal]) });
    return true;
  } catch (error) {
    if (signal.aborted) throw error;
    return false;
  } finally {
    late.cancel();
    socket.destroy();
  }
}

async function askForModels(server: LocalServer, options: DiscoveryOptions): Promise<Answered> {
  const { environment, signal } = options;
  const { baseUrl } = server;
  const timeouts = {
    connectMs: discoveryConnectMs,
    firstByteMs: discoveryAnswerMs,
    totalMs: discoveryAnswerMs,
  };
  const client = createHttpClient({ baseUrl, timeouts, environment });
  try {
    const answer = await client.send({ method: 'GET', path: '/models', signal });
    const list = isService(answer) ? undefined : await jsonOf(answer);
    if (!isList(list)) return undefined;
    const stranger = strangerIn(list.data);
    if (stranger !== undefined && !(await isOllama(client, signal)))
      return { baseUrl, reason: strangeReason(stranger) };
    const vendor = vendorOf(list.data) ?? server.vendor;
    const name = vendor === server.vendor ? server.name : nameOf(vendor);
    const settings = { type: 'openai-compatible', vendor, baseUrl } as const;
    const models = freeModels(vendors[vendor], modelIds(list));
    return { name, vendor, baseUrl, settings, models };
  } finally {
    await client.close();
  }
}

/** It says of each model whose space it is from: a maker's name there is no maker's price. */
async function isOllama(client: HttpClient, signal: AbortSignal): Promise<boolean> {
  const answer = await client.send({ method: 'GET', path: '/api/tags', fromRoot: true, signal });
  const tags = await jsonOf(answer);
  return isJsonObject(tags) && Array.isArray(tags['models']);
}

/** This server, another of its kind, or Bedrock: no place where a model runs. */
function isService(answer: HttpAnswer): boolean {
  return answer.header('x-amzn-requestid') !== undefined;
}

async function jsonOf(answer: HttpAnswer): Promise<unknown> {
  const bytes = await answer.whole(16 * providerErrorBytesMax);
  if (answer.status !== 200) return undefined;
  return JSON.parse(Buffer.from(bytes).toString()) as unknown;
}

interface List {
  readonly data: readonly unknown[];
}

function isList(value: unknown): value is List {
  return isJsonObject(value) && Array.isArray(value['data']);
}

// By what such servers say whose their models are; of Ollama it is whoever made them.
const marks: Readonly<Record<string, VendorName>> = {
  library: 'ollama',
  llamacpp: 'llama.cpp',
  organization_owner: 'lm-studio',
  'organization-owner': 'lm-studio',
  sglang: 'sglang',
  vllm: 'vllm',
};

function vendorOf(models: readonly unknown[]): VendorName | undefined {
  const owners = models.map(ownerOf).flatMap((owner) => owner ?? []);
  const known = new Set(owners.map((owner) => marks[owner]));
  const [only] = known;
  return known.size === 1 ? only : undefined;
}

function ownerOf(model: unknown): string | undefined {
  const owner = isJsonObject(model) ? model['owned_by'] : undefined;
  return typeof owner === 'string' && owner !== '' ? owner.toLowerCase() : undefined;
}

// Who takes money for each request; a gateway to them may listen anywhere.
const makers = ['openai', 'anthropic', 'mistralai', 'google', 'azure', 'bedrock', 'groq', 'system'];

function strangerIn(models: readonly unknown[]): string | undefined {
  return models
    .map(ownerOf)
    .find((owner) => owner !== undefined && makers.some((maker) => owner.startsWith(maker)));
}

function strangeReason(owner: string): string {
  return `its models are those of ${owner}, which may cost money: name it under providers to use it`;
}

interface Late {
  readonly signal: AbortSignal;
  cancel(): void;
}

function timeout(clock: Clock, ms: number): Late {
  const late = new AbortController();
  const timer = clock.timer(ms, () => late.abort());
  return { signal: late.signal, cancel: () => timer.cancel() };
}
