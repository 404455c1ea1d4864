import { expect, test } from 'vitest';
import type { ContentBlock, Message } from '../../protocol/api/types.generated.ts';
import { commandR } from './command-r.ts';
import type { AnswerContext } from './family.ts';
import type { JsonObject } from './native-json.ts';

function contextOf(): AnswerContext {
  let ids = 0;
  return {
    modelId: 'cohere.command-r-plus-v1:0',
    maxTokens: 4000,
    request: { messages: [{ role: 'user', content: [{ text: 'Hello' }] }] },
    responseId: '0123456789abcdef01234567',
    createdSeconds: 1_700_000_000,
    latencyMs: () => 5,
    createToolUseId: () => `tooluse_${String((ids += 1)).padStart(22, '0')}`,
  };
}

const user = (...content: readonly ContentBlock[]): Message => ({ role: 'user', content });
const assistant = (...content: readonly ContentBlock[]): Message => ({
  role: 'assistant',
  content,
});
const call = (toolUseId: string, city: string): ContentBlock => ({
  toolUse: { toolUseId, name: 'get_weather', input: { city } },
});
const result = (toolUseId: string, text: string): ContentBlock => ({
  toolResult: { toolUseId, content: [{ text }] },
});
const nativeCall = (city: string) => ({ name: 'get_weather', parameters: { city } });
const nativeResult = (city: string, text: string) => ({
  call: nativeCall(city),
  outputs: [{ text }],
});

test.each<[string, readonly Message[], JsonObject]>([
  ['one message', [user({ text: 'Hello' })], { message: 'Hello' }],
  [
    'several turns',
    [user({ text: 'Hello' }), assistant({ text: 'Hi' }), user({ text: 'And you?' })],
    {
      message: 'And you?',
      chat_history: [
        { role: 'USER', message: 'Hello' },
        { role: 'CHATBOT', message: 'Hi' },
      ],
    },
  ],
  [
    'results of tools at the end',
    [
      user({ text: 'Weather?' }),
      assistant({ text: 'I look.' }, call('call_1', 'Oslo'), call('call_2', 'Rome')),
      user(result('call_1', 'Rain'), result('call_2', 'Sun')),
    ],
    {
      message: '',
      chat_history: [
        { role: 'USER', message: 'Weather?' },
        {
          role: 'CHATBOT',
          message: 'I look.',
          tool_calls: [nativeCall('Oslo'), nativeCall('Rome')],
        },
      ],
      tool_results: [nativeResult('Oslo', 'Rain'), nativeResult('Rome', 'Sun')],
    },
  ],
  [
    'results out of order',
    [
      user({ text: 'Weather?' }),
      assistant(call('call_1', 'Oslo'), call('call_2', 'Rome')),
      user(result('call_2', 'Sun'), result('call_1', 'Rain')),
    ],
    {
      message: '',
      chat_history: [
        { role: 'USER', message: 'Weather?' },
        { role: 'CHATBOT', message: '', tool_calls: [nativeCall('Oslo'), nativeCall('Rome')] },
      ],
      tool_results: [nativeResult('Rome', 'Sun'), nativeResult('Oslo', 'Rain')],
    },
  ],
  [
    'results and words at the end',
    [
      user({ text: 'Weather?' }),
      assistant(call('call_1', 'Oslo')),
      user(result('call_1', 'Rain'), { text: 'Be quick.' }),
    ],
    {
      message: 'Be quick.',
      chat_history: [
        { role: 'USER', message: 'Weather?' },
        { role: 'CHATBOT', message: '', tool_calls: [nativeCall('Oslo')] },
      ],
      tool_results: [nativeResult('Oslo', 'Rain')],
      force_single_step: true,
    },
  ],
  [
    'results and words in the middle',
    [
      user({ text: 'Weather?' }),
      assistant(call('call_1', 'Oslo')),
      user(result('call_1', 'Rain'), { text: 'Be quick.' }),
      assistant({ text: 'Rain.' }, call('call_2', 'Oslo')),
      user(result('call_2', 'Sun')),
      assistant({ text: 'Sun.' }),
      user({ text: 'Thanks' }),
    ],
    {
      message: 'Thanks',
      chat_history: [
        { role: 'USER', message: 'Weather?' },
        { role: 'CHATBOT', message: '', tool_calls: [nativeCall('Oslo')] },
        { role: 'TOOL', tool_results: [nativeResult('Oslo', 'Rain')] },
        { role: 'USER', message: 'Be quick.' },
        { role: 'CHATBOT', message: 'Rain.', tool_calls: [nativeCall('Oslo')] },
        { role: 'TOOL', tool_results: [nativeResult('Oslo', 'Sun')] },
        { role: 'CHATBOT', message: 'Sun.' },
      ],
    },
  ],
])('%s goes there and back', (_name, messages, native) => {
  const encoded = commandR.encodeRequest({ messages }, contextOf());
  expect(encoded).toEqual({ value: native, losses: [] });
  expect(commandR.decodeRequest(native, contextOf())).toEqual({ value: { messages }, losses: [] });
});

