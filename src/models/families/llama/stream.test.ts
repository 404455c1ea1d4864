// Llama's answers and streams: native ones read, Converse's written.

import { expect, test } from 'vitest';
import type { ConverseResponse } from '../../../protocol/api/types.generated.ts';
import { assemble } from '../../../protocol/stream/assemble.ts';
import { pushAll } from '../../../protocol/stream/decoder.ts';
import type { ConverseStreamEvent } from '../../../protocol/stream/events.ts';
import { unfold } from '../../../protocol/stream/unfold.ts';
import type { AnswerContext, Conversation } from '../family.ts';
import { llama } from '../llama.ts';
import type { JsonObject } from '../native-json.ts';

const request: Conversation = {
  messages: [{ role: 'user', content: [{ text: 'Weather?' }] }],
  toolConfig: {
    tools: [
      {
        toolSpec: {
          name: 'get_weather',
          inputSchema: { json: { properties: { days: { type: 'integer' } } } },
        },
      },
    ],
  },
};

const call = '{"name": "get_weather", "parameters": {"city": "Paris", "days": "2"}}';
const toolUse = {
  toolUse: { toolUseId: 'id1', name: 'get_weather', input: { city: 'Paris', days: 2 } },
};

interface Answer {
  readonly generation: string;
  readonly reason: 'length' | 'stop';
  readonly content: ConverseResponse['output']['message']['content'];
  readonly stopReason: ConverseResponse['stopReason'];
}

const answers: readonly Answer[] = [
  { generation: '\n\nFine.', reason: 'stop', content: [{ text: 'Fine.' }], stopReason: 'end_turn' },
  { generation: 'Fi', reason: 'length', content: [{ text: 'Fi' }], stopReason: 'max_tokens' },
  { generation: '', reason: 'stop', content: [], stopReason: 'end_turn' },
  { generation: call, reason: 'stop', content: [toolUse], stopReason: 'tool_use' },
  {
    generation: `<|python_tag|>${call}<|eom_id|>`,
    reason: 'stop',
    content: [toolUse],
    stopReason: 'tool_use',
  },
  { generation: call, reason: 'length', content: [toolUse], stopReason: 'max_tokens' },
  {
    generation: `Look. <|python_tag|>${call}`,
    reason: 'stop',
    content: [{ text: 'Look. ' }, toolUse],
    stopReason: 'tool_use',
  },
];

test.each(answers)('$generation ends with $reason and is read whole', (answer) => {
  const native = {
    generation: answer.generation,
    prompt_token_count: 25,
    generation_token_count: 7,
    stop_reason: answer.reason,
  };
  expect(llama.decodeResponse(native, contextOf())).toEqual({
    value: responseOf(answer),
    losses: [],
  });
});

test.each(answers)('$generation is read the same in a stream cut anywhere', async (answer) => {
  const { generation, reason } = answer;
  for (let at = 0; at <= generation.length; at += 1) {
    const chunks = [
      chunkOf(generation.slice(0, at), { prompt_token_count: 25, generation_token_count: 1 }),
      chunkOf(generation.slice(at), { generation_token_count: 7, stop_reason: reason }),
    ];
    expect(await assemble(batches(decode(chunks)))).toEqual(responseOf(answer));
  }
});

test('the metrics of the service count where the format does not', () => {
  const last = {
    ...chunkOf('', { stop_reason: 'stop' }),
    'amazon-bedrock-invocationMetrics': { inputTokenCount: 3, outputTokenCount: 4 },
  };
  expect(decode([chunkOf('a', {}), last]).at(-1)).toMatchObject({
    metadata: { usage: { inputTokens: 3, outputTokens: 4, totalTokens: 7 } },
  });
});

test('what follows the last chunk is passed over', () => {
  const ended = chunkOf('a', { stop_reason: 'stop' });
  expect(decode([ended, ended])).toEqual(decode([ended]));
});

test('a call that is cut is passed on in a stream as it is', () => {
  const events = decode([chunkOf(call.slice(0, 60), { stop_reason: 'length' })]);
  expect(events.slice(1, 3)).toEqual([
    {
      contentBlockStart: {
        start: { toolUse: { toolUseId: 'id1', name: 'get_weather' } },
        contentBlockIndex: 0,
      },
    },
    {
      contentBlockDelta: {
        delta: { toolUse: { input: '{"city": "Paris", "day' } },
        contentBlockIndex: 0,
      },
    },
  ]);
  expect(events.at(-2)).toEqual({ messageStop: { stopReason: 'max_tokens' } });
});

test('a call that is cut is no whole answer', () => {
  const native = { generation: call.slice(0, 60), stop_reason: 'length' };
  expect(() => llama.decodeResponse(native, contextOf())).toThrow(
    expect.objectContaining({
      name: 'ModelErrorException',
      message:
        'Model produced invalid sequence as part of ToolUse. ' +
        'Please refer to the model tool use troubleshooting guide.',
    }),
  );
});

test('a call is text where no tools were offered', () => {
  const context = contextOf({ messages: request.messages ?? [] });
  const { value } = llama.decodeResponse({ generation: call, stop_reason: 'stop' }, context);
  expect(value).toMatchObject({
    output: { message: { content: [{ text: call }] } },
    stopReason: 'end_turn',
  });
});

