// The service's numbers in Prometheus' text, by OpenTelemetry's SDK. Loaded when they are wanted.

import type { Attributes, Histogram, Meter, ObservableResult } from '@opentelemetry/api';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import type { Observation } from './observation.ts';
import type { ObservedPlace } from './labels.ts';
import { errorType, genAiOperation, genAiProvider, modelLabel } from './labels.ts';
import { observeProcess } from './process-metrics.ts';

export interface MetricsOptions {
  readonly places: () => readonly ObservedPlace[];
  /** Requests and streams whose answers are not whole yet. */
  readonly open: () => OpenAnswers;
}

export interface OpenAnswers {
  readonly requests: number;
  readonly streams: number;
  /** By the name of the place that gives them. */
  readonly ofPlaces: ReadonlyMap<string, number>;
}

export interface Metrics {
  record(observation: Observation): void;
  text(): Promise<string>;
  close(): void;
}

export function createMetrics(options: MetricsOptions): Metrics {
  const reader = new PrometheusExporter({ preventServerStart: true });
  const meter = new MeterProvider({ readers: [reader] }).getMeter('openconverse');
  const serializer = new PrometheusSerializer(undefined, false, undefined, true, true);
  const record = createRecorder(meter, options);
  observeOpen(meter, options);
  observePlaces(meter, options);
  const stopObserving = observeProcess(meter);
  return {
    record,
    async text() {
      const { resourceMetrics } = await reader.collect();
      // What is no comment of Prometheus' own format is left to OpenMetrics.
      return `${serializer.serialize(resourceMetrics).replaceAll(/^# UNIT .*\n/gm, '')}\n`;
    },
    close: stopObserving,
  };
}

// The conventions' own bounds.
const durationSeconds = [
  0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
];
const firstTokenSeconds = [
  0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
];
const outputTokenSeconds = [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5];
const tokenCounts = Array.from({ length: 14 }, (_, power) => 4 ** power);

function createRecorder(meter: Meter, { places }: MetricsOptions): Metrics['record'] {
  const requests = meter.createCounter('openconverse.requests', {
    description: 'Requests by operation, model, place and exception.',
  });
  const failures = meter.createCounter('openconverse.place.failures', {
    description: 'Attempts at a place that failed before the client had anything.',
  });
  const tokens = meter.createCounter('openconverse.tokens', {
    description: 'Tokens by model and type: input, output, cache_read, cache_write.',
  });
  const histograms = createHistograms(meter);

  return (observation) => {
    const { operation, attempts, exception, outcome } = observation;
    const model = modelLabel(observation);
    const place = attempts.at(-1)?.place.provider ?? 'none';
    requests.add(1, {
      operation: operation ?? 'none',
      model,
      place,
      exception: exception ?? 'none',
      outcome,
    });
    for (const attempt of attempts) {
      if (attempt.exception === undefined) continue;
      failures.add(1, { place: attempt.place.provider, exception: attempt.exception });
    }
    for (const [type, count] of tokensOf(observation)) tokens.add(count, { model, type });
    const name = genAiOperation(operation);
    if (name === undefined) return;
    const types = new Map(places().map((known) => [known.name, known.type]));
    recordGenAi(histograms, observation, {
      model,
      operation: name,
      typeOf: (place) => types.get(place),
    });
  };
}

interface Histograms {
  readonly request: Histogram;
  readonly operation: Histogram;
  readonly firstToken: Histogram;
  readonly outputToken: Histogram;
  readonly usage: Histogram;
}

// Prometheus wants the unit in the name; OpenTelemetry's own has it beside it.
function createHistograms(meter: Meter): Histograms {
  const create = (name: string, description: string, bounds: number[]): Histogram =>
    meter.createHistogram(name, { description, advice: { explicitBucketBoundaries: bounds } });
  return {
    request: create(
      'gen_ai.server.request.duration.seconds',
      'From a request to the end of its answer.',
      durationSeconds,
    ),
    operation: create(
      'gen_ai.client.operation.duration.seconds',
      'From asking a place to the end of its answer.',
      durationSeconds,
    ),
    firstToken: create(
      'gen_ai.server.time_to_first_token.seconds',
      'From a request to the first events of its stream.',
      firstTokenSeconds,
    ),
    outputToken: create(
      'gen_ai.server.time_per_output_token.seconds',
      'Of a stream, after its first token.',
      outputTokenSeconds,
    ),
    usage: create('gen_ai.client.token.usage', 'Tokens of a request, in and out.', tokenCounts),
  };
}

