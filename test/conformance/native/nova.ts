// Cases of Nova's format, which is Converse's own as JSON, and of Command R's.

import { base64 } from '../build.ts';
import type { Case } from '../case.ts';
import {
  callWeather,
  extraneous,
  malformed,
  missing,
  nativeCases,
  type NativeRow,
  tooLarge,
  weatherSchema,
  wrongType,
} from './build.ts';

const user = (...content: readonly object[]) => ({ role: 'user', content });
const asking = { messages: [user({ text: 'Hello you' })] };
const toolSpec = { name: 'get_weather', inputSchema: { json: weatherSchema } };
const toolConfig = { tools: [{ toolSpec }] };
const toolUse = { toolUseId: 'a', name: 'get_weather', input: { city: 'Bern' } };
const delta = (text: string) => ({ contentBlockDelta: { delta: { text }, contentBlockIndex: 0 } });

const nova: readonly NativeRow[] = [
  {
    check: 'answered',
    source: 'D',
    body: { schemaVersion: 'messages-v1', ...asking },
    inputTokens: 2,
    answer: {
      output: { message: { role: 'assistant', content: [{ text: 'echo: Hello you' }] } },
      stopReason: 'end_turn',
      usage: { inputTokens: 2, outputTokens: 3, totalTokens: 5 },
    },
    chunks: [
      { messageStart: { role: 'assistant' } },
      delta('echo:'),
      delta(' Hello'),
      delta(' you'),
      { contentBlockStop: { contentBlockIndex: 0 } },
      { messageStop: { stopReason: 'end_turn' } },
      { metadata: { usage: { inputTokens: 2, outputTokens: 3 } } },
    ],
  },
  {
    member: 'system',
    check: 'with several turns',
    source: 'D',
    body: {
      system: [{ text: 'Be brief.' }],
      messages: [
        user({ text: 'One' }),
        { role: 'assistant', content: [{ text: 'Two' }] },
        user({ text: 'Three' }),
      ],
    },
    inputTokens: 5,
    answer: { output: { message: { content: [{ text: 'echo: Three' }] } } },
  },
  {
    member: 'inferenceConfig.maxTokens',
    check: 'ends the answer',
    source: 'D',
    body: { ...asking, inferenceConfig: { maxTokens: 2, topK: 5 } },
    answer: {
      output: { message: { content: [{ text: 'echo: Hello' }] } },
      stopReason: 'max_tokens',
    },
  },
  {
    member: 'inferenceConfig.max_new_tokens',
    check: 'the old name ends the answer',
    source: 'D',
    body: { ...asking, inferenceConfig: { max_new_tokens: 2 } },
    answer: { stopReason: 'max_tokens' },
  },
  {
    member: 'inferenceConfig.stopSequences',
    check: 'end the answer',
    source: 'D',
    body: { ...asking, inferenceConfig: { stopSequences: [' you'] } },
    answer: { output: { message: { content: [{ text: 'echo: Hello' }] } } },
  },
  {
    member: 'toolConfig',
    check: 'called',
    source: 'D',
    body: { messages: [user({ text: callWeather })], toolConfig },
    answer: {
      output: {
        message: { content: [{ toolUse: { name: 'get_weather', input: { city: 'Bern' } } }] },
      },
      stopReason: 'tool_use',
    },
    chunks: [
      { messageStart: {} },
      { contentBlockStart: { start: { toolUse: { name: 'get_weather' } }, contentBlockIndex: 0 } },
      { contentBlockDelta: { delta: { toolUse: { input: '{"city":"Bern"}' } } } },
      { contentBlockStop: {} },
      { messageStop: { stopReason: 'tool_use' } },
      { metadata: {} },
    ],
  },
  {
    member: 'messages.content.toolResult',
    check: 'answered',
    source: 'D',
    body: {
      toolConfig,
      messages: [
        user({ text: 'Weather?' }),
        { role: 'assistant', content: [{ toolUse }] },
        user({ toolResult: { toolUseId: 'a', content: [{ json: { sun: true } }] } }),
      ],
    },
    answer: { output: { message: { content: [{ text: 'result: {"sun":true}' }] } } },
  },
  {
    member: 'messages.content',
    check: 'image and document',
    source: 'D',
    body: {
      messages: [
        user(
          { image: { format: 'png', source: { bytes: base64('png') } } },
          { document: { format: 'txt', name: 'a', source: { bytes: base64('text') } } },
          { text: 'Both?' },
        ),
      ],
    },
    answer: { output: { message: { content: [{ text: 'echo: Both?' }] } } },
  },
  { member: 'messages', check: 'required', source: 'F', body: {}, refused: missing('messages') },
  {
    member: 'messages.content',
    check: 'a list of blocks',
    source: 'F',
    body: { messages: [{ role: 'user', content: 'Hello' }] },
    refused: malformed('#/messages/0/content: expected type: JSONArray, found: String'),
  },
  {
    member: 'messages.content',
    check: "no type, which is Claude's",
    source: 'R',
    body: { messages: [user({ type: 'text', text: 'Hello' })] },
    refused: extraneous('type', '#/messages/0/content/0'),
  },
  {
    member: 'messages.content.image.source.bytes',
    check: 'base64 text',
    source: 'F',
    body: { messages: [user({ image: { format: 'png', source: { bytes: '!' } } })] },
    refused: malformed('#/messages/0/content/0/image/source/bytes: expected base64 text'),
  },
  {
    member: 'inferenceConfig.temperature',
    check: 'at most 1',
    source: 'D',
    body: { ...asking, inferenceConfig: { temperature: 1.5 } },
    refused: tooLarge('#/inferenceConfig/temperature', 1.5, 1),
  },
  {
    member: 'inferenceConfig.stopSequences',
    check: 'at most 4',
    source: 'D',
    body: { ...asking, inferenceConfig: { stopSequences: ['a', 'b', 'c', 'd', 'e'] } },
    refused: malformed('#/inferenceConfig/stopSequences: expected maximum item count: 4, found: 5'),
  },
];

