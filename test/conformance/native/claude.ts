// Cases of Claude's Messages format, and of its text completions.

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
} from './build.ts';

const anthropic_version = 'bedrock-2023-05-31';
const start = { anthropic_version, max_tokens: 100 };
const user = (content: string | readonly object[]) => ({ role: 'user', content });
const assistant = (content: string | readonly object[]) => ({ role: 'assistant', content });
const text = (value: string) => ({ type: 'text', text: value });
const asking = { ...start, messages: [user('Hello you')] };
const tools = [{ name: 'get_weather', input_schema: weatherSchema }];
const use = { type: 'tool_use', id: 'toolu_1', name: 'get_weather', input: { city: 'Bern' } };
const result = (content: unknown, more: object = {}) => ({
  type: 'tool_result',
  tool_use_id: 'toolu_1',
  content,
  ...more,
});
const inLoop = (...content: readonly object[]) => ({
  ...start,
  tools,
  messages: [user('Weather?'), assistant([use]), user(content)],
});
/** The format came later than text completions, and their schema is told of as well. */
const older = (violation: string) =>
  malformed(`#: subject must not be valid against schema {"required":["messages"]}${violation}`);
const echo = [text('echo: Hello you')];

const messages: readonly NativeRow[] = [
  {
    check: 'answered',
    source: 'R',
    body: asking,
    inputTokens: 2,
    answer: {
      type: 'message',
      role: 'assistant',
      model: 'claude-sonnet-4-20250514',
      content: echo,
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: { input_tokens: 2, output_tokens: 3 },
    },
    chunks: [
      { type: 'message_start', message: { role: 'assistant', content: [], stop_reason: null } },
      { type: 'content_block_start', index: 0, content_block: text('') },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'echo:' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: ' Hello' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: ' you' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null } },
      { type: 'message_stop' },
    ],
  },
  {
    member: 'max_tokens',
    check: 'ends the answer',
    source: 'D',
    body: { ...asking, max_tokens: 2 },
    answer: { content: [text('echo: Hello')], stop_reason: 'max_tokens' },
  },
  {
    member: 'stop_sequences',
    check: 'end the answer and are named',
    source: 'D',
    body: { ...asking, stop_sequences: [' you'] },
    answer: { content: [text('echo: Hello')], stop_reason: 'stop_sequence', stop_sequence: ' you' },
  },
  {
    member: 'system',
    check: 'a text',
    source: 'D',
    body: { ...asking, system: 'Be brief.' },
    inputTokens: 4,
    answer: { content: echo, usage: { input_tokens: 4 } },
  },
  {
    member: 'system',
    check: 'blocks, with a cache point',
    source: 'D',
    body: { ...asking, system: [{ ...text('Be brief.'), cache_control: { type: 'ephemeral' } }] },
    answer: { content: echo, usage: { input_tokens: 4 } },
  },
  {
    member: 'messages',
    check: 'several turns, of texts and blocks',
    source: 'D',
    body: {
      ...start,
      messages: [user('One'), assistant('Two'), user([text('Three'), text('four')])],
    },
    answer: { content: [text('echo: Three\nfour')], usage: { input_tokens: 4 } },
  },
  {
    member: 'tools',
    check: 'called',
    source: 'R',
    body: { ...start, tools, messages: [user(callWeather)] },
    answer: {
      content: [{ type: 'tool_use', name: 'get_weather', input: { city: 'Bern' } }],
      stop_reason: 'tool_use',
    },
    chunks: [
      { type: 'message_start' },
      {
        type: 'content_block_start',
        index: 0,
        content_block: { type: 'tool_use', name: 'get_weather', input: {} },
      },
      { delta: { type: 'input_json_delta', partial_json: '' } },
      { delta: { type: 'input_json_delta', partial_json: '{"city":"Bern"}' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason: 'tool_use' } },
      { type: 'message_stop' },
    ],
  },
  {
    member: 'tool_choice',
    check: 'a tool by its name',
    source: 'D',
    body: { ...asking, tools, tool_choice: { type: 'tool', name: 'get_weather' } },
    answer: { content: [{ type: 'tool_use', input: { city: 'city' } }] },
  },
  {
    member: 'messages.content.tool_result',
    check: 'answered',
    source: 'R',
    body: inLoop(result('Sunny')),
    answer: { content: [text('result: Sunny')], stop_reason: 'end_turn' },
  },
  {
    member: 'messages.content.tool_result.is_error',
    check: 'answered',
    source: 'D',
    body: inLoop(result([text('no such city')], { is_error: true })),
    answer: { content: [text('error: no such city')] },
  },
  {
    member: 'messages.content',
    check: 'image, documents, thinking',
    source: 'D',
    body: {
      ...start,
      thinking: { type: 'enabled', budget_tokens: 1024 },
      max_tokens: 2000,
      messages: [
        user('Hm'),
        assistant([
          { type: 'thinking', thinking: 'Hm', signature: 'c2ln' },
          { type: 'redacted_thinking', data: 'AAAA' },
          text('Yes'),
        ]),
        user([
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0K' } },
          { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'Text' } },
          text('Both?'),
        ]),
      ],
    },
    answer: { content: [text('echo: Both?')] },
  },
  {
    member: 'output_config.format',
    check: 'an answer in JSON',
    source: 'D',
    body: { ...asking, output_config: { format: { type: 'json_schema', schema: weatherSchema } } },
    answer: { content: [text('{"city":"city"}')] },
  },
  {
    member: 'anthropic_version',
    check: 'required',
    source: 'F',
    body: { max_tokens: 100, messages: [user('Hello')] },
    refused: older('#: required key [anthropic_version] not found'),
  },
  {
    member: 'max_tokens',
    check: 'required',
    source: 'F',
    body: { anthropic_version, messages: [user('Hello')] },
    refused: older('#: required key [max_tokens] not found'),
  },
  {
    member: 'max_tokens',
    check: 'at least 1',
    source: 'F',
    body: { ...asking, max_tokens: 0 },
    refused: older('#/max_tokens: 0 is not greater or equal to 1'),
  },
  {
    member: 'messages',
    check: 'required',
    source: 'F',
    body: { ...start, prompt: 'Hello' },
    refused: malformed(
      '#: required key [messages] not found#: extraneous key [prompt] is not permitted',
    ),
  },
  {
    member: 'stream',
    check: 'not in the body',
    source: 'F',
    body: { ...asking, stream: true },
    refused: older('#: extraneous key [stream] is not permitted'),
  },
  {
    member: 'messages',
    check: "no body of Converse's format",
    source: 'O',
    body: { messages: [{ role: 'user', content: [{ text: 'Hello' }] }], inferenceConfig: {} },
    refused: older(
      '#: required key [max_tokens] not found#: required key [anthropic_version] not found#: extraneous key [inferenceConfig] is not permitted#/messages/0/content/0: required key [type] not found',
    ),
    hint: "Converse's format",
  },
  {
    member: 'messages.role',
    check: 'nothing but its values',
    source: 'I',
    body: { ...start, messages: [{ role: 'tool', content: 'Hello' }] },
    refused: older('#/messages/0/role: tool is not a valid enum value'),
  },
  {
    member: 'messages.content.type',
    check: 'nothing but its values',
    source: 'I',
    body: { ...start, messages: [user([{ type: 'sound' }])] },
    refused: older('#/messages/0/content/0/type: sound is not a valid enum value'),
  },
  {
    member: 'temperature',
    check: 'at most 1',
    source: 'F',
    body: { ...asking, temperature: 1.5 },
    refused: older('#/temperature: 1.5 is not less or equal to 1'),
  },
];

