// Cases of the formats whose messages are a list: Mistral's chat models, OpenAI's format, Jamba.

import type { Case } from '../case.ts';
import {
  callWeather,
  malformed,
  missing,
  nativeCases,
  type NativeRow,
  tooLarge,
  tooSmall,
  weatherSchema,
} from './build.ts';

const user = (content: unknown) => ({ role: 'user', content });
const asking = { messages: [user('Hello you')] };
const called = {
  type: 'function',
  function: { name: 'get_weather', arguments: '{"city":"Bern"}' },
};
const tools = [{ type: 'function', function: { name: 'get_weather', parameters: weatherSchema } }];
const withTools = { messages: [user(callWeather)], tools };
const loop = (id: string) => ({
  tools,
  messages: [
    user('Weather?'),
    { role: 'assistant', content: '', tool_calls: [{ id, ...called }] },
    { role: 'tool', tool_call_id: id, name: 'get_weather', content: 'Sunny' },
  ],
});
const turns = {
  messages: [
    { role: 'system', content: 'Be brief.' },
    user('One'),
    { role: 'assistant', content: 'Two' },
    user('Three'),
  ],
};
const choice = (message: object, more: object = {}) => ({
  choices: [{ index: 0, message: { role: 'assistant', ...message }, ...more }],
});
const piece = (content: string) => ({ choices: [{ index: 0, delta: { content } }] });
const usage = { prompt_tokens: 2, completion_tokens: 3, total_tokens: 5 };
/** What these formats have alike. */
const alike: readonly NativeRow[] = [
  {
    member: 'messages',
    check: 'system text and several turns',
    source: 'D',
    body: turns,
    inputTokens: 5,
    answer: choice({ content: 'echo: Three' }),
  },
  {
    member: 'max_tokens',
    check: 'ends the answer',
    source: 'D',
    body: { ...asking, max_tokens: 2 },
    answer: choice({ content: 'echo: Hello' }, { finish_reason: 'length' }),
  },
  {
    member: 'stop',
    check: 'ends the answer',
    source: 'D',
    body: { ...asking, stop: [' you'] },
    answer: choice({ content: 'echo: Hello' }, { finish_reason: 'stop' }),
  },
  {
    member: 'messages',
    check: 'required',
    source: 'F',
    body: { max_tokens: 5 },
    refused: missing('messages'),
  },
  {
    member: 'messages',
    check: 'not empty',
    source: 'F',
    body: { messages: [] },
    refused: malformed('#/messages: expected minimum item count: 1, found: 0'),
  },
  {
    member: 'messages.role',
    check: 'required',
    source: 'I',
    body: { messages: [{ content: 'Hello' }] },
    refused: missing('role', '#/messages/0'),
  },
  {
    member: 'messages.role',
    check: 'nothing but its values',
    source: 'I',
    body: { messages: [{ role: 'human', content: 'Hello' }] },
    refused: malformed('#/messages/0/role: human is not a valid enum value'),
  },
  {
    member: 'top_p',
    check: 'at most 1',
    source: 'I',
    body: { ...asking, top_p: 1.5 },
    refused: tooLarge('#/top_p', 1.5, 1),
  },
];

const mistral: readonly NativeRow[] = [
  ...alike,
  {
    check: 'answered',
    source: 'D',
    body: asking,
    inputTokens: 2,
    answer: {
      object: 'chat.completion',
      ...choice({ content: 'echo: Hello you' }, { stop_reason: 'stop', finish_reason: 'stop' }),
      usage,
    },
    chunks: [
      { object: 'chat.completion.chunk', choices: [{ message: { content: 'echo:' } }] },
      { choices: [{ message: { content: ' Hello' }, stop_reason: null }] },
      { choices: [{ message: { content: ' you' }, stop_reason: null }] },
      { choices: [{ message: { content: '' }, stop_reason: 'stop' }], usage },
    ],
  },
  {
    member: 'tools',
    check: 'called',
    source: 'D',
    body: withTools,
    answer: choice(
      { tool_calls: [{ function: { name: 'get_weather', arguments: '{"city":"Bern"}' } }] },
      { stop_reason: 'tool_calls' },
    ),
    chunks: [
      { choices: [{ message: { tool_calls: [{ function: { name: 'get_weather' } }] } }] },
      { choices: [{ stop_reason: 'tool_calls' }] },
    ],
  },
  {
    member: 'messages.tool_call_id',
    check: 'a result is answered',
    source: 'D',
    body: loop('a1b2c3d4e'),
    answer: choice({ content: 'result: Sunny' }),
  },
  {
    member: 'messages.content.image_url',
    check: 'goes along',
    source: 'D',
    modelId: 'mistral.pixtral-large-2502-v1:0',
    body: {
      messages: [
        user([
          { type: 'text', text: 'Hello you' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } },
        ]),
      ],
    },
    answer: choice({ content: 'echo: Hello you' }),
  },
  {
    member: 'response_format',
    check: 'an answer in JSON',
    source: 'D',
    body: {
      ...asking,
      response_format: { type: 'json_schema', json_schema: { name: 'a', schema: weatherSchema } },
    },
    answer: choice({ content: '{"city":"city"}' }),
  },
  {
    member: 'prompt',
    check: 'is of the completion models',
    source: 'F',
    body: { prompt: '<s>[INST] Hello [/INST]' },
    refused: malformed('2 schema violations found'),
  },
  {
    member: 'max_tokens',
    check: 'at least 1',
    source: 'D',
    body: { ...asking, max_tokens: 0 },
    refused: tooSmall('#/max_tokens', 0, 1),
  },
];

