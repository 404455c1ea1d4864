// Requests over HTTP to where models run: connections kept warm, four bounds of time, exceptions.

import type { Dispatcher } from 'undici';
import type { Environment } from '../environment.ts';
import {
  providerConnectTimeoutMs,
  providerFirstByteTimeoutMs,
  providerIdleTimeoutMs,
  providerTotalTimeoutMs,
} from '../limits.ts';
import { connectionFailure } from './http/connection-failure.ts';
import { HttpAnswer } from './http/answer.ts';
import { createWatch } from './http/watch.ts';
import type { Watch } from './http/watch.ts';

/** How long a place may take; what is not set has its default. */
export interface Timeouts {
  /** Until there is a connection, with TLS. */
  readonly connectMs?: number | undefined;
  /** Until the first byte of the answer's body. */
  readonly firstByteMs?: number | undefined;
  /** Between two reads of the answer. */
  readonly idleMs?: number | undefined;
  /** Until the answer is whole. */
  readonly totalMs?: number | undefined;
}

export interface HttpClientOptions {
  /** Paths are appended to it; what it has after a `?` is appended to them. */
  readonly baseUrl: string;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly timeouts?: Timeouts | undefined;
  readonly environment: Pick<Environment, 'clock' | 'variables'>;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  /** Appended to the base URL: `/chat/completions`. */
  readonly path: string;
  /** The path begins at the root of the host instead. */
  readonly fromRoot?: boolean;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | Uint8Array | undefined;
  /** Closes the request at once when it aborts. */
  readonly signal: AbortSignal;
}

export interface HttpClient {
  /** Scheme, host and port, as an exception may name them: nothing secret. */
  readonly origin: string;
  /**
   * Resolves with the head of the answer, whatever its status; redirects are not followed. Throws a
   * ServiceException where there is none in time, and the signal's reason when that aborts.
   */
  send(request: HttpRequest): Promise<HttpAnswer>;
  /** Ends what is under way, and the connections. */
  close(): Promise<void>;
}

export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { baseUrl, headers, environment } = options;
  const { origin, pathname, search } = new URL(baseUrl);
  const prefix = pathname.replace(/\/+$/, '');
  const timeouts = withDefaults(options.timeouts);
  // The library takes a tenth of a second to load: the first request's, not the start's.
  let dispatcher: Promise<Dispatcher> | undefined;
  const open = (): Promise<Dispatcher> =>
    createDispatcher(origin, timeouts.connectMs, environment.variables);

  return {
    origin,
    async send({ method, path, fromRoot = false, headers: more, body, signal }) {
      dispatcher ??= open();
      const place = await dispatcher;
      signal.throwIfAborted();
      const watch = createWatch({ clock: environment.clock, timeouts, origin, signal });
      const asked: Dispatcher.RequestOptions = {
        origin,
        method,
        path: fromRoot ? path : `${prefix}${path}${search}`,
        headers: { ...headers, ...more },
        body: body ?? null,
        signal: watch.signal,
        // The watch counts; the library's own timers are off by up to a second.
        headersTimeout: 0,
        bodyTimeout: 0,
      };
      return new HttpAnswer(await begin(place.request(asked), watch), {
        clock: environment.clock,
        watch,
      });
    },
    async close() {
      await (await dispatcher)?.destroy();
    },
  };
}

async function begin(
  asked: Promise<Dispatcher.ResponseData>,
  watch: Watch,
): Promise<Dispatcher.ResponseData> {
  try {
    return await asked;
  } catch (error) {
    watch.end();
    throw watch.reason() ?? connectionFailure(error, { origin: watch.origin, phase: 'connecting' });
  }
}

function withDefaults(timeouts: Timeouts = {}): Readonly<Record<keyof Timeouts, number>> {
  return {
    connectMs: timeouts.connectMs ?? providerConnectTimeoutMs,
    firstByteMs: timeouts.firstByteMs ?? providerFirstByteTimeoutMs,
    idleMs: timeouts.idleMs ?? providerIdleTimeoutMs,
    totalMs: timeouts.totalMs ?? providerTotalTimeoutMs,
  };
}

/** Straight to the place, or through the proxy that the variables name for it. */
async function createDispatcher(
  origin: string,
  timeout: number,
  variables: Environment['variables'],
): Promise<Dispatcher> {
  const { EnvHttpProxyAgent, Pool } = await import('undici');
  const proxies = proxiesOf(origin, variables);
  if (proxies === undefined) {
    return new Pool(origin, { connect: { timeout }, allowH2: false });
  }
  return new EnvHttpProxyAgent({
    ...proxies,
    connect: { timeout },
    proxyTls: { timeout },
    requestTls: { timeout },
    allowH2: false,
  });
}

interface Proxies {
  readonly httpProxy: string;
  readonly httpsProxy: string;
  readonly noProxy: string;
}

/** Undefined where none counts. What runs on this machine is never asked for through a proxy. */
function proxiesOf(origin: string, variables: Environment['variables']): Proxies | undefined {
  const { hostname, protocol } = new URL(origin);
  if (hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.')) {
    return undefined;
  }
  const read = (name: string): string => variables[name] || variables[name.toUpperCase()] || '';
  const proxy = read(protocol === 'https:' ? 'https_proxy' : 'http_proxy');
  // The library would take the other one where this is not set.
  if (proxy === '') return undefined;
  return { httpProxy: proxy, httpsProxy: proxy, noProxy: read('no_proxy') };
}
