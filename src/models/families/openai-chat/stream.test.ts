// Streams of OpenAI's format, chunk by chunk, as many servers cut them, and ours.

import { expect, test } from 'vitest';
import { nativeCallCharsMax, streamedCallsMax } from '../../../limits.ts';
import type { ContentBlock, ConverseResponse } from '../../../protocol/api/types.generated.ts';
import { assemble } from '../../../protocol/stream/assemble.ts';
import { pushAll } from '../../../protocol/stream/decoder.ts';
import type { ConverseStreamEvent } from '../../../protocol/stream/events.ts';
import type { AnswerContext, Conversation, Family } from '../family.ts';
import type { JsonObject } from '../native-json.ts';
import { createOpenaiChat, openaiChat } from '../openai-chat.ts';

function contextOf(request: Conversation = {}): AnswerContext {
  let ids = 0;
  return {
    modelId: 'openai.gpt-oss-20b-1:0',
    maxTokens: 9,
    request,
    responseId: '0123456789abcdef01234567',
    createdSeconds: 1_700_000_000,
    latencyMs: () => 5,
    createToolUseId: () => `tooluse_${String((ids += 1)).padStart(22, '0')}`,
  };
}

const chunk = (delta: JsonObject, reason: string | null = null): JsonObject => ({
  choices: [{ index: 0, delta, finish_reason: reason }],
});
const text = (content: string) => chunk({ content });
const usage = { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 };
const counts: JsonObject = { choices: [], usage };
const stop = [chunk({}, 'stop'), counts];
const call = (...fragments: readonly JsonObject[]) => chunk({ tool_calls: fragments });
const fragment = (index: number | undefined, id: string | undefined, called: JsonObject) => ({
  ...(index !== undefined && { index }),
  ...(id !== undefined && { id }),
  function: called,
});

async function* batchOf(events: readonly ConverseStreamEvent[]) {
  yield events;
}

function decode(
  chunks: readonly JsonObject[],
  context = contextOf(),
  family: Family = openaiChat,
): Promise<ConverseResponse> {
  const decoder = family.createStreamDecoder(context);
  return assemble(batchOf([...pushAll(chunks, decoder), ...decoder.end()]));
}

const reasoned = (it: string): ContentBlock => ({
  reasoningContent: { reasoningText: { text: it } },
});
const toolUse = (id: string, name: string, input = {}): ContentBlock => ({
  toolUse: { toolUseId: id, name, input },
});
const newId = (count: number) => `tooluse_${String(count).padStart(22, '0')}`;