const openai: readonly NativeRow[] = [
  ...alike,
  {
    check: 'answered',
    source: 'D',
    body: { ...asking, max_completion_tokens: 100, model: 'openai.gpt-oss-20b-1:0' },
    inputTokens: 2,
    answer: {
      object: 'chat.completion',
      model: 'openai.gpt-oss-20b-1:0',
      ...choice({ content: 'echo: Hello you' }, { finish_reason: 'stop' }),
      usage,
    },
    chunks: [
      { object: 'chat.completion.chunk', choices: [{ delta: { role: 'assistant' } }] },
      piece('echo:'),
      piece(' Hello'),
      piece(' you'),
      { choices: [{ delta: {}, finish_reason: 'stop' }] },
      { choices: [], usage },
    ],
  },
  {
    member: 'tools',
    check: 'called',
    source: 'D',
    body: withTools,
    answer: choice(
      { tool_calls: [{ function: { name: 'get_weather', arguments: '{"city":"Bern"}' } }] },
      { finish_reason: 'tool_calls' },
    ),
  },
  {
    member: 'tool_choice',
    check: 'a tool by its name',
    source: 'D',
    body: {
      ...asking,
      tools,
      tool_choice: { type: 'function', function: { name: 'get_weather' } },
    },
    answer: choice({ tool_calls: [{ function: { arguments: '{"city":"city"}' } }] }),
  },
  {
    member: 'messages.tool_call_id',
    check: 'a result is answered',
    source: 'D',
    body: loop('call_1'),
    answer: choice({ content: 'result: Sunny' }),
  },
  {
    member: 'reasoning_effort',
    check: 'goes along',
    source: 'D',
    body: { ...asking, reasoning_effort: 'low', temperature: 1.5, service_tier: 'default' },
    answer: choice({ content: 'echo: Hello you' }),
  },
  {
    member: 'messages.content',
    check: 'required of the user',
    source: 'I',
    body: { messages: [{ role: 'user' }] },
    refused: missing('content', '#/messages/0'),
  },
  {
    member: 'temperature',
    check: 'at most 2',
    source: 'D',
    body: { ...asking, temperature: 2.5 },
    refused: tooLarge('#/temperature', 2.5, 2),
  },
];

const jamba: readonly NativeRow[] = [
  ...alike,
  {
    check: 'answered',
    source: 'D',
    body: asking,
    inputTokens: 2,
    answer: { ...choice({ content: 'echo: Hello you' }, { finish_reason: 'stop' }), usage },
    chunks: [
      { choices: [{ delta: { role: 'assistant' } }] },
      piece('echo:'),
      piece(' Hello'),
      piece(' you'),
      { choices: [{ delta: {}, finish_reason: 'stop' }], usage },
    ],
  },
  {
    member: 'tools',
    check: 'called',
    source: 'D',
    body: withTools,
    answer: choice({ tool_calls: [{ function: { name: 'get_weather' } }] }),
  },
  {
    member: 'n',
    check: 'one',
    source: 'D',
    body: { ...asking, n: 1 },
    answer: choice({ content: 'echo: Hello you' }),
  },
  {
    member: 'max_tokens',
    check: 'at most 4096',
    source: 'D',
    body: { ...asking, max_tokens: 4097 },
    refused: tooLarge('#/max_tokens', 4097, 4096),
  },
  {
    member: 'stop',
    check: 'at most 16',
    source: 'D',
    body: { ...asking, stop: Array.from({ length: 17 }, (_, at) => `${at}`) },
    refused: malformed('#/stop: expected maximum item count: 16, found: 17'),
  },
];

export const chatCases: readonly Case[] = [
  ...nativeCases({ name: 'mistral-chat', modelId: 'mistral.mistral-large-2407-v1:0' }, mistral),
  ...nativeCases({ name: 'openai-chat', modelId: 'openai.gpt-oss-20b-1:0' }, openai),
  ...nativeCases({ name: 'jamba', modelId: 'ai21.jamba-1-5-mini-v1:0' }, jamba),
];