const commandTools = [
  {
    name: 'get_weather',
    description: 'Weather',
    parameter_definitions: { city: { type: 'str', required: true } },
  },
];

const commandR: readonly NativeRow[] = [
  {
    check: 'answered',
    source: 'D',
    body: { message: 'Hello you' },
    inputTokens: 2,
    answer: {
      text: 'echo: Hello you',
      finish_reason: 'COMPLETE',
      chat_history: [
        { role: 'USER', message: 'Hello you' },
        { role: 'CHATBOT', message: 'echo: Hello you' },
      ],
    },
    chunks: [
      { event_type: 'stream-start', is_finished: false },
      { event_type: 'text-generation', text: 'echo:' },
      { event_type: 'text-generation', text: ' Hello' },
      { event_type: 'text-generation', text: ' you' },
      {
        event_type: 'stream-end',
        is_finished: true,
        finish_reason: 'COMPLETE',
        response: { text: 'echo: Hello you' },
      },
    ],
  },
  {
    member: 'chat_history',
    check: 'with a preamble',
    source: 'D',
    body: {
      message: 'Three',
      preamble: 'Be brief.',
      chat_history: [
        { role: 'USER', message: 'One' },
        { role: 'CHATBOT', message: 'Two' },
      ],
    },
    inputTokens: 5,
    answer: { text: 'echo: Three' },
  },
  {
    member: 'max_tokens',
    check: 'ends the answer',
    source: 'D',
    body: { message: 'Hello you', max_tokens: 2, temperature: 0.5, p: 0.9, k: 5 },
    answer: { text: 'echo: Hello', finish_reason: 'MAX_TOKENS' },
  },
  {
    member: 'stop_sequences',
    check: 'end the answer',
    source: 'D',
    body: { message: 'Hello you', stop_sequences: [' you'] },
    answer: { text: 'echo: Hello' },
  },
  {
    member: 'tools',
    check: 'called',
    source: 'D',
    body: { message: callWeather, tools: commandTools },
    answer: { tool_calls: [{ name: 'get_weather', parameters: { city: 'Bern' } }] },
    chunks: [
      { event_type: 'stream-start' },
      { event_type: 'tool-calls-chunk', tool_call_delta: { name: 'get_weather' } },
      { event_type: 'tool-calls-chunk', tool_call_delta: { parameters: '{"city":"Bern"}' } },
      { event_type: 'tool-calls-generation', tool_calls: [{ name: 'get_weather' }] },
      { event_type: 'stream-end', finish_reason: 'COMPLETE' },
    ],
  },
  {
    member: 'tool_results',
    check: 'answered',
    source: 'D',
    body: {
      message: '',
      tools: commandTools,
      chat_history: [
        { role: 'USER', message: 'Weather?' },
        {
          role: 'CHATBOT',
          message: '',
          tool_calls: [{ name: 'get_weather', parameters: { city: 'Bern' } }],
        },
      ],
      tool_results: [
        {
          call: { name: 'get_weather', parameters: { city: 'Bern' } },
          outputs: [{ sky: 'Sunny' }],
        },
      ],
    },
    answer: { text: 'result: {"sky":"Sunny"}' },
  },
  {
    member: 'message',
    check: 'required',
    source: 'F',
    body: { max_tokens: 5 },
    refused: missing('message'),
  },
  {
    member: 'message',
    check: 'a text',
    source: 'I',
    body: { message: ['Hello'] },
    refused: wrongType('#/message', 'String', 'JSONArray'),
  },
  {
    member: 'chat_history.role',
    check: 'nothing but its values',
    source: 'F',
    body: { message: 'Hello', chat_history: [{ role: 'user', message: 'Hello' }] },
    refused: malformed('#/chat_history/0/role: user is not a valid enum value'),
  },
  {
    member: 'tools.parameter_definitions',
    check: 'no JSON Schema',
    source: 'I',
    body: {
      message: 'Hello',
      tools: [{ name: 'get_weather', parameter_definitions: { city: { required: true } } }],
    },
    refused: missing('type', '#/tools/0/parameter_definitions/city'),
  },
  {
    member: 'k',
    check: 'at most 500',
    source: 'D',
    body: { message: 'Hello', k: 501 },
    refused: tooLarge('#/k', 501, 500),
  },
  {
    member: 'stop_sequences',
    check: 'at most 5',
    source: 'D',
    body: { message: 'Hello', stop_sequences: ['a', 'b', 'c', 'd', 'e', 'f'] },
    refused: malformed('#/stop_sequences: expected maximum item count: 5, found: 6'),
  },
];

export const novaCases: readonly Case[] = [
  ...nativeCases({ name: 'nova', modelId: 'amazon.nova-pro-v1:0' }, nova),
  ...nativeCases({ name: 'command-r', modelId: 'cohere.command-r-v1:0' }, commandR),
];
