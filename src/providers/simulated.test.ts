// The simulated provider: what it answers, streams, counts and breaks, on a manual clock.

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createManualEnvironment } from '../../test/manual-clock.ts';
import type { ContentBlock, ConverseRequest } from '../protocol/api/types.generated.ts';
import { ConnectionCut, ServiceException } from '../protocol/errors.ts';
import { assemble } from '../protocol/stream/assemble.ts';
import type { ConverseEventStream, ConverseStreamEvent } from '../protocol/stream/events.ts';
import { checkOrder } from '../protocol/stream/grammar.ts';
import { createSimulation } from '../simulation/simulation.ts';
import type { ProviderCall, ProviderOperation } from './provider.ts';
import { createSimulatedProvider } from './simulated.ts';

const modelId = 'anthropic.claude-3-5-sonnet-20240620-v1:0';

function setUp(...turns: readonly unknown[]) {
  const environment = createManualEnvironment();
  const simulation = createSimulation(environment);
  simulation.script.append(turns);
  const provider = createSimulatedProvider({ simulation, environment });
  return { provider, simulation, clock: environment.clock };
}

function call(
  operation: ProviderOperation,
  text = 'hello there',
  more: Partial<ProviderCall> = {},
): ProviderCall {
  const request: Omit<ConverseRequest, 'modelId'> = {
    messages: [{ role: 'user', content: [{ text }] }],
  };
  const notes = { servedBy: undefined, scripted: false, losses: [], strict: false };
  const { signal } = new AbortController();
  const model = { id: modelId, template: undefined, maxTokens: 4096 };
  const ids = { operation, modelId, foundationModelId: modelId, model };
  return { ...ids, request, signal, notes, ...more };
}

async function eventsOf(stream: Promise<ConverseEventStream>): Promise<ConverseStreamEvent[]> {
  const events: ConverseStreamEvent[] = [];
  for await (const batch of await stream) events.push(...batch);
  return events;
}

function kindsOf(events: readonly ConverseStreamEvent[]): readonly string[] {
  return events.map((event) => Object.keys(event)[0] ?? '');
}

/** Reads to the failure and gives both what came before it and the failure itself. */
async function failureOf(stream: Promise<ConverseEventStream>) {
  const events: ConverseStreamEvent[] = [];
  try {
    for await (const batch of await stream) events.push(...batch);
  } catch (error) {
    return { events, error };
  }
  throw new Error('the stream did not fail');
}

function inputPieces(events: readonly ConverseStreamEvent[]): readonly string[] {
  return events.flatMap((event) =>
    'contentBlockDelta' in event && 'toolUse' in event.contentBlockDelta.delta
      ? [event.contentBlockDelta.delta.toolUse.input]
      : [],
  );
}

function answerOf(...content: readonly object[]) {
  return { output: { message: { role: 'assistant', content } } };
}

test('without a script it echoes and says that it served the call', async () => {
  const { provider } = setUp();
  const asked = call('Converse');
  expect(await provider.send(asked)).toEqual({
    output: { message: { role: 'assistant', content: [{ text: 'echo: hello there' }] } },
    stopReason: 'end_turn',
    usage: { inputTokens: 2, outputTokens: 3, totalTokens: 5 },
    metrics: { latencyMs: 0 },
  });
  expect(asked.notes).toMatchObject({ servedBy: 'simulated', scripted: false });
});

test('a turn answers one request and the next falls back to the rules', async () => {
  const { provider } = setUp({ text: 'scripted' });
  const first = call('Converse');
  expect((await provider.send(first)).output.message.content).toEqual([{ text: 'scripted' }]);
  expect(first.notes.scripted).toBe(true);
  const second = await provider.send(call('Converse'));
  expect(second.output.message.content).toEqual([{ text: 'echo: hello there' }]);
});

