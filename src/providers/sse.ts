// Server-sent events: bytes, split anywhere, to the JSON values of their data.

import { createParser } from 'eventsource-parser';
import type { EventSourceParser } from 'eventsource-parser';
import { providerEventCharsMax } from '../limits.ts';
import { isJsonObject } from '../protocol/api/json-object.ts';
import { ModelStreamErrorException } from '../protocol/errors.ts';
import type { StreamDecoder } from '../protocol/stream/decoder.ts';
import type { JsonObject } from './provider.ts';

export interface SseDecoder extends StreamDecoder<Uint8Array, JsonObject> {
  /** Whether `[DONE]` came: what follows counts for nothing. */
  readonly isDone: boolean;
}

/** Comments and events without data are passed over. Throws ModelStreamErrorException. */
export function createSseDecoder(): SseDecoder {
  return new EventDecoder();
}

class EventDecoder implements SseDecoder {
  isDone = false;
  readonly #text = new TextDecoder();
  readonly #parser: EventSourceParser;
  #chunks: JsonObject[] = [];
  #overflow = false;

  constructor() {
    this.#parser = createParser({
      maxBufferSize: providerEventCharsMax,
      onEvent: ({ data }) => this.#read(data),
      // Lines of no known field are no error of ours; only the bound is.
      onError: ({ type }) => (this.#overflow ||= type === 'max-buffer-size-exceeded'),
    });
  }

  push(bytes: Uint8Array): readonly JsonObject[] {
    this.#parser.feed(this.#text.decode(bytes, { stream: true }));
    return this.#take();
  }

  /** Some places end without the blank line that ends an event. */
  end(): readonly JsonObject[] {
    this.#parser.feed(`${this.#text.decode()}\n\n`);
    return this.#take();
  }

  #read(data: string): void {
    if (this.isDone || data === '') return;
    if (data.startsWith('[DONE]')) this.isDone = true;
    else this.#chunks.push(parseEvent(data));
  }

  #take(): readonly JsonObject[] {
    if (this.#overflow) {
      throw new ModelStreamErrorException(
        `An event of the model's place is longer than ${providerEventCharsMax} characters.`,
      );
    }
    const chunks = this.#chunks;
    this.#chunks = [];
    return chunks;
  }
}

function parseEvent(data: string): JsonObject {
  try {
    const value: unknown = JSON.parse(data);
    if (isJsonObject(value)) return value;
  } catch (cause) {
    throw new ModelStreamErrorException(notJson, { cause });
  }
  throw new ModelStreamErrorException(notJson);
}

const notJson = "An event of the model's place holds no JSON object.";
