// Encodes `application/vnd.amazon.eventstream`: a batch of events into one buffer of frames.
// Layout of a frame: total length, headers length, CRC of these eight bytes, headers, payload, CRC
// of all before it; numbers are big endian.

import type { ServiceException } from '../errors.ts';
import { exceptionTable } from '../errors.ts';
import { crc32 } from './crc32.ts';
import { stringifyJson } from './rest-json.ts';

export const eventStreamContentType = 'application/vnd.amazon.eventstream';

const preludeBytes = 12;
const checksumBytes = 4;
const stringHeaderType = 7;

/** Frames of `{eventName: payload}` events, in one buffer that leaves in one write. */
export function encodeEvents(events: readonly object[]): Uint8Array {
  const frames: Frame[] = [];
  let length = 0;
  for (const event of events) {
    for (const [name, payload] of Object.entries(event)) {
      const frame = frameOf(eventHead(name), stringifyJson(payload));
      frames.push(frame);
      length += frame.length;
    }
  }
  return join(frames, length);
}

/** The frame that ends a stream in an exception, named as the union's member is. */
export function encodeException(
  exception: ServiceException,
  stream: 'converse' | 'native' = 'converse',
): Uint8Array {
  const name = streamName(exception, stream);
  const payload = stringifyJson({ message: exception.message, ...exception.members });
  const frame = frameOf(exceptionHead(name), payload);
  return join([frame], frame.length);
}

/** A native stream has one exception more than the five of a Converse stream. */
function streamName({ name }: ServiceException, stream: 'converse' | 'native'): string {
  if (stream === 'native' && name === 'ModelTimeoutException') return 'modelTimeoutException';
  return exceptionTable[name].inStream;
}

interface Frame {
  readonly head: Buffer;
  readonly payload: string;
  readonly payloadLength: number;
  readonly length: number;
}

function frameOf(head: Buffer, payload: string): Frame {
  const payloadLength = Buffer.byteLength(payload);
  const length = preludeBytes + head.length + payloadLength + checksumBytes;
  return { head, payload, payloadLength, length };
}

function join(frames: readonly Frame[], length: number): Uint8Array {
  const bytes = Buffer.allocUnsafe(length);
  let offset = 0;
  for (const frame of frames) offset = writeFrame(bytes, offset, frame);
  return bytes;
}

function writeFrame(bytes: Buffer, start: number, frame: Frame): number {
  const { head, payload, payloadLength, length } = frame;
  bytes.writeUInt32BE(length, start);
  bytes.writeUInt32BE(head.length, start + 4);
  bytes.writeUInt32BE(crc32(bytes.subarray(start, start + 8)), start + 8);
  head.copy(bytes, start + preludeBytes);
  const payloadStart = start + preludeBytes + head.length;
  if (payloadLength === payload.length) bytes.write(payload, payloadStart, 'latin1');
  else bytes.write(payload, payloadStart);
  const checksumStart = payloadStart + payloadLength;
  bytes.writeUInt32BE(crc32(bytes.subarray(start, checksumStart)), checksumStart);
  return checksumStart + checksumBytes;
}

// There are a dozen kinds of frame and their headers never change, so each is made once.
const heads = new Map<string, Buffer>();

function eventHead(name: string): Buffer {
  return headOf(':event-type', name, 'event');
}

function exceptionHead(name: string): Buffer {
  return headOf(':exception-type', name, 'exception');
}

function headOf(kind: string, name: string, messageType: string): Buffer {
  const known = heads.get(name);
  if (known !== undefined) return known;
  const head = Buffer.concat([
    stringHeader(kind, name),
    stringHeader(':content-type', 'application/json'),
    stringHeader(':message-type', messageType),
  ]);
  heads.set(name, head);
  return head;
}

function stringHeader(name: string, value: string): Buffer {
  const valueLength = Buffer.byteLength(value);
  const prefix = Buffer.from([name.length, ...Buffer.from(name), stringHeaderType, 0, valueLength]);
  return Buffer.concat([prefix, Buffer.from(value)]);
}