test('the examples of retrying clients work: two throttles, then an answer', async () => {
  const { provider } = setUp(
    { error: 'ThrottlingException', times: 2 },
    { text: 'Third time lucky.', usage: { inputTokens: 11, outputTokens: 4 } },
  );
  for (const _ of [1, 2]) {
    await expect(provider.send(call('Converse'))).rejects.toMatchObject({
      name: 'ThrottlingException',
      status: 429,
    });
  }
  const third = await provider.send(call('Converse'));
  expect(third.usage).toEqual({ inputTokens: 11, outputTokens: 4, totalTokens: 15 });
});

test('usage fills in what the turn leaves open and sums with the cache counts', async () => {
  const usage = { cacheReadInputTokens: 1024, cacheWriteInputTokens: 7 };
  const { provider } = setUp({ text: 'one two', usage }, { text: 'x', usage: { totalTokens: 9 } });
  const first = await provider.send(call('Converse'));
  expect(first.usage).toEqual({ inputTokens: 2, outputTokens: 2, totalTokens: 1035, ...usage });
  const second = await provider.send(call('Converse'));
  expect(second.usage).toEqual({ inputTokens: 2, outputTokens: 1, totalTokens: 9 });
});

test('members are passed through, in a whole answer and in a stream', async () => {
  const members = {
    trace: { promptRouter: { invokedModelId: 'x' } },
    performanceConfig: { latency: 'optimized' },
    serviceTier: { type: 'flex' },
    metrics: { latencyMs: 522 },
  };
  const additionalModelResponseFields = { stop_sequence: 'X' };
  const turn = { text: 'hi', additionalModelResponseFields, ...members };
  const { provider } = setUp({ ...turn, times: 2 });
  const whole = await provider.send(call('Converse'));
  expect(whole).toMatchObject({ additionalModelResponseFields, ...members });
  const events = await eventsOf(provider.stream(call('ConverseStream')));
  expect(events.slice(-2)).toEqual([
    { messageStop: { stopReason: 'end_turn', additionalModelResponseFields } },
    { metadata: { usage: { inputTokens: 2, outputTokens: 1, totalTokens: 3 }, ...members } },
  ]);
});

test('a scripted answer is not cut by maxTokens or stop sequences', async () => {
  const { provider } = setUp({ text: 'one two three' });
  const asked = call('Converse');
  const inferenceConfig = { maxTokens: 1, stopSequences: ['two'] };
  const answer = await provider.send({ ...asked, request: { ...asked.request, inferenceConfig } });
  expect(answer.output.message.content).toEqual([{ text: 'one two three' }]);
  expect(answer.stopReason).toBe('end_turn');
});

test('CountTokens counts as usage does, or says what the script says', async () => {
  const { provider } = setUp({ operation: 'CountTokens', inputTokens: 42 });
  expect(await provider.countTokens(call('CountTokens'))).toBe(42);
  expect(await provider.countTokens(call('CountTokens'))).toBe(2);
});

test('a fault carries its message, status, headers and members', async () => {
  const { provider } = setUp({
    error: {
      type: 'ModelErrorException',
      message: 'lost',
      status: 502,
      headers: { 'Retry-After': '1' },
      originalStatusCode: 500,
    },
  });
  const error: unknown = await provider.send(call('Converse')).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ServiceException);
  expect(error).toMatchObject({
    name: 'ModelErrorException',
    message: 'lost',
    status: 502,
    headers: { 'retry-after': '1' },
    members: { originalStatusCode: 500 },
  });
});

test('a cut drops the connection before the first byte, whole or streamed', async () => {
  const { provider } = setUp({ error: 'cut', times: 2 });
  await expect(provider.send(call('Converse'))).rejects.toBeInstanceOf(ConnectionCut);
  await expect(provider.stream(call('ConverseStream'))).rejects.toBeInstanceOf(ConnectionCut);
});

test('a delay holds the answer back and counts as latency', async () => {
  const { provider, clock } = setUp({ text: 'late', delayMs: 250 });
  let done = false;
  const answer = provider.send(call('Converse')).finally(() => (done = true));
  await clock.advance(249);
  expect(done).toBe(false);
  await clock.advance(1);
  expect((await answer).metrics).toEqual({ latencyMs: 250 });
});

