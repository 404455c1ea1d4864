// Cases of the formats whose prompt is one text in a template: Llama, Mistral and DeepSeek-R1.

import type { Case } from '../case.ts';
import {
  callWeather,
  extraneous,
  malformed,
  missing,
  nativeCases,
  type NativeRow,
  tooLarge,
  tooSmall,
  wrongType,
} from './build.ts';

const turn = (role: string, text: string) =>
  `<|start_header_id|>${role}<|end_header_id|>\n\n${text}<|eot_id|>`;
const opened = '<|start_header_id|>assistant<|end_header_id|>\n\n';
const prompt = `<|begin_of_text|>${turn('user', 'Hello you')}${opened}`;
const tools = JSON.stringify({
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'Weather',
    parameters: { type: 'object', properties: { city: { type: 'string' } } },
  },
});
/** As the maker's own code words it. */
const offered = [
  "Answer the user's question by making use of the following functions if needed.",
  'If none of the function can be used, please say so.',
  `Here is a list of functions in JSON format:\n${tools}\n`,
  'Return function calls in JSON format.',
].join('\n');

const llama: readonly NativeRow[] = [
  {
    check: 'answered',
    source: 'R',
    body: { prompt },
    inputTokens: 2,
    answer: {
      generation: 'echo: Hello you',
      prompt_token_count: 2,
      generation_token_count: 3,
      stop_reason: 'stop',
    },
    chunks: [
      { generation: 'echo:', stop_reason: null },
      { generation: ' Hello', stop_reason: null },
      { generation: ' you', stop_reason: null },
      { generation: '', generation_token_count: 3, stop_reason: 'stop' },
    ],
  },
  {
    member: 'prompt',
    check: 'system text and several turns',
    source: 'D',
    body: {
      prompt: `<|begin_of_text|>${turn('system', 'Be brief.')}${turn('user', 'One')}${turn('assistant', 'Two')}${turn('user', 'Three')}${opened}`,
    },
    answer: { generation: 'echo: Three', prompt_token_count: 5 },
  },
  {
    member: 'prompt',
    check: 'of Llama 2',
    source: 'D',
    modelId: 'meta.llama2-13b-chat-v1',
    body: { prompt: '<s>[INST] <<SYS>>\nBe brief.\n<</SYS>>\n\nHello you [/INST]' },
    answer: { generation: 'echo: Hello you', prompt_token_count: 4 },
  },
  {
    member: 'prompt',
    check: 'of Llama 4',
    source: 'D',
    modelId: 'meta.llama4-scout-17b-instruct-v1:0',
    body: {
      prompt:
        '<|begin_of_text|><|header_start|>user<|header_end|>\n\nHello you<|eot|><|header_start|>assistant<|header_end|>\n\n',
    },
    answer: { generation: 'echo: Hello you', prompt_token_count: 2 },
  },
  {
    member: 'prompt',
    check: 'a text in no template is what the user says',
    source: 'D',
    body: { prompt: 'Hello you' },
    answer: { generation: 'echo: Hello you' },
  },
  {
    member: 'prompt',
    check: 'tools are read and called',
    source: 'D',
    body: {
      prompt: `<|begin_of_text|>${turn('user', offered)}${turn('user', callWeather)}${opened}`,
    },
    answer: {
      generation: '{"type": "function", "name": "get_weather", "parameters": {"city": "Bern"}}',
    },
  },
  {
    member: 'max_gen_len',
    check: 'ends the answer',
    source: 'D',
    body: { prompt, max_gen_len: 2, temperature: 0.5, top_p: 0.9 },
    answer: { generation: 'echo: Hello', stop_reason: 'length' },
  },
  {
    member: 'images',
    check: 'go along',
    source: 'D',
    modelId: 'meta.llama3-2-11b-instruct-v1:0',
    body: {
      prompt: `<|begin_of_text|>${turn('user', '<|image|>Hello you')}${opened}`,
      images: ['iVBORw0KGgo='],
    },
    answer: { generation: 'echo: Hello you' },
  },
  {
    member: 'prompt',
    check: 'required',
    source: 'F',
    body: { max_gen_len: 5 },
    refused: missing('prompt'),
  },
  {
    member: 'prompt',
    check: 'not empty',
    source: 'I',
    body: { prompt: '' },
    refused: malformed('#/prompt: expected minLength: 1, actual: 0'),
  },
  {
    member: 'prompt',
    check: 'a text',
    source: 'F',
    body: { prompt: ['Hello'] },
    refused: wrongType('#/prompt', 'String', 'JSONArray'),
  },
  {
    member: 'messages',
    check: 'are not of this format',
    source: 'F',
    body: { messages: [{ role: 'user', content: 'Hello' }] },
    refused: malformed('2 schema violations found'),
    hint: '#: required key [prompt] not found; #: extraneous key [messages] is not permitted',
  },
  {
    member: 'max_tokens',
    check: 'is called max_gen_len',
    source: 'F',
    body: { prompt, max_tokens: 5 },
    refused: extraneous('max_tokens'),
  },
  {
    member: 'max_gen_len',
    check: 'at least 1',
    source: 'F',
    body: { prompt, max_gen_len: 0 },
    refused: tooSmall('#/max_gen_len', 0, 1),
  },
  {
    member: 'temperature',
    check: 'at most 1',
    source: 'F',
    body: { prompt, temperature: 1.5 },
    refused: tooLarge('#/temperature', 1.5, 1),
  },
];

