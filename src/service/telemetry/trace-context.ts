// The trace that a client's request is part of, as W3C's Trace Context has it in headers.

export interface TraceContext {
  readonly traceId: string;
  readonly spanId: string;
  readonly flags: number;
  /** As it came; other vendors' own, passed on. */
  readonly state: string | undefined;
}

type Headers = Readonly<Record<string, string | undefined>>;

/** Undefined where the request is part of none, or says so in a way that nobody can read. */
export function readTraceContext(headers: Headers): TraceContext | undefined {
  const header = headers['traceparent'];
  if (header === undefined) return undefined;
  const [, version, traceId = '', spanId = '', flags = ''] = form.exec(header) ?? [];
  // Later versions may say more at the end; `ff` is none, and zeros are no identity.
  if (version === undefined || version === 'ff' || isZero(traceId) || isZero(spanId)) {
    return undefined;
  }
  if (version === '00' && header.length !== 55) return undefined;
  return { traceId, spanId, flags: Number.parseInt(flags, 16), state: headers['tracestate'] };
}

/** The headers by which a place hears of a trace. */
export function traceHeaders({ traceId, spanId, flags, state }: TraceContext): {
  readonly traceparent: string;
  readonly tracestate?: string;
} {
  const traceparent = `00-${traceId}-${spanId}-${flags.toString(16).padStart(2, '0')}`;
  return state === undefined || state === '' ? { traceparent } : { traceparent, tracestate: state };
}

const form = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(?:-|$)/;

function isZero(id: string): boolean {
  return /^0*$/.test(id);
}
