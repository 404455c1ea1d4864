// What a configuration may say of how the server tells of itself, and of how it ends.

import { z } from 'zod';
import { drainDelayMs, drainTimeoutMs, workersMax } from '../../limits.ts';
import { milliseconds } from './providers.ts';

/** What is told of the requests, and to whom. */
export const telemetry = z.strictObject({
  /** An OpenTelemetry collector that takes spans by OTLP over HTTP. */
  otlp: z.url({ protocol: /^https?$/ }).optional(),
  /** Who may read /metrics: this machine, nobody, or everyone who reaches the port. */
  metrics: z.union([z.boolean(), z.literal('public')]).default(true),
  /** Messages and answers in the request log. */
  log: z.strictObject({ bodies: z.boolean().default(false) }).prefault({}),
});

/** How the server ends when it is told to. */
export const drain = z.strictObject({
  /** New connections are taken for so long: a balancer needs time to see that we are leaving. */
  delayMs: milliseconds.or(z.literal(0)).default(drainDelayMs),
  /** Open answers may go on for so long, from when the server is told to end. */
  timeoutMs: milliseconds.or(z.literal(0)).default(drainTimeoutMs),
});

/** Processes that share the port: a number, as text too, or as many as there are cores. */
export const workers = z.union([
  z.literal('auto'),
  z
    .union([z.number(), z.string().regex(/^\d+$/).transform(Number)])
    .pipe(z.int().min(1).max(workersMax)),
]);