interface Named {
  readonly model: string;
  readonly operation: string;
  readonly typeOf: (place: string) => string | undefined;
}

function recordGenAi(
  histograms: Histograms,
  observation: Observation,
  { model, operation, typeOf }: Named,
): void {
  const { attempts, latencyMs, firstByteMs, startedMs, usage } = observation;
  const common: Attributes = { 'gen_ai.operation.name': operation, 'gen_ai.request.model': model };
  const last = attempts.at(-1)?.place.provider;
  const provider = { 'gen_ai.provider.name': genAiProvider(last && typeOf(last)) };
  const error = errorType(observation);
  const failed = error === undefined ? {} : { 'error.type': error };
  const attributes = { ...common, ...provider };
  histograms.request.record(latencyMs / 1_000, { ...attributes, ...failed });
  const endedMs = startedMs + latencyMs;
  for (const attempt of attempts) {
    const seconds = ((attempt.endedMs ?? endedMs) - attempt.startedMs) / 1_000;
    const { exception } = attempt;
    histograms.operation.record(seconds, {
      ...common,
      'gen_ai.provider.name': genAiProvider(typeOf(attempt.place.provider)),
      ...(exception === undefined ? failed : { 'error.type': exception }),
    });
  }
  if (usage !== undefined) {
    histograms.usage.record(usage.inputTokens, { ...attributes, 'gen_ai.token.type': 'input' });
    histograms.usage.record(usage.outputTokens, { ...attributes, 'gen_ai.token.type': 'output' });
  }
  if (firstByteMs === undefined) return;
  histograms.firstToken.record(firstByteMs / 1_000, attributes);
  const later = (usage?.outputTokens ?? 0) - 1;
  if (later > 0) {
    histograms.outputToken.record((latencyMs - firstByteMs) / 1_000 / later, attributes);
  }
}

function tokensOf({ usage }: Observation): readonly (readonly [string, number])[] {
  if (usage === undefined) return [];
  const { inputTokens, outputTokens, cacheReadInputTokens, cacheWriteInputTokens } = usage;
  return [
    ['input', inputTokens],
    ['output', outputTokens],
    ['cache_read', cacheReadInputTokens ?? 0],
    ['cache_write', cacheWriteInputTokens ?? 0],
  ];
}

function observeOpen(meter: Meter, { open }: MetricsOptions): void {
  meter
    .createObservableGauge('openconverse.open_requests', {
      description: 'Requests whose answers are not whole yet.',
    })
    .addCallback((result) => result.observe(open().requests));
  meter
    .createObservableGauge('openconverse.open_streams', {
      description: 'Streamed answers that are not whole yet.',
    })
    .addCallback((result) => result.observe(open().streams));
}

const circuitStates = ['closed', 'half-open', 'open'];

function observePlaces(meter: Meter, { places, open }: MetricsOptions): void {
  const each =
    (observe: (place: ObservedPlace, result: ObservableResult) => void) =>
    (result: ObservableResult): void => {
      for (const place of places()) observe(place, result);
    };
  meter
    .createObservableGauge('openconverse.place.running', {
      description: 'Answers of a place under way.',
    })
    .addCallback(
      each(({ name }, result) => result.observe(open().ofPlaces.get(name) ?? 0, { place: name })),
    );
  meter
    .createObservableGauge('openconverse.place.queued', {
      description: 'Requests that wait for a place.',
    })
    .addCallback(each(({ name, queued }, result) => result.observe(queued, { place: name })));
  meter
    .createObservableGauge('openconverse.place.circuit', {
      description: 'The state of the circuit before a place: 1 for the one that it is in.',
    })
    .addCallback(
      each(({ name, circuit }, result) => {
        for (const state of circuitStates) {
          result.observe(state === circuit ? 1 : 0, { place: name, state });
        }
      }),
    );
}
