// The contract of a family: there and back is the identity up to its normal form, for requests,
// answers and streams, and what is not the same is told.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AnswerContext, Conversation } from '../../src/models/families/family.ts';
import { families } from '../../src/models/families/index.ts';
import type { JsonObject } from '../../src/models/families/native-json.ts';
import type { ConverseResponse } from '../../src/protocol/api/types.generated.ts';
import { assemble } from '../../src/protocol/stream/assemble.ts';
import { pushAll } from '../../src/protocol/stream/decoder.ts';
import type { ConverseStreamEvent } from '../../src/protocol/stream/events.ts';
import { unfold } from '../../src/protocol/stream/unfold.ts';
import { conversations, responses } from './families/conversations.ts';
import { normalForms } from './families/index.ts';
import type { NormalForm } from './families/normal-form.ts';

test('every family of the registry has a normal form', () => {
  const covered = new Set(normalForms.map(({ family }) => family));
  expect(Object.entries(families).flatMap(([name, it]) => (covered.has(it) ? [] : name))).toEqual(
    [],
  );
});

test.each(normalForms)('$name: a request there and back is its normal form', (form) => {
  fc.assert(
    fc.property(conversations(form.parts), (request) => {
      const { value, losses } = form.family.encodeRequest(request, form.context);
      const back = form.family.decodeRequest(overTheWire(value), form.context).value;
      const normal = form.request(request);
      expect(back).toEqual(normal);
      const settle = form.settle ?? ((it: Conversation) => it);
      if (losses.length === 0) expect(settle(normal)).toEqual(settle(request));
    }),
  );
});

test.each(normalForms)('$name: the normal form of a normal form is itself', (form) => {
  fc.assert(
    fc.property(conversations(form.parts), responses(form.parts), (request, response) => {
      const normal = form.request(request);
      expect(form.request(normal)).toEqual(normal);
      const answer = form.response(response);
      expect(form.response(answer)).toEqual(answer);
    }),
  );
});

test.each(normalForms)('$name: an answer there and back is its normal form', (form) => {
  fc.assert(
    fc.property(conversations(form.parts), responses(form.parts), (request, response) => {
      const context = answerContext(form, request);
      const { value, losses } = form.family.encodeResponse(response, context);
      const back = form.family.decodeResponse(overTheWire(value), context).value;
      const normal = form.response(response);
      expect(back).toEqual(normal);
      const settle = form.settleResponse ?? ((it: ConverseResponse) => it);
      if (losses.length === 0) expect(settle(normal)).toEqual(settle(response));
    }),
  );
});

const pieces = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 9 });

test.each(normalForms)('$name: a stream there and back is its normal form', async (form) => {
  await fc.assert(
    fc.asyncProperty(
      conversations(form.parts),
      responses(form.parts),
      pieces,
      async (request, response, sizes) => {
        const context = answerContext(form, request);
        const chunks = encode(eventsOf(response, cutter(sizes)), form, context);
        const split = form.split?.(chunks, cutter(sizes.toReversed())) ?? chunks;
        const back = await assemble(decode(split, form, context));
        const normal = form.streamed?.(response) ?? form.response(response);
        expect(back).toEqual(normal);
      },
    ),
  );
});

test.each(normalForms)('$name: a stream that is cut is no clean end', (form) => {
  fc.assert(
    fc.property(conversations(form.parts), responses(form.parts), (request, response) => {
      const context = answerContext(form, request);
      const chunks = encode(eventsOf(response, cutter([4])), form, context);
      const decoder = form.family.createStreamDecoder(context);
      pushAll(chunks.slice(0, -1).map(overTheWire), decoder);
      expect(() => decoder.end()).toThrow(expect.objectContaining({ $fault: 'client' }));
    }),
  );
});

test.each(normalForms)('$name: the last chunk comes out of the last event', (form) => {
  fc.assert(
    fc.property(conversations(form.parts), responses(form.parts), (request, response) => {
      const encoder = form.family.createStreamEncoder(answerContext(form, request));
      const events = eventsOf(response, cutter([4]));
      pushAll(events.slice(0, -1), encoder);
      expect(pushAll(events.slice(-1), encoder).length).toBeGreaterThan(0);
      expect(encoder.end()).toEqual([]);
    }),
  );
});

function answerContext(form: NormalForm, request: Conversation): AnswerContext {
  let ids = 0;
  return {
    ...form.context,
    request,
    responseId: '0123456789abcdef01234567',
    createdSeconds: 1_700_000_000,
    latencyMs: () => 5,
    createToolUseId: () => `tooluse_${String((ids += 1)).padStart(22, '0')}`,
  };
}

/** What the JSON of a request or chunk still is on the other side. */
function overTheWire(value: JsonObject): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}

function eventsOf(
  response: ConverseResponse,
  cut: (text: string) => readonly string[],
): readonly ConverseStreamEvent[] {
  return [...unfold(response, { splitText: cut, splitInput: cut })];
}

/** Cuts a text into pieces of so many characters, in turns. */
function cutter(sizes: readonly number[]): (text: string) => readonly string[] {
  return (text) => {
    const letters = Array.from(text);
    const cut: string[] = [];
    for (let at = 0, turn = 0; at < letters.length; turn += 1) {
      const size = sizes[turn % sizes.length] ?? 1;
      cut.push(letters.slice(at, at + size).join(''));
      at += size;
    }
    return cut;
  };
}

function encode(
  events: readonly ConverseStreamEvent[],
  { family }: NormalForm,
  context: AnswerContext,
): readonly JsonObject[] {
  const encoder = family.createStreamEncoder(context);
  return [...pushAll(events, encoder), ...encoder.end()];
}

async function* decode(
  chunks: readonly JsonObject[],
  { family }: NormalForm,
  context: AnswerContext,
): AsyncGenerator<readonly ConverseStreamEvent[]> {
  const decoder = family.createStreamDecoder(context);
  for (const chunk of chunks) {
    const events = decoder.push(overTheWire(chunk));
    if (events.length > 0) yield events;
  }
  yield decoder.end();
}