test('a fault waits for its delay', async () => {
  const { provider, clock } = setUp({ error: 'ThrottlingException', delayMs: 100 });
  const answer = provider.send(call('Converse')).catch((error: unknown) => error);
  await clock.advance(99);
  expect(clock.waiting).toBe(1);
  await clock.advance(1);
  expect(await answer).toMatchObject({ name: 'ThrottlingException' });
});

test('an abort ends the wait for a delay', async () => {
  const { provider, clock } = setUp({ text: 'late', delayMs: 1000 });
  const controller = new AbortController();
  const { signal } = controller;
  const answer = provider.send(call('Converse', 'hi', { signal })).catch((error: unknown) => error);
  await clock.advance(1);
  controller.abort(new Error('gone'));
  expect(await answer).toMatchObject({ message: 'gone' });
  expect(clock.waiting).toBe(0);
});

test('a stream gives text a token a delta, in the order of the service', async () => {
  const { provider } = setUp();
  const events = await eventsOf(provider.stream(call('ConverseStream')));
  expect(events).toEqual([
    { messageStart: { role: 'assistant' } },
    { contentBlockDelta: { delta: { text: 'echo:' }, contentBlockIndex: 0 } },
    { contentBlockDelta: { delta: { text: ' hello' }, contentBlockIndex: 0 } },
    { contentBlockDelta: { delta: { text: ' there' }, contentBlockIndex: 0 } },
    { contentBlockStop: { contentBlockIndex: 0 } },
    { messageStop: { stopReason: 'end_turn' } },
    {
      metadata: {
        usage: { inputTokens: 2, outputTokens: 3, totalTokens: 5 },
        metrics: { latencyMs: 0 },
      },
    },
  ]);
});

test('a stream waits before every delta but the first and sends each event as it is made', async () => {
  const { provider, clock } = setUp({ text: 'one two three', stream: { delayMs: 20 } });
  const seen: [number, string][] = [];
  const reading = (async () => {
    for await (const batch of await provider.stream(call('ConverseStream'))) {
      for (const kind of kindsOf(batch)) seen.push([clock.monotonic(), kind]);
    }
  })();
  await clock.advance(19);
  expect(seen).toEqual([
    [0, 'messageStart'],
    [0, 'contentBlockDelta'],
  ]);
  await clock.advance(100);
  await reading;
  expect(seen.slice(2)).toEqual([
    [20, 'contentBlockDelta'],
    [40, 'contentBlockDelta'],
    [40, 'contentBlockStop'],
    [40, 'messageStop'],
    [40, 'metadata'],
  ]);
});

test('the latency of a stream is measured at its end', async () => {
  const { provider, clock } = setUp({ text: 'one two', delayMs: 5, stream: { delayMs: 20 } });
  const reading = eventsOf(provider.stream(call('ConverseStream')));
  await clock.advance(100);
  expect((await reading).at(-1)).toMatchObject({ metadata: { metrics: { latencyMs: 25 } } });
});

test.each([
  [0, ['messageStart']],
  [1, ['messageStart', 'contentBlockDelta']],
  [3, ['messageStart', 'contentBlockDelta', 'contentBlockDelta', 'contentBlockDelta']],
])('a stream ends in its fault after %d deltas', async (after, kinds) => {
  const error = { type: 'ModelStreamErrorException', message: 'lost', originalStatusCode: 500 };
  const { provider } = setUp({ text: 'one two three', stream: { fault: { after, error } } });
  const failure = await failureOf(provider.stream(call('ConverseStream')));
  expect(kindsOf(failure.events)).toEqual(kinds);
  expect(failure.error).toMatchObject({
    name: 'ModelStreamErrorException',
    message: 'lost',
    members: { originalStatusCode: 500 },
  });
});

test('a fault of the stream comes before the start of a tool call', async () => {
  const toolUse = { toolUseId: 't1', name: 'f', input: {} };
  const stream = { fault: { after: 0, error: 'cut' } };
  const { provider } = setUp({ ...answerOf({ toolUse }), stream });
  const failure = await failureOf(provider.stream(call('ConverseStream')));
  expect(kindsOf(failure.events)).toEqual(['messageStart']);
  expect(failure.error).toBeInstanceOf(ConnectionCut);
});