const legacy = (prompt: string, more: object = {}) => ({
  prompt,
  max_tokens_to_sample: 100,
  ...more,
});
const human = '\n\nHuman: Hello you\n\nAssistant:';

const completions: readonly NativeRow[] = [
  {
    check: 'answered',
    source: 'D',
    body: legacy(human),
    inputTokens: 2,
    answer: {
      type: 'completion',
      completion: ' echo: Hello you',
      stop_reason: 'stop_sequence',
      stop: '\n\nHuman:',
    },
    chunks: [
      { completion: ' echo:', stop_reason: null },
      { completion: ' Hello', stop_reason: null },
      { completion: ' you', stop_reason: null },
      { completion: '', stop_reason: 'stop_sequence', stop: '\n\nHuman:' },
    ],
  },
  {
    member: 'prompt',
    check: 'system text and several turns',
    source: 'D',
    body: legacy('Be brief.\n\nHuman: One\n\nAssistant: Two\n\nHuman: Three\n\nAssistant:'),
    inputTokens: 5,
    answer: { completion: ' echo: Three' },
  },
  {
    member: 'max_tokens_to_sample',
    check: 'ends the answer',
    source: 'D',
    body: legacy(human, { max_tokens_to_sample: 2 }),
    answer: { completion: ' echo: Hello', stop_reason: 'max_tokens' },
  },
  {
    member: 'stop_sequences',
    check: 'end the answer and are named',
    source: 'D',
    body: legacy(human, { stop_sequences: ['\n\nHuman:', ' you'] }),
    answer: { completion: ' echo: Hello', stop_reason: 'stop_sequence', stop: ' you' },
  },
  {
    member: 'top_k',
    check: 'goes along',
    source: 'D',
    body: legacy(human, { top_k: 5, temperature: 0.5, top_p: 0.9, anthropic_version }),
    answer: { completion: ' echo: Hello you' },
  },
  {
    member: 'prompt',
    check: 'required',
    source: 'F',
    body: { max_tokens_to_sample: 100 },
    refused: missing('prompt'),
  },
  {
    member: 'max_tokens_to_sample',
    check: 'required',
    source: 'F',
    body: { prompt: human },
    refused: missing('max_tokens_to_sample'),
  },
  {
    member: 'prompt',
    check: 'begins with the human',
    source: 'F',
    body: legacy('Hello'),
    refused: 'Invalid prompt: prompt must start with "\n\nHuman:" turn',
  },
  {
    member: 'prompt',
    check: 'ends with the assistant',
    source: 'F',
    body: legacy('\n\nHuman: Hello'),
    refused: 'Invalid prompt: prompt must end with "\n\nAssistant:" turn',
  },
  {
    member: 'max_tokens',
    check: 'is of the newer format',
    source: 'I',
    body: legacy(human, { max_tokens: 5 }),
    refused: extraneous('max_tokens'),
  },
  {
    member: 'top_p',
    check: 'at most 1',
    source: 'I',
    body: legacy(human, { top_p: 2 }),
    refused: tooLarge('#/top_p', 2, 1),
  },
];

export const claudeNativeCases: readonly Case[] = [
  ...nativeCases({ name: 'claude', modelId: 'anthropic.claude-sonnet-4-20250514-v1:0' }, messages),
  ...nativeCases({ name: 'anthropic-text-legacy', modelId: 'anthropic.claude-v2:1' }, completions),
];
