import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readTraceContext, traceHeaders } from './trace-context.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';

test('a trace is read as it was sent, and sent on as it was read', () => {
  const headers = { traceparent: `00-${traceId}-${spanId}-01`, tracestate: 'a=1,b=2' };
  const context = readTraceContext(headers);
  expect(context).toEqual({ traceId, spanId, flags: 1, state: 'a=1,b=2' });
  expect(context && traceHeaders(context)).toEqual(headers);
});

test('a later version may say more at its end', () => {
  const traceparent = `01-${traceId}-${spanId}-00-more`;
  expect(readTraceContext({ traceparent })).toMatchObject({ traceId, spanId, flags: 0 });
});

test.each([
  ['nothing', undefined],
  ['no form', 'nonsense'],
  ['the version that is none', `ff-${traceId}-${spanId}-01`],
  ['more than its version says', `00-${traceId}-${spanId}-01-more`],
  ['capitals', `00-${traceId.toUpperCase()}-${spanId}-01`],
  ['a trace of zeros', `00-${'0'.repeat(32)}-${spanId}-01`],
  ['a span of zeros', `00-${traceId}-${'0'.repeat(16)}-01`],
  ['a short trace', `00-${traceId.slice(1)}-${spanId}-01`],
])('a header with %s is no trace', (_what, traceparent) => {
  expect(readTraceContext({ traceparent })).toBeUndefined();
});

test('whatever is read can be sent on in the form of the standard', () => {
  fc.assert(
    fc.property(fc.string(), fc.option(fc.string(), { nil: undefined }), (noise, state) => {
      const given = { traceparent: `00-${traceId}-${spanId}-${noise}`, tracestate: state };
      const context = readTraceContext(given);
      if (context === undefined) return;
      expect(traceHeaders(context).traceparent).toMatch(/^00-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}$/);
    }),
  );
});