test.each<[string, readonly JsonObject[], readonly ContentBlock[]]>([
  [
    'a role first',
    [chunk({ role: 'assistant', content: '' }), text('a'), text('b')],
    [{ text: 'ab' }],
  ],
  ['null content', [chunk({ content: null, tool_calls: null }), text('a')], [{ text: 'a' }]],
  ['no delta', [{ choices: [{ index: 0 }] }, { choices: [] }, {}, text('a')], [{ text: 'a' }]],
  ['a whole message', [{ choices: [{ message: { content: 'a' } }] }], [{ text: 'a' }]],
  ['a completion', [{ choices: [{ text: 'a' }] }, { choices: [{ text: 'b' }] }], [{ text: 'ab' }]],
  [
    'reasoning, then text',
    [chunk({ reasoning_content: 'a' }), chunk({ reasoning: 'b', content: '' }), text('c')],
    [reasoned('ab'), { text: 'c' }],
  ],
  [
    'reasoning in details',
    [chunk({ reasoning_details: [{ type: 'reasoning.text', text: 'a' }] }), text('b')],
    [reasoned('a'), { text: 'b' }],
  ],
  ['tags', [text('<th'), text('ink>\na\n</thi'), text('nk>\n\nb')], [reasoned('a'), { text: 'b' }]],
  ['an open tag at the end', [text('<think>a</th')], [reasoned('a</th')]],
  [
    'a tag in the text behind reasoning',
    [chunk({ reasoning: 'a' }), text('<think>b')],
    [reasoned('a'), { text: '<think>b' }],
  ],
  [
    'one call in fragments',
    [
      call(fragment(0, 'a', { name: 'f', arguments: '' })),
      call(fragment(0, undefined, { arguments: '{"x"' })),
      call(fragment(0, undefined, { arguments: ':1}' })),
    ],
    [toolUse('a', 'f', { x: 1 })],
  ],
  [
    'ID and name with every fragment',
    [
      call(fragment(0, 'a', { name: 'f', arguments: '{"x"' })),
      call(fragment(0, 'a', { name: 'f', arguments: ':1}' })),
    ],
    [toolUse('a', 'f', { x: 1 })],
  ],
  [
    'another ID with every fragment, but no name',
    [
      call(fragment(0, 'a', { name: 'f', arguments: '{"x"' })),
      call(fragment(0, 'b', { arguments: ':1}' })),
    ],
    [toolUse('a', 'f', { x: 1 })],
  ],
  [
    'a name in pieces',
    [
      call(fragment(0, 'a', { name: 'get_' })),
      call(fragment(0, undefined, { name: 'weather' })),
      call(fragment(0, undefined, { arguments: '{}' })),
    ],
    [toolUse('a', 'get_weather')],
  ],
  [
    'an ID that comes late',
    [call(fragment(0, undefined, { name: 'f' })), call(fragment(0, 'a', { arguments: '{}' }))],
    [toolUse('a', 'f')],
  ],
  [
    'no IDs, no indices',
    [
      call(fragment(undefined, undefined, { name: 'f', arguments: '{"x":' })),
      call(fragment(undefined, undefined, { arguments: '1}' })),
      call(fragment(undefined, undefined, { name: 'g', arguments: '{}' })),
    ],
    [toolUse(newId(1), 'f', { x: 1 }), toolUse(newId(2), 'g')],
  ],
  [
    'IDs, but no indices',
    [
      call(fragment(undefined, 'a', { name: 'f', arguments: '{"x":' })),
      call(fragment(undefined, 'b', { name: 'g', arguments: '{"y":' })),
      call(fragment(undefined, 'a', { arguments: '1}' })),
      call(fragment(undefined, 'b', { arguments: '2}' })),
    ],
    [toolUse('a', 'f', { x: 1 }), toolUse('b', 'g', { y: 2 })],
  ],
  [
    'whole calls in one chunk',
    [
      call(
        fragment(0, 'a', { name: 'f', arguments: '{}' }),
        fragment(1, 'b', { name: 'g', arguments: '{}' }),
      ),
    ],
    [toolUse('a', 'f'), toolUse('b', 'g')],
  ],
  [
    'whole calls that are all the first',
    [
      call(fragment(0, 'a', { name: 'f', arguments: '{}' })),
      call(fragment(0, 'b', { name: 'f', arguments: '{"x":1}' })),
    ],
    [toolUse('a', 'f'), toolUse('b', 'f', { x: 1 })],
  ],
  [
    'calls that are mixed',
    [
      call(fragment(0, 'a', { name: 'f', arguments: '{"x":' }), fragment(1, 'b', { name: 'g' })),
      call(fragment(1, undefined, { arguments: '{"y":[' })),
      call(fragment(0, undefined, { arguments: '"}"' })),
      call(fragment(1, undefined, { arguments: '2]}' })),
      call(fragment(0, undefined, { arguments: '}' })),
    ],
    [toolUse('a', 'f', { x: '}' }), toolUse('b', 'g', { y: [2] })],
  ],
  [
    'text and reasoning within a call',
    [
      call(fragment(0, 'a', { name: 'f', arguments: '{"x":' })),
      text('b'),
      chunk({ reasoning: 'c' }),
      call(fragment(0, undefined, { arguments: '1}' })),
      text('d'),
    ],
    [toolUse('a', 'f', { x: 1 }), { text: 'b' }, reasoned('c'), { text: 'd' }],
  ],
  [
    'blanks between calls',
    [
      text('\n'),
      call(fragment(0, 'a', { name: 'f', arguments: '{}' })),
      text('\n'),
      call(fragment(1, 'b', { name: 'g', arguments: '{}' })),
      text('\n'),
    ],
    [toolUse('a', 'f'), toolUse('b', 'g')],
  ],
  [
    'arguments as JSON',
    [call(fragment(0, 'a', { name: 'f', arguments: { x: 1 } }))],
    [toolUse('a', 'f', { x: 1 })],
  ],
  ['no arguments', [call(fragment(0, 'a', { name: 'f' }))], [toolUse('a', 'f')]],
  [
    "gpt-oss's no arguments",
    [
      call(fragment(0, 'a', { name: 'f', arguments: '{"' })),
      call(fragment(0, 'a', { arguments: '": {}}' })),
    ],
    [toolUse('a', 'f')],
  ],
  [
    'arguments again behind the last',
    [
      call(fragment(0, 'a', { name: 'f', arguments: '{}' })),
      call(fragment(1, 'b', { name: 'g', arguments: '{}' })),
      call(fragment(0, 'a', { arguments: '{}' })),
    ],
    [toolUse('a', 'f'), toolUse('b', 'g')],
  ],
  [
    'a call of old',
    [
      chunk({ function_call: { name: 'f', arguments: '' } }),
      chunk({ function_call: { arguments: '{}' } }),
    ],
    [toolUse(newId(1), 'f')],
  ],
])('content: %s', async (_name, chunks, content) => {
  const { output, stopReason } = await decode([...chunks, ...stop]);
  expect(output.message.content).toEqual(content);
  const hasCall = content.some((block) => 'toolUse' in block);
  expect(stopReason).toBe(hasCall ? 'tool_use' : 'end_turn');
});

