// The bytes of a ConverseStream answer to its events.

import { ModelStreamErrorException, type ServiceException } from '../../protocol/errors.ts';
import type { StreamDecoder } from '../../protocol/stream/decoder.ts';
import type { ConverseStreamEvent } from '../../protocol/stream/events.ts';
import { decodeBlobs } from '../../protocol/wire/blobs.ts';
import type { Frame } from '../../protocol/wire/frames.ts';
import {
  checkChecksums,
  createFrameCutter,
  framesOf,
  payloadOf,
} from '../../protocol/wire/frames.ts';
import type { JsonObject } from '../provider.ts';
import { failureWithin } from './failure.ts';
import { parseObject } from './json.ts';
import { brokenOff } from './passing.ts';

/**
 * Throws what an exception frame says, behind the events before it, and ModelStreamErrorException
 * for a stream cut short.
 */
export function createEventDecoder(): StreamDecoder<Uint8Array, ConverseStreamEvent> {
  const cutter = createFrameCutter();
  let failure: ServiceException | undefined;
  let isWhole = false;

  function read(piece: Buffer): ConverseStreamEvent[] {
    const events: ConverseStreamEvent[] = [];
    for (const frame of framesOf(piece)) {
      checkChecksums(frame);
      failure = failureWithin(frame);
      if (failure !== undefined) break;
      const event = eventOf(frame);
      if (event === undefined) continue;
      events.push(event);
      isWhole ||= 'metadata' in event;
    }
    return events;
  }

  return {
    push(chunk) {
      if (failure !== undefined) throw failure;
      return cutter.push(chunk).flatMap(read);
    },
    end() {
      if (failure !== undefined) throw failure;
      cutter.end();
      if (!isWhole) throw brokenOff();
      return [];
    },
  };
}

// Of the members of the stream's union those that are events, and their shapes.
const shapeNames: ReadonlyMap<string, string> = new Map([
  ['messageStart', 'MessageStartEvent'],
  ['contentBlockStart', 'ContentBlockStartEvent'],
  ['contentBlockDelta', 'ContentBlockDeltaEvent'],
  ['contentBlockStop', 'ContentBlockStopEvent'],
  ['messageStop', 'MessageStopEvent'],
  ['metadata', 'ConverseStreamMetadataEvent'],
]);

/** Undefined for an event that did not exist when this was written: clients pass over it, too. */
function eventOf(frame: Frame): ConverseStreamEvent | undefined {
  const { name } = frame.head;
  const shapeName = shapeNames.get(name);
  if (shapeName === undefined) return undefined;
  // Recorded: every event is padded to a random length, against who measures the traffic.
  const { p: _padding, ...payload } = parse(frame);
  // Answers are read leniently; the order of events is checked by whoever reads them.
  return { [name]: decodeBlobs(shapeName, payload) } as unknown as ConverseStreamEvent;
}

function parse(frame: Frame): JsonObject {
  const payload = parseObject(payloadOf(frame));
  if (payload !== undefined) return payload;
  throw new ModelStreamErrorException("The model's stream is damaged: an event is no JSON.");
}
