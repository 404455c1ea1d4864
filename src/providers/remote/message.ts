// What two processes of one server say to each other, and the frames that it travels in.

import { deserialize, serialize } from 'node:v8';
import { linkFrameBytesMax } from '../../limits.ts';
import type { StreamDecoder } from '../../protocol/stream/decoder.ts';
import type { Failure } from './failure.ts';

/** From the one that asks. Each question has an ID of its own on its connection. */
export type Question =
  | { readonly id: number; readonly method: string; readonly input: unknown }
  /** So many batches more may come. */
  | { readonly id: number; readonly more: number }
  /** Nobody waits for it any more. */
  | { readonly id: number; readonly drop: true };

/** From the one that answers: a value alone, or batches after it and an end. */
export type Answer = Answered & {
  readonly id: number;
  /** What is to be known besides, as it stands now. */
  readonly aside?: unknown;
};

type Answered =
  | { readonly value: unknown; readonly isStream: boolean }
  | { readonly batch: readonly unknown[] }
  | { readonly end: true }
  | { readonly failure: Failure };

/** A frame: four bytes of length, then the value as Node clones it, bytes as bytes. */
export function encodeFrame(message: Answer | Question): Buffer {
  const payload = serialize(message);
  if (payload.length > linkFrameBytesMax) {
    throw new RangeError(`A message of ${payload.length} bytes is over ${linkFrameBytesMax}.`);
  }
  const frame = Buffer.allocUnsafe(lengthBytes + payload.length);
  frame.writeUInt32BE(payload.length);
  frame.set(payload, lengthBytes);
  return frame;
}

const lengthBytes = 4;

/** Puts frames together from whatever pieces a socket gives. */
export class FrameDecoder<Message> implements StreamDecoder<Buffer, Message> {
  #pieces: Buffer[] = [];
  #held = 0;
  #wanted = lengthBytes;
  #isHead = true;

  push(piece: Buffer): readonly Message[] {
    this.#pieces.push(piece);
    this.#held += piece.length;
    const messages: Message[] = [];
    while (this.#held >= this.#wanted) {
      const bytes = this.#take();
      if (this.#isHead) this.#expect(bytes.readUInt32BE());
      // Both sides are of one build: what the other encoded is what it says.
      else messages.push(this.#finish(bytes) as Message);
    }
    return messages;
  }

  end(): readonly Message[] {
    return [];
  }

  #expect(length: number): void {
    if (length > linkFrameBytesMax)
      throw new RangeError(`A frame says that it has ${length} bytes.`);
    this.#isHead = false;
    this.#wanted = length;
  }

  #finish(bytes: Buffer): unknown {
    this.#isHead = true;
    this.#wanted = lengthBytes;
    return deserialize(bytes);
  }

  /** Joined once, when all of a frame is there. */
  #take(): Buffer {
    const whole = this.#pieces.length === 1 ? this.#pieces[0] : Buffer.concat(this.#pieces);
    const bytes = whole ?? Buffer.alloc(0);
    const rest = bytes.subarray(this.#wanted);
    this.#pieces = rest.length === 0 ? [] : [rest];
    this.#held = rest.length;
    return bytes.subarray(0, this.#wanted);
  }
}
