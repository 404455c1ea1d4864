// Reads `application/vnd.amazon.eventstream`: bytes into whole frames, and what each frame is. What
// only passes through is walked by its lengths; its checksums are for whoever reads it.

import { frameBytesMax } from '../../limits.ts';
import { ModelStreamErrorException } from '../errors.ts';
import type { StreamDecoder } from '../stream/decoder.ts';
import { crc32 } from './crc32.ts';

/** What a frame says of itself. */
export interface FrameHead {
  readonly messageType: 'error' | 'event' | 'exception';
  /** The name of the event or exception, as the union's member is; of an error its code. */
  readonly name: string;
  /** The words of an error, which has no payload. */
  readonly message: string | undefined;
}

export interface Frame {
  readonly head: FrameHead;
  /** The bytes that it stands in, and where. */
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  readonly payloadStart: number;
}

const preludeBytes = 12;
const checksumBytes = 4;
const frameBytesMin = preludeBytes + checksumBytes;

/**
 * Cuts bytes, however they come, into pieces that hold whole frames only. What is whole as it came
 * is passed on as it is. Throws ModelStreamErrorException for what is no frame, and where the end
 * comes in the middle of one.
 */
export function createFrameCutter(): StreamDecoder<Uint8Array, Buffer> {
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  // How many bytes must be there before it is worth to look at what is held.
  let wantedBytes = 0;

  function hold(rest: Buffer): void {
    held = [rest];
    heldBytes = rest.length;
    wantedBytes = rest.length < 4 ? frameBytesMin : frameLength(rest, 0);
  }

  return {
    push(chunk) {
      let bytes = toBuffer(chunk);
      if (heldBytes > 0) {
        held.push(chunk);
        heldBytes += chunk.length;
        if (heldBytes < wantedBytes) return [];
        bytes = Buffer.concat(held, heldBytes);
        held = [];
        heldBytes = 0;
      }
      const end = endOfWhole(bytes);
      if (end < bytes.length) hold(bytes.subarray(end));
      return end === 0 ? [] : [bytes.subarray(0, end)];
    },
    end() {
      if (heldBytes > 0) throw damaged('it ends in the middle of a frame');
      return [];
    },
  };
}

/** The frames of a piece, in order. */
export function framesOf(piece: Buffer): readonly Frame[] {
  const frames: Frame[] = [];
  for (let start = 0; start < piece.length; start += frameLength(piece, start)) {
    frames.push(frameAt(piece, start));
  }
  return frames;
}

export function payloadOf({ bytes, payloadStart, end }: Frame): Buffer {
  return bytes.subarray(payloadStart, end - checksumBytes);
}

/** Throws ModelStreamErrorException where a frame is not what its writer sent. */
export function checkChecksums({ bytes, start, end }: Frame): void {
  const prelude = crc32(bytes.subarray(start, start + 8));
  const message = crc32(bytes.subarray(start, end - checksumBytes));
  const isRight =
    prelude === bytes.readUInt32BE(start + 8) &&
    message === bytes.readUInt32BE(end - checksumBytes);
  if (!isRight) throw damaged('a checksum is wrong');
}

/** Where the last whole frame of the bytes ends. */
function endOfWhole(bytes: Buffer): number {
  let end = 0;
  while (bytes.length - end >= frameBytesMin) {
    const next = end + frameLength(bytes, end);
    if (next > bytes.length) return end;
    end = next;
  }
  return end;
}

function frameLength(bytes: Buffer, start: number): number {
  const length = bytes.readUInt32BE(start);
  if (length >= frameBytesMin && length <= frameBytesMax) return length;
  throw damaged(`it has a frame of ${length} bytes`);
}

function frameAt(bytes: Buffer, start: number): Frame {
  const end = start + frameLength(bytes, start);
  const payloadStart = start + preludeBytes + bytes.readUInt32BE(start + 4);
  if (payloadStart > end - checksumBytes) throw damaged('its headers are longer than their frame');
  return {
    head: headOf(bytes, start + preludeBytes, payloadStart),
    bytes,
    start,
    end,
    payloadStart,
  };
}

// A place writes a dozen kinds of frame, each with the same headers every time.
const heads = new Map<string, FrameHead>();
const keptHeadsMax = 64;

function headOf(bytes: Buffer, start: number, end: number): FrameHead {
  const text = bytes.toString('latin1', start, end);
  const known = heads.get(text);
  if (known !== undefined) return known;
  const head = readHead(bytes.subarray(start, end));
  if (heads.size < keptHeadsMax) heads.set(text, head);
  return head;
}

function readHead(bytes: Buffer): FrameHead {
  const headers = readHeaders(bytes);
  const messageType = headers.get(':message-type') ?? 'event';
  if (messageType === 'event') return named('event', headers.get(':event-type'));
  if (messageType === 'exception') return named('exception', headers.get(':exception-type'));
  const error = named('error', headers.get(':error-code'));
  return { ...error, message: headers.get(':error-message') };
}

function named(messageType: FrameHead['messageType'], name = ''): FrameHead {
  return { messageType, name, message: undefined };
}

const stringType = 7;
const bytesType = 6;
// Of the types 0 to 9; texts and bytes begin with their own length.
const valueBytes = [0, 0, 1, 2, 4, 8, 2, 2, 8, 16];

/** The headers that are text. */
function readHeaders(bytes: Buffer): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  let at = 0;
  while (at < bytes.length) {
    const nameEnd = at + 1 + (bytes[at] ?? 0);
    const type = bytes[nameEnd] ?? -1;
    const valueStart = nameEnd + 1;
    const fixed = valueBytes[type];
    if (fixed === undefined || valueStart + fixed > bytes.length) throw damaged(badHeaders);
    const isSized = type === stringType || type === bytesType;
    const end = valueStart + fixed + (isSized ? bytes.readUInt16BE(valueStart) : 0);
    if (end > bytes.length) throw damaged(badHeaders);
    if (type === stringType) {
      headers.set(
        bytes.toString('utf8', at + 1, nameEnd),
        bytes.toString('utf8', valueStart + 2, end),
      );
    }
    at = end;
  }
  return headers;
}

const badHeaders = 'the headers of a frame cannot be read';

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function damaged(what: string): ModelStreamErrorException {
  return new ModelStreamErrorException(`The model's stream is damaged: ${what}.`);
}
