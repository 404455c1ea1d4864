// What the hub says of a file before it is brought: its size and its hash. Asked once and with a
// bound, since the downloader itself would ask for an hour.

import { type IncomingHttpHeaders, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { text } from 'node:stream/consumers';

import type { Environment } from '../../environment.ts';
import { hubAnswerBytesMax, hubAnswerTimeoutMs, hubRedirectsMax } from '../../limits.ts';
import type { FileFacts } from './checked-file.ts';
import type { HubAddress } from './hub-address.ts';
import { ownFile, WeightsError } from './weights-error.ts';

export interface HubOptions {
  readonly environment: Environment;
  readonly signal?: AbortSignal | undefined;
}

/** Where the hub is: a mirror's address stands in the variable that its own tools read. */
export function hubEndpoint({ variables }: Environment): string {
  const named = variables['HF_ENDPOINT'];
  const endpoint = named === undefined || named === '' ? 'https://huggingface.co' : named;
  return endpoint.replace(/\/+$/, '');
}

export function hubFileUrl(address: HubAddress, file: string, environment: Environment): string {
  const { user, repository, branch } = address;
  const path = [user, repository, 'resolve', branch, ...file.split('/')];
  return `${hubEndpoint(environment)}/${path.map(encodeURIComponent).join('/')}`;
}

/** The file of a quantisation, as llama.cpp's own tools ask for it. */
export async function lookUpQuant(
  { user, repository }: HubAddress,
  quant: string,
  options: HubOptions,
): Promise<string> {
  const path = ['v2', user, repository, 'manifests', quant === '' ? 'latest' : quant];
  const url = `${hubEndpoint(options.environment)}/${path.map(encodeURIComponent).join('/')}`;
  const answer = await ask('GET', url, options);
  if (answer.status === 400 || answer.status === 404) {
    throw new WeightsError(
      `The hub has no ${quant === '' ? 'model' : quant} in ${user}/${repository}: ` +
        'name a file of the repository, hf:USER/REPOSITORY/FILE.gguf.',
    );
  }
  checkStatus(answer.status, `${user}/${repository}`);
  return fileOf(answer.body, `${user}/${repository}`);
}

export async function lookUpFile(
  address: HubAddress,
  file: string,
  options: HubOptions,
): Promise<FileFacts> {
  const { status, headers } = await ask(
    'HEAD',
    hubFileUrl(address, file, options.environment),
    options,
  );
  const where = `${address.user}/${address.repository}/${file}`;
  checkStatus(status, where);
  // Big files are a redirect to a store; the hub says of what before one follows it.
  const bytes = Number(headers['x-linked-size'] ?? headers['content-length']);
  if (!Number.isSafeInteger(bytes) || bytes <= 0) {
    throw new WeightsError(`The hub does not say how big ${where} is: ${ownFile}.`);
  }
  const tag = String(headers['x-linked-etag'] ?? headers.etag ?? '').replaceAll('"', '');
  return { bytes, sha256: /^[0-9a-f]{64}$/.test(tag) ? tag : undefined };
}

function fileOf(body: string, where: string): string {
  const manifest = parseJson(body) as { ggufFile?: { rfilename?: unknown } } | undefined;
  const file = manifest?.ggufFile?.rfilename;
  if (typeof file === 'string' && /\.gguf$/i.test(file)) return file;
  throw new WeightsError(`The hub names no model file of ${where}: name one yourself.`);
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // Said by the caller, in the words of what was asked.
    return undefined;
  }
}

function checkStatus(status: number, where: string): void {
  if (status < 400) return;
  if (status === 401 || status === 403) {
    throw new WeightsError(
      `The hub does not give ${where} to everybody: accept its terms there, set HF_TOKEN, ` +
        'and start again.',
    );
  }
  if (status === 404) {
    throw new WeightsError(`The hub has no ${where}: look its name up there, or ${ownFile}.`);
  }
  throw new WeightsError(
    `The hub is not to be used now (status ${status} for ${where}): start again later, ` +
      `or ${ownFile}.`,
  );
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Follows redirects until one says what it leads to. */
async function ask(method: 'GET' | 'HEAD', url: string, options: HubOptions): Promise<Answer> {
  let target = url;
  for (let count = 0; count <= hubRedirectsMax; count += 1) {
    const answer = await askOnce(method, target, options);
    const { location, 'x-linked-etag': linked } = answer.headers;
    const leadsOn = answer.status >= 300 && answer.status < 400 && location !== undefined;
    if (!leadsOn || linked !== undefined) return answer;
    target = new URL(location, target).href;
  }
  throw new WeightsError(`The hub leads in circles at ${url}: start again later, or ${ownFile}.`);
}

async function askOnce(
  method: 'GET' | 'HEAD',
  url: string,
  { environment, signal }: HubOptions,
): Promise<Answer> {
  const overdue = new AbortController();
  const timer = environment.clock.timer(hubAnswerTimeoutMs, () => {
    overdue.abort(new Error(`no answer in ${hubAnswerTimeoutMs / 1_000} seconds`));
  });
  try {
    const either = signal === undefined ? [overdue.signal] : [signal, overdue.signal];
    const headers = headersFor(url, environment);
    const response = await open(url, { method, headers, signal: AbortSignal.any(either) });
    return {
      status: response.statusCode ?? 0,
      headers: response.headers,
      body: await read(response),
    };
  } catch (cause) {
    signal?.throwIfAborted();
    const why = cause instanceof Error && cause.message !== '' ? cause.message : 'no connection';
    throw new WeightsError(
      `The hub could not be reached (${why}): connect this machine once, or ${ownFile}.`,
      { cause },
    );
  } finally {
    timer.cancel();
  }
}

/** The token is for the hub and never for a store that it leads to. */
function headersFor(url: string, environment: Environment): Record<string, string> {
  const token = environment.variables['HF_TOKEN'];
  const isHub = new URL(url).origin === new URL(hubEndpoint(environment)).origin;
  // The hub tells a quantisation's file only to llama.cpp.
  const headers: Record<string, string> = { 'user-agent': 'llama-cpp', accept: '*/*' };
  if (isHub && token !== undefined && token !== '') headers['authorization'] = `Bearer ${token}`;
  return headers;
}

interface Opening {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly signal: AbortSignal;
}

function open(url: string, options: Opening): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = url.startsWith('https:') ? requestHttps : requestHttp;
    request(url, options, resolve).once('error', reject).end();
  });
}

async function read(response: IncomingMessage): Promise<string> {
  if (Number(response.headers['content-length'] ?? 0) > hubAnswerBytesMax) {
    response.destroy();
    return '';
  }
  return text(response);
}
