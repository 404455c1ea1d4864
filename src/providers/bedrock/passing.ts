// The bytes of a streamed answer on their way through: walked by the lengths of their frames, read
// only for how they end.

import type { TokenUsage } from '../../protocol/api/types.generated.ts';
import { isJsonObject } from '../../protocol/api/json-object.ts';
import { ModelStreamErrorException, type ServiceException } from '../../protocol/errors.ts';
import type { StreamDecoder } from '../../protocol/stream/decoder.ts';
import type { Frame } from '../../protocol/wire/frames.ts';
import { createFrameCutter, framesOf, payloadOf } from '../../protocol/wire/frames.ts';
import { failureWithin } from './failure.ts';
import { parseObject } from './json.ts';
import { nativeUsageOf, usageIn } from './usage.ts';

/** Pieces of whole frames, as they came. Throws ModelStreamErrorException where the end is none. */
export interface Passing extends StreamDecoder<Uint8Array, Uint8Array> {
  /** What the stream broke off with, behind what `push` returned. */
  readonly failure: ServiceException | undefined;
  /** The proof of a whole answer has come. */
  readonly isWhole: boolean;
  readonly usage: TokenUsage | undefined;
}

/** A Converse stream ends with `metadata`, after `messageStop`. */
export function createConversePassing(): Passing {
  return new FramePassing((frame, passing) => {
    const { name } = frame.head;
    if (name === 'messageStop') passing.hasStopped = true;
    if (name !== 'metadata' || !passing.hasStopped) return;
    passing.isWhole = true;
    passing.usage = usageIn(parseObject(payloadOf(frame)));
  });
}

/** Recorded: the last chunk of a native stream holds the metrics of the call. */
export function createNativePassing(): Passing {
  return new FramePassing((frame, passing) => {
    passing.last = frame;
  });
}

/** A stream that ended before it was whole. */
export function brokenOff(): ModelStreamErrorException {
  return new ModelStreamErrorException("The model's stream ended before its answer was whole.");
}

class FramePassing implements Passing {
  failure: ServiceException | undefined;
  isWhole = false;
  usage: TokenUsage | undefined;
  hasStopped = false;
  /** The last event, where only the end can be read for its meaning. */
  last: Frame | undefined;
  readonly #cutter = createFrameCutter();
  readonly #look: (frame: Frame, passing: FramePassing) => void;

  constructor(look: (frame: Frame, passing: FramePassing) => void) {
    this.#look = look;
  }

  push(chunk: Uint8Array): readonly Uint8Array[] {
    const pieces = this.#cutter.push(chunk);
    for (const [at, piece] of pieces.entries()) {
      const end = this.#walk(piece);
      if (this.failure === undefined) continue;
      return [...pieces.slice(0, at), piece.subarray(0, end)].filter(({ length }) => length > 0);
    }
    return pieces;
  }

  end(): readonly Uint8Array[] {
    this.#cutter.end();
    if (this.last !== undefined) this.#readLast(this.last);
    if (!this.isWhole) throw brokenOff();
    return [];
  }

  /** Up to where the piece holds events. */
  #walk(piece: Buffer): number {
    for (const frame of framesOf(piece)) {
      this.failure = failureWithin(frame);
      if (this.failure !== undefined) return frame.start;
      this.#look(frame, this);
    }
    return piece.length;
  }

  #readLast(frame: Frame): void {
    const text = parseObject(payloadOf(frame))?.['bytes'];
    if (typeof text !== 'string') return;
    const metrics = parseObject(Buffer.from(text, 'base64'))?.['amazon-bedrock-invocationMetrics'];
    if (!isJsonObject(metrics)) return;
    this.isWhole = true;
    this.usage = nativeUsageOf(metrics);
  }
}
