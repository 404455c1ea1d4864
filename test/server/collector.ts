// An OpenTelemetry collector for tests: takes spans as JSON over HTTP and keeps them.

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { expect, onTestFinished } from 'vitest';

export interface CollectedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly status: { readonly code?: number };
  /** Of the resource that sent it. */
  readonly service: unknown;
}

export interface Collector {
  readonly url: string;
  /** Waits until so many have come. */
  spans(count: number): Promise<readonly CollectedSpan[]>;
}

export async function startCollector(): Promise<Collector> {
  const kept: CollectedSpan[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const body = await json(request);
      if (request.url === '/v1/traces') kept.push(...spansOf(body as Exported));
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    })();
  });
  server.listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async spans(count) {
      await expect.poll(() => kept.length, { timeout: 8_000 }).toBe(count);
      return kept;
    },
  };
}

interface Exported {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly {
      readonly spans: readonly (Omit<CollectedSpan, 'attributes' | 'service'> & {
        readonly attributes: readonly Attribute[];
      })[];
    }[];
  }[];
}

interface Attribute {
  readonly key: string;
  readonly value: Value;
}

interface Value {
  readonly arrayValue?: { readonly values: readonly Value[] };
  readonly [kind: string]: unknown;
}

function spansOf({ resourceSpans }: Exported): readonly CollectedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = toRecord(resource.attributes)['service.name'];
    return scopeSpans
      .flatMap(({ spans }) => spans)
      .map((span) => Object.assign(span, { attributes: toRecord(span.attributes), service }));
  });
}

function toRecord(attributes: readonly Attribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, toValue(value)]));
}

function toValue(value: Value): unknown {
  if (value.arrayValue !== undefined) return value.arrayValue.values.map(toValue);
  return Object.values(value)[0];
}