const mistralPrompt = '<s>[INST] Hello you [/INST]';

const mistral: readonly NativeRow[] = [
  {
    check: 'answered',
    source: 'D',
    body: { prompt: mistralPrompt, max_tokens: 100 },
    inputTokens: 2,
    answer: { outputs: [{ text: ' echo: Hello you', stop_reason: 'stop' }] },
    chunks: [
      { outputs: [{ text: ' echo:', stop_reason: null }] },
      { outputs: [{ text: ' Hello', stop_reason: null }] },
      { outputs: [{ text: ' you', stop_reason: null }] },
      { outputs: [{ text: '', stop_reason: 'stop' }] },
    ],
  },
  {
    member: 'prompt',
    check: 'several turns',
    source: 'D',
    body: { prompt: '<s>[INST] One [/INST] Two</s> [INST] Three [/INST]' },
    inputTokens: 3,
    answer: { outputs: [{ text: ' echo: Three' }] },
  },
  {
    member: 'prompt',
    check: 'of the second tokenizer',
    source: 'D',
    modelId: 'mistral.mistral-large-2402-v1:0',
    body: { prompt: '<s>[INST] One[/INST] Two</s>[INST] Three[/INST]' },
    answer: { outputs: [{ text: ' echo: Three' }] },
  },
  {
    member: 'prompt',
    check: 'a text in no template is what the user says',
    source: 'I',
    body: { prompt: 'Hello you' },
    answer: { outputs: [{ text: ' echo: Hello you' }] },
  },
  {
    member: 'max_tokens',
    check: 'ends the answer',
    source: 'D',
    body: { prompt: mistralPrompt, max_tokens: 2 },
    answer: { outputs: [{ text: ' echo: Hello', stop_reason: 'length' }] },
  },
  {
    member: 'stop',
    check: 'ends the answer',
    source: 'D',
    body: { prompt: mistralPrompt, stop: [' you'] },
    answer: { outputs: [{ text: ' echo: Hello', stop_reason: 'stop' }] },
  },
  {
    member: 'top_k',
    check: 'goes along',
    source: 'D',
    body: { prompt: mistralPrompt, top_k: 50, temperature: 0.5, top_p: 0.9 },
    answer: { outputs: [{ text: ' echo: Hello you' }] },
  },
  {
    member: 'prompt',
    check: 'required',
    source: 'F',
    body: { max_tokens: 5 },
    refused: missing('prompt'),
  },
  {
    member: 'max_gen_len',
    check: 'is called max_tokens',
    source: 'F',
    body: { prompt: mistralPrompt, max_gen_len: 5 },
    refused: extraneous('max_gen_len'),
  },
  {
    member: 'messages',
    check: 'are of the chat models',
    source: 'F',
    body: { messages: [{ role: 'user', content: 'Hello' }] },
    refused: malformed('2 schema violations found'),
  },
  {
    member: 'stop',
    check: 'at most 10',
    source: 'D',
    body: { prompt: mistralPrompt, stop: Array.from({ length: 11 }, (_, at) => `${at}`) },
    refused: malformed('#/stop: expected maximum item count: 10, found: 11'),
  },
  {
    member: 'max_tokens',
    check: 'at least 1',
    source: 'D',
    body: { prompt: mistralPrompt, max_tokens: 0 },
    refused: tooSmall('#/max_tokens', 0, 1),
  },
];