test('a stream without its last chunk has no clean end', () => {
  const decoder = llama.createStreamDecoder(contextOf());
  decoder.push(chunkOf('a', {}));
  expect(() => decoder.end()).toThrow(
    expect.objectContaining({
      name: 'ModelStreamErrorException',
      message: 'The stream ended before its last chunk.',
    }),
  );
});

test('an error in a stream is thrown', () => {
  const decoder = llama.createStreamDecoder(contextOf());
  expect(() => decoder.push({ throttlingException: { message: 'Too many' } })).toThrow(
    expect.objectContaining({ name: 'ThrottlingException', message: 'Too many' }),
  );
});

test.each(answers)('Converse says $content and Llama writes it', (answer) => {
  const { value, losses } = llama.encodeResponse(responseOf(answer), contextOf());
  expect(value).toMatchObject({ prompt_token_count: 25, generation_token_count: 7 });
  expect(value['stop_reason']).toBe(answer.reason);
  expect(losses).toEqual([]);
  expect(llama.decodeResponse(value, contextOf()).value).toEqual(responseOf(answer));
});

test('a stream writes calls as they come, and counts in its last chunk', () => {
  const content = [{ text: 'Look.' }, toolUse, toolUse];
  const response = responseOf({ generation: '', reason: 'stop', content, stopReason: 'tool_use' });
  const pieces = [...unfold(response, { splitText: letters, splitInput: letters })];
  const encoder = llama.createStreamEncoder(contextOf());
  const chunks = pushAll(pieces, encoder);
  const written =
    '{"type": "function", "name": "get_weather", "parameters": {"city":"Paris","days":2}}';
  expect(chunks.map(({ generation }) => generation).join('')).toBe(
    `Look.<|python_tag|>${written}; ${written}`,
  );
  expect(chunks.at(0)).toEqual(chunkOf('L', {}));
  expect(chunks.at(-1)).toEqual(
    chunkOf('', { prompt_token_count: 25, generation_token_count: 7, stop_reason: 'stop' }),
  );
});

test('a call without input has an empty one', () => {
  const encoder = llama.createStreamEncoder(contextOf());
  const start = { toolUse: { toolUseId: 'a', name: 'get_weather' } };
  const chunks = pushAll(
    [
      { contentBlockStart: { start, contentBlockIndex: 0 } },
      { contentBlockDelta: { delta: { toolUse: { input: '' } }, contentBlockIndex: 0 } },
      { contentBlockStop: { contentBlockIndex: 0 } },
    ],
    encoder,
  );
  expect(chunks.map(({ generation }) => generation).join('')).toBe(
    '{"type": "function", "name": "get_weather", "parameters": {}}',
  );
});

test('what an answer cannot carry is told', () => {
  const response: ConverseResponse = {
    output: {
      message: {
        role: 'assistant',
        content: [
          { reasoningContent: { reasoningText: { text: 'hm' } } },
          { text: ' a <|eot_id|>' },
          { text: 'b' },
        ],
      },
    },
    stopReason: 'content_filtered',
    additionalModelResponseFields: { a: 1 },
    usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
    metrics: { latencyMs: 1 },
  };
  const whole = llama.encodeResponse(response, contextOf()).losses.map(({ member }) => member);
  expect(whole).toEqual([
    'additionalModelResponseFields',
    'output.message.content.0.reasoningContent',
    'output.message.content',
    'output.message.content',
    'output.message.content',
    'stopReason',
  ]);
  const encoder = llama.createStreamEncoder(contextOf());
  pushAll([...unfold(response, { splitText: letters, splitInput: letters })], encoder);
  expect(encoder.losses.map(({ member }) => member)).toEqual([
    'reasoningContent',
    'output.message.content',
    'output.message.content',
    'additionalModelResponseFields',
    'stopReason',
  ]);
});

function contextOf(asked: Conversation = request): AnswerContext {
  let ids = 0;
  return {
    modelId: 'm',
    template: 'llama3',
    maxTokens: 512,
    request: asked,
    responseId: 'r',
    createdSeconds: 0,
    latencyMs: () => 5,
    createToolUseId: () => `id${(ids += 1)}`,
  };
}

function responseOf({ content, stopReason }: Answer): ConverseResponse {
  return {
    output: { message: { role: 'assistant', content } },
    stopReason,
    usage: { inputTokens: 25, outputTokens: 7, totalTokens: 32 },
    metrics: { latencyMs: 5 },
  };
}

function chunkOf(generation: string, rest: JsonObject): JsonObject {
  const nothing = { prompt_token_count: null, generation_token_count: null, stop_reason: null };
  return { generation, ...nothing, ...rest };
}

function decode(chunks: readonly JsonObject[]): readonly ConverseStreamEvent[] {
  const decoder = llama.createStreamDecoder(contextOf());
  return [...pushAll(chunks, decoder), ...decoder.end()];
}

async function* batches(
  events: readonly ConverseStreamEvent[],
): AsyncGenerator<readonly ConverseStreamEvent[]> {
  yield events;
}

function letters(text: string): readonly string[] {
  return text.split('');
}
