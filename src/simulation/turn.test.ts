// The keys of a turn: what each may be, and how a slip is told.

import { expect, test } from 'vitest';
import { exceptionTable } from '../protocol/errors.ts';
import { MalformedTurn } from './malformed-turn.ts';
import { createError } from './scripted-error.ts';
import { readTurn } from './turn.ts';

function outputOf(...content: readonly unknown[]) {
  return { message: { role: 'assistant', content } };
}

const toolUse = { toolUseId: 'tooluse_1', name: 'get_weather', input: { city: 'Paris' } };

test('a turn of text is short for an output of one block', () => {
  const turn = readTurn({ text: 'hi' }, 0);
  expect(turn).toEqual(readTurn({ output: outputOf({ text: 'hi' }) }, 0));
  expect(turn).toMatchObject({ times: 1, delayMs: 0, whenText: '', modelId: undefined });
  expect(turn.pace).toEqual({ chunk: undefined, delayMs: 0, fault: undefined });
});

test('every block that a model answers with is taken, binary as base64', () => {
  const reasoningText = { text: 'Which city?', signature: 'c2ln' };
  const citation = {
    title: 't',
    location: { documentPage: { documentIndex: 0, start: 1, end: 2 } },
  };
  const content = [
    { reasoningContent: { reasoningText } },
    { text: 'Let me look.' },
    { citationsContent: { content: [{ text: 'x' }], citations: [citation] } },
    { toolUse },
  ];
  const redacted = { reasoningContent: { redactedContent: 'AAEC' } };
  const { reply } = readTurn({ output: outputOf(...content, redacted) }, 0);
  const decoded = { reasoningContent: { redactedContent: Buffer.from([0, 1, 2]) } };
  expect(reply).toEqual({
    answer: { content: [...content, decoded], stopReason: 'tool_use', usage: {}, members: {} },
  });
});

test('a recorded response can be pasted as it is', () => {
  const recorded = {
    output: outputOf({ text: 'Hi' }),
    stopReason: 'max_tokens',
    usage: {
      inputTokens: 3,
      outputTokens: 227,
      totalTokens: 1942,
      cacheReadInputTokens: 0,
      cacheReadInputTokenCount: 0,
      cacheWriteInputTokens: 1712,
      cacheWriteInputTokenCount: 1712,
      cacheDetails: [{ inputTokens: 1712, ttl: '5m' }],
      serverToolUsage: {},
    },
    metrics: { latencyMs: 522 },
    trace: null,
  };
  expect(readTurn(recorded, 0).reply).toMatchObject({
    answer: { stopReason: 'max_tokens', usage: { totalTokens: 1942 }, members: {} },
  });
});

test.each(Object.entries(exceptionTable))('%s is thrown by its name', (type, { status }) => {
  const { reply } = readTurn({ error: type }, 0);
  const error = 'error' in reply ? createError(reply.error) : undefined;
  expect(error).toMatchObject({ name: type, status, members: {} });
  expect(error?.message).toMatch(/^[A-Z].*[.]$/);
});

