// What those who run the server ask it: does it live, can it serve, what are its numbers. They ask
// without keys, and by whatever name they know it.

import { ServiceException } from '../protocol/errors.ts';
import type { WireRequest, WireResponse } from '../protocol/wire/http.ts';
import { encodeJson } from '../protocol/wire/rest-json.ts';
import type { Engine } from '../service/engine.ts';
import type { Telemetry } from '../service/telemetry/telemetry.ts';
import { checkAddressed } from './addressed.ts';

export interface HealthOptions {
  readonly engine: Pick<Engine, 'config' | 'placeStates'>;
  readonly telemetry: Pick<Telemetry, 'metricsText'> | undefined;
  /** Whether the server was told to end. */
  readonly isDraining: () => boolean;
}

/** Undefined for every other path. */
export type Health = (request: WireRequest) => Promise<WireResponse> | undefined;

export function createHealth(options: HealthOptions): Health {
  const paths = new Map<string, (request: WireRequest) => Promise<WireResponse>>([
    ['/healthz', async () => json(200, { status: 'alive' })],
    ['/readyz', async (request) => readiness(request, options)],
    ['/metrics', (request) => metrics(request, options)],
  ]);
  return (request) => {
    const answer = paths.get(request.target);
    if (answer === undefined) return undefined;
    if (request.method === 'GET' || request.method === 'HEAD') return answer(request);
    return Promise.resolve(refuse(405, `${request.target} answers to GET and HEAD.`));
  };
}

function readiness({ local }: WireRequest, { engine, isDraining }: HealthOptions): WireResponse {
  const places = engine.placeStates();
  const canServe = places.some(({ circuit }) => circuit !== 'open');
  const isReady = canServe && !isDraining();
  const status = isDraining() ? 'draining' : isReady ? 'ready' : 'unavailable';
  // Where models run is nobody's business beyond this machine.
  return json(isReady ? 200 : 503, local ? { status, places } : { status });
}

async function metrics(
  { local, headers }: WireRequest,
  { engine: { config }, telemetry }: HealthOptions,
): Promise<WireResponse> {
  const isPublic = config.telemetry.metrics === 'public';
  if (telemetry?.metricsText === undefined) {
    return refuse(404, 'No numbers are kept here: set telemetry.metrics in the configuration.');
  }
  if (!isPublic && !local) {
    return refuse(
      403,
      'The numbers are for callers on this machine, unless telemetry.metrics is public.',
    );
  }
  const denial = isPublic ? undefined : denialOf(headers, config);
  if (denial !== undefined) return refuse(denial.status, denial.message);
  const body = Buffer.from(await telemetry.metricsText());
  const type = 'text/plain; version=0.0.4; charset=utf-8';
  return { status: 200, headers: { 'content-type': type }, body };
}

/** A name that resolves to this machine would make any page a neighbour. */
function denialOf(
  headers: WireRequest['headers'],
  config: Engine['config'],
): ServiceException | undefined {
  try {
    checkAddressed(headers, config);
    return undefined;
  } catch (error) {
    if (error instanceof ServiceException) return error;
    throw error;
  }
}

function json(status: number, body: object): WireResponse {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
  return { status, headers, body: encodeJson(body) };
}

function refuse(status: number, message: string): WireResponse {
  return json(status, { message });
}
