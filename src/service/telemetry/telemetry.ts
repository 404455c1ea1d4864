// What the service tells of its requests: a line in the log, numbers, spans. What nobody wants is
// not even collected.

import type { Environment } from '../../environment.ts';
import { metricsWaitingMax } from '../../limits.ts';
import type { Config } from '../config.ts';
import type { ObservedPlace } from './labels.ts';
import type { Metrics, MetricsOptions } from './metrics.ts';
import type { ObservedRequest } from './observation.ts';
import { Observation } from './observation.ts';
import { logBodies, logFields } from './request-log.ts';
import type { Tracing } from './spans.ts';
import { readTraceContext, traceHeaders } from './trace-context.ts';

export interface Telemetry {
  /** Undefined where nobody wants to know. */
  observe(request: ObservedRequest): Observation | undefined;
  /** The numbers in Prometheus' text; undefined where they are switched off. */
  readonly metricsText: (() => Promise<string>) | undefined;
  /** Sends what is not sent yet. */
  close(): Promise<void>;
}

export interface TelemetryOptions {
  readonly environment: Environment;
  /** The engine of now: another takes its place when the configuration is read again. */
  readonly engine: () => ObservedEngine;
}

/** What there is to know of an engine. Where numbers and spans go is read at the start only. */
export interface ObservedEngine {
  readonly config: Pick<Config, 'keys' | 'logLevel' | 'providers' | 'telemetry'>;
  placeStates(): readonly ObservedPlace[];
}

export async function createTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  const { engine, environment } = options;
  const { config } = engine();
  const { clock, log } = environment;
  const isLogging = config.logLevel === 'info' || config.logLevel === 'debug';
  const logsBodies = isLogging && config.telemetry.log.bodies;
  const capturesMessages = isTrue(environment.variables[captureVariable]);
  const tracing = await startTracing(options, capturesMessages);
  const open = { requests: 0, streams: 0, ofPlaces: new Map<string, number>() };
  const metrics =
    config.telemetry.metrics === false
      ? undefined
      : new LazyMetrics({ places: () => engine().placeStates(), open: () => open }, environment);
  const sink = {
    clock,
    keepsMessages: logsBodies || (tracing !== undefined && capturesMessages),
    onStream() {
      open.streams += 1;
    },
    onVisit(place: string, change: -1 | 1) {
      open.ofPlaces.set(place, (open.ofPlaces.get(place) ?? 0) + change);
    },
    onDiscard() {
      open.requests -= 1;
    },
    onEnd(observation: Observation) {
      open.requests -= 1;
      if (observation.isStream) open.streams -= 1;
      observation.follower?.ended(observation);
      if (isLogging) {
        const bodies = logsBodies ? logBodies(observation, secretsOf(engine().config)) : undefined;
        log.info({ ...logFields(observation), ...bodies }, 'request');
      }
      metrics?.record(observation);
    },
  };
  let closed: Promise<void> | undefined;
  const isOff = !isLogging && metrics === undefined && tracing === undefined;

  return {
    metricsText: metrics && (() => metrics.text()),
    observe(request) {
      // A trace goes on to the place though nobody here wants to know of it.
      if (isOff && request.headers['traceparent'] === undefined) return undefined;
      open.requests += 1;
      const observation = new Observation(request, sink);
      observation.follower =
        tracing?.follow(observation, request.headers) ?? passingOn(request.headers);
      return observation;
    },
    close() {
      metrics?.close();
      closed ??= tracing?.close() ?? Promise.resolve();
      return closed;
    },
  };
}

const captureVariable = 'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT';

/** Where spans go: what the configuration says, else OpenTelemetry's own variables. */
export function tracesUrl(
  { otlp }: Config['telemetry'],
  variables: Environment['variables'],
): string | undefined {
  if (otlp !== undefined) return `${otlp.replace(/\/+$/, '')}/v1/traces`;
  const isOff =
    isTrue(variables['OTEL_SDK_DISABLED']) || variables['OTEL_TRACES_EXPORTER'] === 'none';
  if (isOff) return undefined;
  const own = variables['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] ?? '';
  if (own !== '') return own;
  const base = variables['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? '';
  return base === '' ? undefined : `${base.replace(/\/+$/, '')}/v1/traces`;
}

function isTrue(value: string | undefined): boolean {
  return value?.toLowerCase() === 'true';
}

async function startTracing(
  { engine, environment }: TelemetryOptions,
  capturesMessages: boolean,
): Promise<Tracing | undefined> {
  const url = tracesUrl(engine().config.telemetry, environment.variables);
  if (url === undefined) return undefined;
  const { createTracing } = await import('./spans.ts');
  const typeOf = (place: string): string | undefined =>
    engine()
      .placeStates()
      .find(({ name }) => name === place)?.type;
  return createTracing({ url, environment, typeOf, capturesMessages });
}

/** Without spans of our own the client's trace goes on as it came. */
function passingOn(headers: ObservedRequest['headers']): Observation['follower'] {
  const context = readTraceContext(headers);
  if (context === undefined) return undefined;
  return {
    traceId: context.traceId,
    trying: () => traceHeaders(context),
    failed() {},
    ended() {},
  };
}

/** Every secret of the configuration, also as JSON would write it. */
function secretsOf({ keys, providers }: ObservedEngine['config']): readonly string[] {
  const ofProviders = Object.values(providers).flatMap((provider) =>
    secretMembers.map((member) => Reflect.get(provider, member) as unknown),
  );
  const ofKeys = keys.flatMap((key) =>
    secretMembers.map((member) => Reflect.get(key, member) as unknown),
  );
  const texts = [...ofKeys, ...ofProviders].filter((value) => typeof value === 'string');
  const written = texts.flatMap((text) => [text, JSON.stringify(text).slice(1, -1)]);
  return [...new Set(written)].filter((text) => text !== '');
}

const secretMembers = ['apiKey', 'secretAccessKey', 'sessionToken'];

/** Loads what counts when the numbers are first asked for, or too many requests wait to be. */
class LazyMetrics {
  readonly #options: MetricsOptions;
  readonly #environment: Environment;
  #waiting: Observation[] = [];
  #loading: Promise<Metrics> | undefined;
  #metrics: Metrics | undefined;

  constructor(options: MetricsOptions, environment: Environment) {
    this.#options = options;
    this.#environment = environment;
  }

  record(observation: Observation): void {
    if (this.#metrics !== undefined) {
      this.#metrics.record(observation);
      return;
    }
    this.#waiting.push(observation);
    if (this.#waiting.length !== metricsWaitingMax) return;
    this.#load().catch((error: unknown) => {
      this.#environment.log.error({ err: error }, 'requests cannot be counted');
    });
  }

  async text(): Promise<string> {
    return (await this.#load()).text();
  }

  close(): void {
    this.#metrics?.close();
  }

  #load(): Promise<Metrics> {
    this.#loading ??= this.#start();
    return this.#loading;
  }

  async #start(): Promise<Metrics> {
    const { createMetrics } = await import('./metrics.ts');
    const metrics = createMetrics(this.#options);
    for (const observation of this.#waiting) metrics.record(observation);
    this.#waiting = [];
    this.#metrics = metrics;
    return metrics;
  }
}
