// What makes up for something that a route lacks: Converse in, Converse out.

import type { Clock } from '../../environment.ts';
import type { Converted } from '../../protocol/loss.ts';
import type { StreamDecoder } from '../../protocol/stream/decoder.ts';
import type { ConverseStreamEvent } from '../../protocol/stream/events.ts';
import type { Conversation } from '../families/family.ts';

export interface EmulationContext {
  readonly clock: Clock;
  /** Aborted when the caller goes away. */
  readonly signal: AbortSignal;
  /** `tooluse_` and 22 letters. */
  createToolUseId(): string;
}

export type Stage = StreamDecoder<ConverseStreamEvent, ConverseStreamEvent>;

export interface Emulation {
  isNeeded(request: Conversation): boolean;
  /** The request as a route without the capability takes it; the losses say what was done. */
  apply(
    request: Conversation,
    context: EmulationContext,
  ): Converted<Conversation> | Promise<Converted<Conversation>>;
  /** Turns the answer's events into those of a route that has the capability. */
  createStage?(request: Conversation, context: EmulationContext): Stage;
}
