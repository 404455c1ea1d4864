// How long to wait before a request is repeated, and whether it is worth it.

import { retryAfterMsMax, retryDelayMs, retryDelayMsMax } from '../../limits.ts';
import { exceptionTable, ServiceException } from '../../protocol/errors.ts';

/**
 * Full jitter: anywhere between at once and twice the wait before, so that requests which failed
 * together do not come back together. Undefined where repeating would not help, or not soon.
 */
export function delayBeforeRetry(
  error: unknown,
  retriesBefore: number,
  chance: () => number,
): number | undefined {
  if (!(error instanceof ServiceException) || !exceptionTable[error.name].retryable) {
    return undefined;
  }
  const jitterMs = chance() * Math.min(retryDelayMs * 2 ** retriesBefore, retryDelayMsMax);
  const afterMs = retryAfterMs(error);
  if (afterMs === undefined) return Math.floor(jitterMs);
  return afterMs > retryAfterMsMax ? undefined : Math.floor(afterMs + jitterMs);
}

/** What the place asked for, in seconds; a date is some providers' own matter. */
function retryAfterMs({ headers }: ServiceException): number | undefined {
  const seconds = Number.parseFloat(headers['retry-after'] ?? '');
  return Number.isFinite(seconds) ? Math.max(seconds, 0) * 1_000 : undefined;
}
