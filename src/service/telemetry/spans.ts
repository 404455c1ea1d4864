// Spans by OpenTelemetry's conventions for generative AI, sent to a collector. Loaded only where
// there is one.

import type { Attributes, Context, Span, Tracer } from '@opentelemetry/api';
import {
  createTraceState,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { Environment } from '../../environment.ts';
import { spanExportTimeoutMs, telemetryFlushMs } from '../../limits.ts';
import type { Attempt, Follower, Observation } from './observation.ts';
import { errorType, genAiProvider } from './labels.ts';
import { requestAttributes, resultAttributes, spanName } from './span-attributes.ts';
import { readTraceContext, traceHeaders } from './trace-context.ts';

export interface TracingOptions {
  /** Where spans are posted. */
  readonly url: string;
  readonly environment: Environment;
  /** The type of a provider, by its name. */
  readonly typeOf: (place: string) => string | undefined;
  /** Messages go into the spans. */
  readonly capturesMessages: boolean;
}

export interface Tracing {
  follow(observation: Observation, headers: Headers): Follower;
  /** Sends what is not sent yet. */
  close(): Promise<void>;
}

type Headers = Readonly<Record<string, string | undefined>>;

export function createTracing(options: TracingOptions): Tracing {
  const { url, environment } = options;
  const exporter = new OTLPTraceExporter({ url, timeoutMillis: spanExportTimeoutMs });
  const service = environment.variables['OTEL_SERVICE_NAME'] ?? 'openconverse';
  const provider = new TracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': service }))
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor({ exporter: telling(exporter, environment) })],
  });
  const tracer = provider.getTracer('openconverse');
  return {
    follow: (observation, headers) =>
      new SpanFollower({ tracer, observation, ...options }, parentOf(headers)),
    async close() {
      const { clock, log } = environment;
      // What failed was told of already.
      const over = provider.shutdown().catch(() => undefined);
      const late = clock.sleep(telemetryFlushMs).then(() => 'late');
      if ((await Promise.race([over, late])) === 'late')
        log.warn({}, 'the last spans are not sent');
    },
  };
}

/** A collector that cannot be reached is told of once until it can be. */
function telling(exporter: OTLPTraceExporter, { log }: Environment): OTLPTraceExporter {
  let failed = false;
  const send = exporter.export.bind(exporter);
  exporter.export = (spans, done) => {
    send(spans, (result) => {
      const isFailure = result.error !== undefined;
      if (isFailure && !failed) log.warn({ err: result.error }, 'spans could not be sent');
      failed = isFailure;
      done(result);
    });
  };
  return exporter;
}

function parentOf(headers: Headers): Context {
  const parent = readTraceContext(headers);
  if (parent === undefined) return ROOT_CONTEXT;
  const { traceId, spanId, flags, state } = parent;
  const traceState = state === undefined ? {} : { traceState: createTraceState(state) };
  const context = { traceId, spanId, traceFlags: flags, isRemote: true, ...traceState };
  return trace.setSpanContext(ROOT_CONTEXT, context);
}

interface Following extends TracingOptions {
  readonly tracer: Tracer;
  readonly observation: Observation;
}

/** The span of one request, and one below it for each place that was tried. */
class SpanFollower implements Follower {
  readonly #following: Following;
  readonly #span: Span;
  readonly #context: Context;
  #attempt: Span | undefined;

  constructor(following: Following, parent: Context) {
    this.#following = following;
    // Its name and what it asks for are known once the request is read.
    this.#span = following.tracer.startSpan('request', { kind: SpanKind.SERVER }, parent);
    this.#context = trace.setSpan(parent, this.#span);
  }

  get traceId(): string {
    return this.#span.spanContext().traceId;
  }

  trying({ place }: Attempt): Readonly<Record<string, string>> {
    const { tracer, observation, typeOf } = this.#following;
    const name = spanName(observation, place.model.id);
    const attributes: Attributes = {
      ...requestAttributes(observation),
      'gen_ai.provider.name': genAiProvider(typeOf(place.provider)),
      'gen_ai.request.model': place.model.id,
      'openconverse.place': place.provider,
    };
    this.#attempt = tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes }, this.#context);
    const { traceId, spanId, traceFlags, traceState } = this.#attempt.spanContext();
    return traceHeaders({ traceId, spanId, flags: traceFlags, state: traceState?.serialize() });
  }

  failed({ exception }: Attempt): void {
    if (this.#attempt !== undefined) fail(this.#attempt, exception ?? 'unknown');
    this.#attempt?.end();
    this.#attempt = undefined;
  }

  ended(observation: Observation): void {
    const { typeOf, capturesMessages } = this.#following;
    const result = resultAttributes(observation, capturesMessages);
    const { provider = '' } = observation.attempts.at(-1)?.place ?? {};
    this.#span.updateName(spanName(observation, observation.modelId ?? ''));
    this.#span.setAttributes({
      ...requestAttributes(observation),
      ...result,
      'gen_ai.provider.name': genAiProvider(typeOf(provider)),
    });
    const error = errorType(observation);
    this.#attempt?.setAttributes(result);
    for (const span of [this.#attempt, this.#span]) {
      if (span === undefined) continue;
      if (error !== undefined) fail(span, error);
      span.end();
    }
  }
}

function fail(span: Span, type: string): void {
  span.setAttribute('error.type', type);
  span.setStatus({ code: SpanStatusCode.ERROR, message: type });
}