test('a fault beyond the last delta does not come, nor in an answer that is not streamed', async () => {
  const stream = { fault: { after: 9, error: 'cut' } };
  const { provider } = setUp(
    { text: 'one two', stream },
    { text: 'one', stream: { fault: { after: 0, error: 'cut' } } },
  );
  expect(kindsOf(await eventsOf(provider.stream(call('ConverseStream')))).at(-1)).toBe('metadata');
  expect((await provider.send(call('Converse'))).stopReason).toBe('end_turn');
});

test('an abort ends a stream between its deltas', async () => {
  const { provider, clock } = setUp({ text: 'one two three', stream: { delayMs: 20 } });
  const controller = new AbortController();
  const { signal } = controller;
  const reading = failureOf(provider.stream(call('ConverseStream', 'hi', { signal })));
  await clock.advance(25);
  controller.abort(new Error('gone'));
  const { events, error } = await reading;
  expect(error).toMatchObject({ message: 'gone' });
  expect(kindsOf(events)).toEqual(['messageStart', 'contentBlockDelta', 'contentBlockDelta']);
  expect(clock.waiting).toBe(0);
});

test('tool input comes 16 characters a delta, or as many as the turn says', async () => {
  const toolUse = { toolUseId: 't1', name: 'f', input: { city: 'Paris', unit: 'celsius' } };
  const turn = answerOf({ toolUse });
  const { provider } = setUp(turn, { ...turn, stream: { chunk: 10 } });
  const usual = await eventsOf(provider.stream(call('ConverseStream')));
  expect(inputPieces(usual)).toEqual(['{"city":"Paris",', '"unit":"celsius"', '}']);
  expect(usual[1]).toEqual({
    contentBlockStart: { start: { toolUse: { toolUseId: 't1', name: 'f' } }, contentBlockIndex: 0 },
  });
  const chunked = await eventsOf(provider.stream(call('ConverseStream')));
  expect(inputPieces(chunked).map((piece) => piece.length)).toEqual([10, 10, 10, 3]);
});

const contentBlock: fc.Arbitrary<ContentBlock> = fc.oneof(
  fc.record({ text: fc.string({ unit: 'grapheme' }) }),
  fc.record({
    toolUse: fc.record({
      toolUseId: fc.stringMatching(/^[a-z]{1,9}$/),
      name: fc.constant('get'),
      input: fc.dictionary(fc.string(), fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer())),
    }),
  }),
  fc.record({
    reasoningContent: fc.record({
      reasoningText: fc.record(
        { text: fc.string({ unit: 'grapheme' }), signature: fc.base64String({ minLength: 1 }) },
        { requiredKeys: ['text'] },
      ),
    }),
  }),
);

test('the deltas of a block, joined, are the block exactly, whatever the chunk', async () => {
  const content = fc.array(contentBlock, { maxLength: 4 });
  const chunk = fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined });
  await fc.assert(
    fc.asyncProperty(content, chunk, async (blocks, chunk) => {
      const stream = chunk === undefined ? {} : { chunk };
      const { provider } = setUp({ ...answerOf(...blocks), stream });
      const events = checkOrder(await provider.stream(call('ConverseStream')));
      const { output } = await assemble(events);
      expect(JSON.stringify(output.message.content)).toBe(JSON.stringify(inStreamOrder(blocks)));
    }),
    { numRuns: 150 },
  );
});

/** As JSON gives it: the order of members is the stream's, signature first. */
function inStreamOrder(blocks: readonly ContentBlock[]): readonly unknown[] {
  return blocks.map((block) => {
    if (!('reasoningContent' in block) || !('reasoningText' in block.reasoningContent))
      return block;
    const { text, signature } = block.reasoningContent.reasoningText;
    return { reasoningContent: { reasoningText: { signature, text } } };
  });
}
