// A turn of the simulated model's script, as a test writes it; docs/simulation.md says what each
// key does.

import type { Loose } from '../protocol/api/input.ts';
import type { DocumentValue } from '../protocol/api/shape.ts';
import type {
  ConverseMetrics,
  ConverseTrace,
  Message,
  PerformanceConfiguration,
  ServiceTier,
  StopReason,
  TokenUsage,
} from '../protocol/api/types.generated.ts';
import type { ExceptionName } from '../protocol/errors.ts';

/** Exactly one of `output`, `text`, `error` and `inputTokens`; every other key is optional. */
export interface ScriptedTurn {
  readonly output?: { readonly message: Loose<Message> };
  readonly text?: string;
  readonly error?: ScriptedFault;
  readonly inputTokens?: number;

  readonly stopReason?: StopReason;
  readonly usage?: Partial<TokenUsage>;
  readonly metrics?: ConverseMetrics;
  readonly trace?: ConverseTrace;
  readonly additionalModelResponseFields?: DocumentValue;
  readonly performanceConfig?: PerformanceConfiguration;
  readonly serviceTier?: ServiceTier;

  readonly modelId?: string;
  readonly operation?: string;
  readonly when?: { readonly text: string };
  readonly times?: number | 'always';
  readonly delayMs?: number;
  readonly stream?: ScriptedStream;
}

export interface ScriptedStream {
  readonly chunk?: number;
  readonly delayMs?: number;
  /** After so many deltas the stream ends in an error. */
  readonly fault?: { readonly after: number; readonly error: ScriptedFault };
}

export type ScriptedFault = FaultName | ScriptedFaultObject;

/** An exception of the service, or a connection that is dropped. */
export type FaultName = ExceptionName | 'cut';

export interface ScriptedFaultObject {
  readonly type: FaultName;
  readonly message?: string;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A member of the exception, such as `originalStatusCode`. */
  readonly [member: string]: unknown;
}