test('a single step, whose question comes again beside the results, is put in order', () => {
  const native = {
    message: 'Weather in Oslo?',
    tool_results: [nativeResult('Oslo', 'Rain')],
    force_single_step: true,
  };
  expect(commandR.decodeRequest(native, contextOf()).value).toEqual({
    messages: [
      user({ text: 'Weather in Oslo?' }),
      assistant(call('call_1', 'Oslo')),
      user(result('call_1', 'Rain')),
    ],
  });
});

test('SYSTEM turns are system texts, after the preamble', () => {
  const native = {
    message: 'Hello',
    preamble: 'Be brief.',
    chat_history: [{ role: 'SYSTEM', message: 'Be kind.' }],
  };
  const { system } = commandR.decodeRequest(native, contextOf()).value;
  expect(system).toEqual([{ text: 'Be brief.' }, { text: 'Be kind.' }]);
});

test('each setting goes there and back, what Converse has no name for in additional fields', () => {
  const settings = { max_tokens: 100, temperature: 0.3, p: 0.75, stop_sequences: ['END'] };
  const further = {
    documents: [{ title: 'Penguins', snippet: 'They are tall.' }],
    connectors: [{ id: 'web-search' }],
    search_queries_only: false,
    k: 5,
    seed: 7,
    prompt_truncation: 'OFF',
    frequency_penalty: 0.1,
    presence_penalty: 0.2,
    return_prompt: false,
    raw_prompting: false,
    citation_quality: 'accurate',
  };
  const native = { message: 'Hello', preamble: 'Be brief.', ...settings, ...further };
  const { value } = commandR.decodeRequest(native, contextOf());
  expect(value).toEqual({
    messages: [user({ text: 'Hello' })],
    system: [{ text: 'Be brief.' }],
    inferenceConfig: { maxTokens: 100, temperature: 0.3, topP: 0.75, stopSequences: ['END'] },
    additionalModelRequestFields: further,
  });
  expect(commandR.encodeRequest(value, contextOf())).toEqual({ value: native, losses: [] });
});

const malformed = (told: string) =>
  `Malformed input request: ${told}, please reformat your input and try again.`;

test.each<[JsonObject, string]>([
  [{}, '#: required key [message] not found'],
  [{ message: 1 }, '#/message: expected type: String, found: Integer'],
  [
    { message: 'a', chat_history: [{ role: 'user', message: 'b' }] },
    '#/chat_history/0/role: user is not a valid enum value',
  ],
  [
    { message: 'a', chat_history: [{ role: 'USER', content: 'b' }] },
    '#/chat_history/0: extraneous key [content] is not permitted',
  ],
  [{ message: 'a', temperature: 1.5 }, '#/temperature: 1.5 is not less or equal to 1'],
  [
    { message: 'a', stop_sequences: ['1', '2', '3', '4', '5', '6'] },
    '#/stop_sequences: expected maximum item count: 5, found: 6',
  ],
  [
    { message: '', tool_results: [{ call: { name: 'a' }, outputs: [] }] },
    '#/tool_results/0/call: required key [parameters] not found',
  ],
  [
    { message: 'a', tools: [{ name: 'b', parameter_definitions: { c: { description: 'd' } } }] },
    '#/tools/0/parameter_definitions/c: required key [type] not found',
  ],
  [
    { message: 'a', tools: [{ name: 'b', input_schema: {} }] },
    '#/tools/0: extraneous key [input_schema] is not permitted',
  ],
])('the body %j is refused', (native, told) => {
  expect(() => commandR.decodeRequest(native, contextOf())).toThrow(malformed(told));
});

test.each<[readonly Message[], string]>([
  [
    [user({ text: 'a' }), assistant({ text: 'b' })],
    'The model that you are using requires the last turn in the conversation to be a user message.',
  ],
  [
    [user({ image: { format: 'png', source: { bytes: new Uint8Array(1) } } })],
    "This model doesn't support the image content block that you provided.",
  ],
  [
    [user({ document: { name: 'a', source: { bytes: new Uint8Array(1) } } })],
    "This model doesn't support the document content block that you provided.",
  ],
  [
    [user(result('call_9', 'Rain'))],
    'The tool result at messages.0.content.0.toolResult answers no tool use',
  ],
  [[{ role: 'system', content: [{ text: 'a' }] }], "doesn't support the messages.0.role field"],
])('the messages %j are refused', (messages, message) => {
  expect(() => commandR.encodeRequest({ messages }, contextOf())).toThrow(message);
});

