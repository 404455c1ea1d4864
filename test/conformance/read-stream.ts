// Reads a whole stream's bytes with the AWS SDK's own codec: what came in its frames.

import { EventStreamCodec } from '@smithy/eventstream-codec';
import { fromUtf8, toUtf8 } from '@smithy/util-utf8';

const codec = new EventStreamCodec(toUtf8, fromUtf8);

export interface ReadStream {
  /** Of Converse, each under its name. */
  readonly events?: readonly object[];
  /** Of InvokeModel: the JSON of each chunk. */
  readonly chunks?: readonly object[];
}

export function readStream(bytes: Buffer): ReadStream {
  const events = framesOf(bytes).map((frame) => {
    const { headers, body } = codec.decode(frame);
    const name = String((headers[':event-type'] ?? headers[':exception-type'])?.value);
    return { name, value: JSON.parse(toUtf8(body)) as object };
  });
  if (!events.some(({ name }) => name === 'chunk')) {
    return { events: events.map(({ name, value }) => ({ [name]: value })) };
  }
  return {
    chunks: events.map(({ name, value }) =>
      name === 'chunk' ? inChunk(value) : { [name]: value },
    ),
  };
}

function inChunk(value: object): object {
  const { bytes } = value as { readonly bytes: string };
  return JSON.parse(Buffer.from(bytes, 'base64').toString()) as object;
}

function framesOf(bytes: Buffer): readonly Buffer[] {
  const frames: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + bytes.readUInt32BE(at);
    frames.push(bytes.subarray(at, end));
    at = end;
  }
  return frames;
}