test('arguments that are no JSON are passed on as they are', () => {
  const decoder = openaiChat.createStreamDecoder(contextOf());
  const events = pushAll(
    [call(fragment(0, 'a', { name: 'f', arguments: '{"x' })), ...stop],
    decoder,
  );
  const inputs = events.flatMap((event) => {
    if (!('contentBlockDelta' in event)) return [];
    const { delta } = event.contentBlockDelta;
    return 'toolUse' in delta ? [delta.toolUse.input] : [];
  });
  expect(inputs.join('')).toBe('{"x');
});

test('a second call is written as soon as the first is whole', () => {
  const decoder = openaiChat.createStreamDecoder(contextOf());
  decoder.push(call(fragment(0, 'a', { name: 'f', arguments: '{"x":1}' })));
  const events = decoder.push(call(fragment(1, 'b', { name: 'g', arguments: '{"y":' })));
  expect(events.map((event) => Object.keys(event)[0])).toEqual([
    'contentBlockStop',
    'contentBlockStart',
    'contentBlockDelta',
  ]);
});

const totals = (input: number, output: number) => ({
  inputTokens: input,
  outputTokens: output,
  totalTokens: input + output,
});
const metrics = { 'amazon-bedrock-invocationMetrics': { inputTokenCount: 7, outputTokenCount: 3 } };

test.each<[string, readonly JsonObject[], ConverseResponse['usage']]>([
  ['behind the last', [text('a'), ...stop], totals(7, 3)],
  ['in the last', [text('a'), { ...chunk({}, 'stop'), usage }], totals(7, 3)],
  [
    'in every chunk',
    [
      { ...text('a'), usage: { prompt_tokens: 7, completion_tokens: 1 } },
      { ...chunk({}, 'stop'), usage },
      { choices: [], usage },
    ],
    totals(7, 3),
  ],
  [
    'promised by null',
    [{ ...text('a'), usage: null }, { ...chunk({}, 'stop'), usage: null }, counts],
    totals(7, 3),
  ],
  ['by the service', [text('a'), { ...chunk({}, 'stop'), ...metrics }], totals(7, 3)],
  ['nowhere', [text('a'), chunk({}, 'stop')], totals(0, 0)],
  [
    'as nought, and then in earnest',
    [{ ...chunk({}, 'stop'), usage: { prompt_tokens: 0, completion_tokens: 0 } }, counts],
    totals(7, 3),
  ],
])('counts stand %s', async (_name, chunks, expected) => {
  expect((await decode(chunks)).usage).toEqual(expected);
});

test('a stream that counts nothing says so', () => {
  const decoder = openaiChat.createStreamDecoder(contextOf());
  pushAll([text('a'), chunk({}, 'stop')], decoder);
  decoder.end();
  expect(decoder.losses).toMatchObject([{ member: 'usage', handling: 'changed' }]);
});

test('what comes behind the end is passed over', () => {
  const decoder = openaiChat.createStreamDecoder(contextOf());
  pushAll([text('a'), ...stop], decoder);
  expect(pushAll([text('b'), counts], decoder)).toEqual([]);
  expect(decoder.end()).toEqual([]);
});