test('what the format orders otherwise, joins or lacks is told', () => {
  const messages = [
    user({ text: 'Weather?' }, { text: 'Now!' }, { cachePoint: { type: 'default' } }),
    assistant(call('call_1', 'Oslo'), { text: 'I looked.' }),
    user({ text: 'So?' }, result('call_1', 'Rain')),
  ];
  const { losses } = commandR.encodeRequest(
    { messages, outputConfig: { effort: 'low' } },
    contextOf(),
  );
  expect(losses.map(({ member, handling }) => [member, handling])).toEqual([
    ['outputConfig', 'left out'],
    ['messages.0.content.2.cachePoint', 'left out'],
    ['messages.0.content', 'changed'],
    ['messages.1.content', 'changed'],
    ['messages.2.content', 'changed'],
  ]);
});

test.each([
  ['COMPLETE', 'end_turn'],
  ['MAX_TOKENS', 'max_tokens'],
  ['STOP_SEQUENCE', 'stop_sequence'],
  ['ERROR_TOXIC', 'content_filtered'],
  ['ERROR_LIMIT', 'model_context_window_exceeded'],
  ['USER_CANCEL', 'end_turn'],
])('the reason %s is %s', (reason, stopReason) => {
  const native = { text: 'Hi', finish_reason: reason };
  const { value } = commandR.decodeResponse(native, contextOf());
  expect(value.stopReason).toBe(stopReason);
});

test('an answer repeats the conversation that it ends, and is read again', () => {
  const counted = { input_tokens: 3, output_tokens: 4 };
  const native = {
    response_id: '0123456789abcdef01234567',
    text: 'I look.',
    generation_id: '0123456789abcdef01234567',
    chat_history: [
      { role: 'USER', message: 'Hello' },
      { role: 'CHATBOT', message: 'I look.', tool_calls: [nativeCall('Oslo')] },
    ],
    finish_reason: 'COMPLETE',
    tool_calls: [nativeCall('Oslo')],
    meta: { api_version: { version: '1' }, billed_units: counted, tokens: counted },
  };
  const { value } = commandR.decodeResponse(native, contextOf());
  expect(value).toEqual({
    output: {
      message: assistant({ text: 'I look.' }, call('tooluse_0000000000000000000001', 'Oslo')),
    },
    stopReason: 'tool_use',
    usage: { inputTokens: 3, outputTokens: 4, totalTokens: 7 },
    metrics: { latencyMs: 5 },
  });
  expect(commandR.encodeResponse(value, contextOf())).toEqual({ value: native, losses: [] });
});

test.each([
  [{ meta: { billed_units: { input_tokens: 1, output_tokens: 2 } } }, 1],
  [{ meta: { billed_units: { input_tokens: 1 }, tokens: { input_tokens: 9 } } }, 9],
  [{ 'amazon-bedrock-invocationMetrics': { inputTokenCount: 5, outputTokenCount: 1 } }, 5],
  [{}, 0],
])('the input of %j is counted', (members, inputTokens) => {
  const { value } = commandR.decodeResponse({ text: 'Hi', ...members }, contextOf());
  expect(value.usage.inputTokens).toBe(inputTokens);
});

test('citations of an answer are left out, and that is told', () => {
  const citations = [{ start: 0, end: 2, text: 'Hi', document_ids: ['doc_0'] }];
  const { losses } = commandR.decodeResponse({ text: 'Hi', citations }, contextOf());
  expect(losses.map(({ member, handling }) => [member, handling])).toEqual([
    ['citations', 'left out'],
  ]);
});

test.each([
  [{ finish_reason: 'ERROR' }, 'The system encountered an unexpected error during processing.'],
  [
    { tool_calls: [{ name: 'a', parameters: '{"city": ' }] },
    'Model produced invalid sequence as part of ToolUse.',
  ],
  [{ tool_calls: [{ name: 'a', parameters: [1] }] }, 'Model produced invalid sequence'],
])('the answer %j is an error of the model', (native, message) => {
  expect(() => commandR.decodeResponse(native, contextOf())).toThrow(
    expect.objectContaining({
      name: 'ModelErrorException',
      message: expect.stringContaining(message) as string,
    }),
  );
});
