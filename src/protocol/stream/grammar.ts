// The order of events in a Converse stream, checked on the way out of every provider.

import { InternalServerException } from '../errors.ts';
import type { ConverseEventStream, ConverseStreamEvent } from './events.ts';

type State = 'before' | 'message' | 'block' | 'stopped' | 'done';

/**
 * Passes a stream on and throws InternalServerException at the first event out of order, or when
 * the stream ends before its metadata: a clean end must mean a whole answer.
 */
export async function* checkOrder(stream: ConverseEventStream): ConverseEventStream {
  const grammar = createGrammar();
  for await (const batch of stream) {
    for (const event of batch) grammar.push(event);
    yield batch;
  }
  grammar.end();
}

export interface Grammar {
  push(event: ConverseStreamEvent): void;
  end(): void;
}

export function createGrammar(): Grammar {
  let state: State = 'before';
  let index = -1;

  function expect(holds: boolean, event: ConverseStreamEvent | 'the end'): void {
    if (holds) return;
    const name = event === 'the end' ? event : Object.keys(event)[0];
    throw new InternalServerException(`The stream has ${name} out of order, after ${state}.`);
  }

  /** A block opens with its start or, for text and reasoning, with its first delta. */
  function open(event: ConverseStreamEvent, contentBlockIndex: number): void {
    expect(state === 'message' && contentBlockIndex === index + 1, event);
    index = contentBlockIndex;
    state = 'block';
  }

  return {
    push(event) {
      if ('contentBlockDelta' in event) {
        const { contentBlockIndex } = event.contentBlockDelta;
        if (state !== 'block') open(event, contentBlockIndex);
        else expect(contentBlockIndex === index, event);
      } else if ('messageStart' in event) {
        expect(state === 'before', event);
        state = 'message';
      } else if ('contentBlockStart' in event) {
        open(event, event.contentBlockStart.contentBlockIndex);
      } else if ('contentBlockStop' in event) {
        expect(state === 'block' && event.contentBlockStop.contentBlockIndex === index, event);
        state = 'message';
      } else if ('messageStop' in event) {
        expect(state === 'message', event);
        state = 'stopped';
      } else {
        expect(state === 'stopped', event);
        state = 'done';
      }
    },
    end() {
      expect(state === 'done', 'the end');
    },
  };
}