const question = '<｜begin▁of▁sentence｜><｜User｜>Hello you<｜Assistant｜><think>\n';

const deepseek: readonly NativeRow[] = [
  {
    check: 'answered',
    source: 'D',
    body: { prompt: question, max_tokens: 100 },
    inputTokens: 2,
    answer: { choices: [{ text: '\n</think>\n\necho: Hello you', stop_reason: 'stop' }] },
    chunks: [
      { choices: [{ text: '\n</think>\n\necho:', stop_reason: null }] },
      { choices: [{ text: ' Hello', stop_reason: null }] },
      { choices: [{ text: ' you', stop_reason: null }] },
      { choices: [{ text: '', stop_reason: 'stop' }] },
    ],
  },
  {
    member: 'prompt',
    check: 'system text and several turns',
    source: 'D',
    body: {
      prompt:
        '<｜begin▁of▁sentence｜>Be brief.<｜User｜>One<｜Assistant｜>Two<｜end▁of▁sentence｜><｜User｜>Three<｜Assistant｜><think>\n',
    },
    inputTokens: 5,
    answer: { choices: [{ text: '\n</think>\n\necho: Three' }] },
  },
  {
    member: 'prompt',
    check: 'a text in no template is what the user says',
    source: 'I',
    body: { prompt: 'Hello you' },
    answer: { choices: [{ stop_reason: 'stop' }] },
  },
  {
    member: 'max_tokens',
    check: 'ends the answer',
    source: 'D',
    body: { prompt: question, max_tokens: 2 },
    answer: { choices: [{ text: '\n</think>\n\necho: Hello', stop_reason: 'length' }] },
  },
  {
    member: 'stop',
    check: 'ends the answer',
    source: 'D',
    body: { prompt: question, stop: [' you'] },
    answer: { choices: [{ text: '\n</think>\n\necho: Hello', stop_reason: 'stop' }] },
  },
  {
    member: 'temperature',
    check: 'goes along',
    source: 'D',
    body: { prompt: question, temperature: 0.5, top_p: 0.9 },
    answer: { choices: [{ stop_reason: 'stop' }] },
  },
  {
    member: 'prompt',
    check: 'required',
    source: 'I',
    body: { max_tokens: 5 },
    refused: missing('prompt'),
  },
  {
    member: 'max_tokens',
    check: 'at most 32768',
    source: 'D',
    body: { prompt: question, max_tokens: 32_769 },
    refused: tooLarge('#/max_tokens', 32_769, 32_768),
  },
  {
    member: 'stop',
    check: 'at most 10',
    source: 'D',
    body: { prompt: question, stop: Array.from({ length: 11 }, (_, at) => `${at}`) },
    refused: malformed('#/stop: expected maximum item count: 10, found: 11'),
  },
  {
    member: 'stop',
    check: 'a list of texts',
    source: 'I',
    body: { prompt: question, stop: [1] },
    refused: wrongType('#/stop/0', 'String', 'Integer'),
  },
  {
    member: 'top_p',
    check: 'at most 1',
    source: 'D',
    body: { prompt: question, top_p: 1.5 },
    refused: tooLarge('#/top_p', 1.5, 1),
  },
];

export const promptCases: readonly Case[] = [
  ...nativeCases({ name: 'llama', modelId: 'meta.llama3-1-8b-instruct-v1:0' }, llama),
  ...nativeCases({ name: 'mistral', modelId: 'mistral.mistral-7b-instruct-v0:2' }, mistral),
  ...nativeCases({ name: 'deepseek-r1', modelId: 'deepseek.r1-v1:0' }, deepseek),
];