const cases: readonly (readonly [string, unknown, string])[] = [
  ['no object', 'text', 'Turn 7 is "text".'],
  ['a list', [], 'Turn 7 is [].'],
  ['nothing to answer', {}, 'Turn 7 is {}. It has none of output, text, error, inputTokens.'],
  ['two answers', { text: 'a', error: 'cut' }, 'It has text and error of output, text,'],
  ['an unknown key', { txt: 'a' }, 'Turn 7: txt is "a". There is no such key of a turn.'],
  ['text', { text: 1 }, 'Turn 7: text is 1. Give a text.'],
  ['inputTokens', { inputTokens: -1 }, 'Turn 7: inputTokens is -1. Give a whole number from 0.'],
  ['a fraction', { inputTokens: 1.5 }, 'Give a whole number from 0.'],
  ['output', { output: 'a' }, 'Turn 7: output is "a". Write it as Converse does:'],
  ['a role', { output: { message: { role: 'user', content: [] } } }, 'give "role": "assistant"'],
  ['a block', { output: outputOf({ txt: 'a' }) }, 'extraneous key [txt]'],
  ['a kind of block', { output: outputOf({ cachePoint: { type: 'default' } }) }, 'blocks of text,'],
  ['an input', { output: outputOf({ toolUse: { ...toolUse, input: 'x' } }) }, 'input is an object'],
  ['no toolUseId', { output: outputOf({ toolUse: { name: 'f', input: {} } }) }, 'toolUseId'],
  ['base64', { output: outputOf({ reasoningContent: { redactedContent: '#' } }) }, 'base64'],
  ['stopReason', { text: 'a', stopReason: 'done' }, 'Give one of end_turn, tool_use,'],
  ['usage', { text: 'a', usage: { inputTokens: '1' } }, 'Turn 7: usage.inputTokens is "1".'],
  ['a key of usage', { text: 'a', usage: { tokens: 1 } }, 'no such key of usage'],
  ['cacheDetails', { text: 'a', usage: { cacheDetails: [{}] } }, 'Turn 7: usage.cacheDetails is'],
  ['metrics', { text: 'a', metrics: {} }, 'Turn 7: metrics is {}.'],
  ['trace', { text: 'a', trace: 'on' }, 'Turn 7: trace is "on". Give an object.'],
  ['performanceConfig', { text: 'a', performanceConfig: { latency: 'fast' } }, 'optimized'],
  ['serviceTier', { text: 'a', serviceTier: 'flex' }, 'Turn 7: serviceTier is "flex".'],
  ['modelId', { text: 'a', modelId: 1 }, 'Turn 7: modelId is 1.'],
  ['operation', { text: 'a', operation: 'Chat' }, 'Give one of Converse, ConverseStream,'],
  ['an operation without messages', { text: 'a', operation: 'CountTokens' }, 'Give inputTokens'],
  ['an operation without count', { inputTokens: 1, operation: 'Converse' }, 'only CountTokens'],
  ['an operation without model', { text: 'a', operation: 'ListFoundationModels' }, 'Give error.'],
  ['counts', { inputTokens: 1, operation: 'GetFoundationModel' }, 'only CountTokens'],
  ['when', { text: 'a', when: 'b' }, 'Turn 7: when is "b".'],
  ['an empty when', { text: 'a', when: {} }, 'Give {"text": "..."}.'],
  [
    'a key of when',
    { text: 'a', when: { text: 'b', role: 'user' } },
    'Turn 7: when.role is "user".',
  ],
  [
    'times',
    { text: 'a', times: 0 },
    'Turn 7: times is 0. Give a whole number from 1, or "always".',
  ],
  ['half a time', { text: 'a', times: 1.5 }, 'Give a whole number from 1'],
  ['never', { text: 'a', times: 'never' }, 'Turn 7: times is "never".'],
  ['delayMs', { text: 'a', delayMs: -1 }, 'Turn 7: delayMs is -1.'],
  ['a delay as text', { text: 'a', delayMs: '20' }, 'Turn 7: delayMs is "20".'],
  ['an endless delay', { text: 'a', delayMs: 3e9 }, 'from 0 to 2147483647'],
  ['stream', { text: 'a', stream: true }, 'Turn 7: stream is true.'],
  ['a key of stream', { text: 'a', stream: { chunks: 1 } }, 'Turn 7: stream.chunks is 1.'],
  ['chunk', { text: 'a', stream: { chunk: 0 } }, 'Turn 7: stream.chunk is 0.'],
  ['a delta delay', { text: 'a', stream: { delayMs: -1 } }, 'Turn 7: stream.delayMs is -1.'],
  ['a fault', { text: 'a', stream: { fault: 'cut' } }, 'Turn 7: stream.fault is "cut".'],
  [
    'half a fault',
    { text: 'a', stream: { fault: { after: 1 } } },
    'Give {"after": N, "error": ...}.',
  ],
  [
    'after',
    { text: 'a', stream: { fault: { after: -1, error: 'cut' } } },
    'Turn 7: stream.fault.after is -1.',
  ],
  [
    'an error in a stream',
    { text: 'a', stream: { fault: { after: 1, error: 'Oops' } } },
    'Turn 7: stream.fault.error is "Oops". Give one of AccessDeniedException,',
  ],
  ['error', { error: 'Throttling' }, 'Turn 7: error is "Throttling". Give one of'],
  [
    'an error without type',
    { error: { message: 'x' } },
    'Give its type, the name of an exception.',
  ],
  ['a type', { error: { type: 'toString' } }, 'Turn 7: error.type is "toString".'],
  ['message', { error: { type: 'ThrottlingException', message: 1 } }, 'error.message is 1.'],
  ['status', { error: { type: 'ThrottlingException', status: 200 } }, 'from 400 to 599'],
  ['headers', { error: { type: 'ThrottlingException', headers: 'x' } }, 'error.headers is "x".'],
  ['a header', { error: { type: 'ThrottlingException', headers: { a: 1 } } }, 'headers.a is 1.'],
  ['a name', { error: { type: 'ThrottlingException', headers: { 'a b': 'c' } } }, 'no header name'],
  ['a value', { error: { type: 'ThrottlingException', headers: { a: 'b\r\nc: d' } } }, 'ASCII'],
  [
    'a header of the connection',
    { error: { type: 'ThrottlingException', headers: { 'Content-Length': '1' } } },
    'The connection itself sets this header.',
  ],
  ['a cut with a message', { error: { type: 'cut', message: 'x' } }, 'give only {"type": "cut"}'],
];

test.each(cases)('malformed: %s', (_case, turn, told) => {
  expect(() => readTurn(turn, 7)).toThrow(MalformedTurn);
  expect(() => readTurn(turn, 7)).toThrow(told);
});

test('what is told of a long value is short', () => {
  expect(() => readTurn({ text: ['x'.repeat(10_000)] }, 0)).toThrow(/^.{50,400}$/);
});