test('the first of several answers is taken, and that is told once', async () => {
  const other = { choices: [{ index: 1, delta: { content: 'b' }, finish_reason: 'stop' }] };
  const decoder = openaiChat.createStreamDecoder(contextOf());
  const events = pushAll([text('a'), other, other, ...stop], decoder);
  const { output } = await assemble(batchOf(events));
  expect(output.message.content).toEqual([{ text: 'a' }]);
  expect(decoder.losses).toMatchObject([{ member: 'choices', handling: 'left out' }]);
});

test('refusals, tiers, stop sequences and members that are asked for are read', async () => {
  const refused = await decode([chunk({ refusal: 'No.' }), ...stop]);
  expect(refused).toMatchObject({
    output: { message: { content: [{ text: 'No.' }] } },
    stopReason: 'content_filtered',
  });
  const request = {
    inferenceConfig: { stopSequences: ['END'] },
    additionalModelResponseFieldPaths: ['/system_fingerprint'],
  };
  const last = { choices: [{ delta: {}, finish_reason: 'stop', stop_reason: 'END' }] };
  const chunks = [{ ...last, system_fingerprint: 'fp', service_tier: 'priority' }, counts];
  expect(await decode(chunks, contextOf(request))).toMatchObject({
    stopReason: 'stop_sequence',
    serviceTier: { type: 'priority' },
    additionalModelResponseFields: { system_fingerprint: 'fp' },
  });
});

test.each<[string, readonly JsonObject[]]>([
  ['nothing', []],
  ['text only', [text('a')]],
  ['no reason', [chunk({}, ''), chunk({ content: 'a' }, null), counts]],
  ['no counts though promised', [{ ...text('a'), usage: null }, chunk({}, 'stop')]],
])('a stream of %s has no proper end', (_name, chunks) => {
  const decoder = openaiChat.createStreamDecoder(contextOf());
  pushAll(chunks, decoder);
  expect(() => decoder.end()).toThrow(
    expect.objectContaining({ name: 'ModelStreamErrorException' }),
  );
});

test('a server that never counts need not keep the promise', async () => {
  const family = createOpenaiChat({ streamUsage: 'none' });
  const chunks = [{ ...text('a'), usage: null }, chunk({}, 'stop')];
  expect((await decode(chunks, contextOf(), family)).usage).toEqual(totals(0, 0));
});

test.each<[JsonObject, string]>([
  [{ error: { message: 'Slow down', type: 'rate_limit_exceeded' } }, 'ThrottlingException'],
  [{ error: { message: 'Too busy', code: 503 } }, 'ServiceUnavailableException'],
  [{ error: { message: 'Broken', type: 'server_error' } }, 'ModelStreamErrorException'],
  [{ object: 'error', message: 'Bad', code: 400 }, 'ValidationException'],
  [
    { choices: [{ delta: {}, finish_reason: 'error', error: { message: 'a' } }] },
    'ModelStreamErrorException',
  ],
  [chunk({}, 'error'), 'ModelStreamErrorException'],
  [{ modelStreamErrorException: { message: 'a' } }, 'ModelStreamErrorException'],
])('an error within the stream is thrown: %o', (error, name) => {
  const decoder = openaiChat.createStreamDecoder(contextOf());
  decoder.push(text('a'));
  expect(() => decoder.push(error)).toThrow(expect.objectContaining({ name }));
});

test('what waits behind a call has bounds', () => {
  const decoder = openaiChat.createStreamDecoder(contextOf());
  decoder.push(call(fragment(0, 'a', { name: 'f', arguments: '{"x":' })));
  const long = call(fragment(1, 'b', { name: 'g', arguments: 'x'.repeat(nativeCallCharsMax) }));
  decoder.push(long);
  expect(() => decoder.push(call(fragment(1, 'b', { arguments: 'x' })))).toThrow('wait');
  const many = openaiChat.createStreamDecoder(contextOf());
  const pushCall = (index: number) =>
    many.push(call(fragment(index, undefined, { name: 'f', arguments: '{}' })));
  for (let index = 0; index < streamedCallsMax; index += 1) pushCall(index);
  expect(() => pushCall(streamedCallsMax)).toThrow('calls');
});
