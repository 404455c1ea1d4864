// Cases of the formats of plain text: Titan, Cohere Command and Jurassic-2.

import type { Case } from '../case.ts';
import {
  extraneous,
  malformed,
  missing,
  nativeCases,
  type NativeRow,
  tooLarge,
  tooSmall,
  wrongType,
} from './build.ts';

const titanAsking = { inputText: 'User: Hello you\nBot:' };
const configured = (config: object) => ({ ...titanAsking, textGenerationConfig: config });

const titan: readonly NativeRow[] = [
  {
    check: 'answered',
    source: 'D',
    body: titanAsking,
    inputTokens: 2,
    answer: {
      inputTextTokenCount: 2,
      results: [{ tokenCount: 3, outputText: 'echo: Hello you', completionReason: 'FINISH' }],
    },
    chunks: [
      { outputText: 'echo:', index: 0, completionReason: null },
      { outputText: ' Hello', completionReason: null },
      { outputText: ' you', completionReason: null },
      {
        outputText: '',
        completionReason: 'FINISH',
        inputTextTokenCount: 2,
        totalOutputTextTokenCount: 3,
      },
    ],
  },
  {
    member: 'inputText',
    check: 'several turns',
    source: 'D',
    body: { inputText: 'User: One\nBot: Two\nUser: Three\nBot:' },
    inputTokens: 3,
    answer: { results: [{ outputText: 'echo: Three' }] },
  },
  {
    member: 'inputText',
    check: 'any text is what the user says',
    source: 'D',
    body: { inputText: 'Hello you' },
    answer: { results: [{ outputText: 'echo: Hello you' }] },
  },
  {
    member: 'textGenerationConfig.maxTokenCount',
    check: 'ends the answer',
    source: 'D',
    body: configured({ maxTokenCount: 2 }),
    answer: { results: [{ outputText: 'echo: Hello', completionReason: 'LENGTH' }] },
  },
  {
    member: 'textGenerationConfig.stopSequences',
    check: 'end the answer',
    source: 'D',
    body: configured({ stopSequences: [' you'] }),
    answer: { results: [{ outputText: 'echo: Hello', completionReason: 'STOP_CRITERIA_MET' }] },
  },
  {
    member: 'textGenerationConfig',
    check: 'temperature and topP',
    source: 'D',
    body: configured({ temperature: 0.5, topP: 0.9 }),
    answer: { results: [{ completionReason: 'FINISH' }] },
  },
  {
    member: 'inputText',
    check: 'required',
    source: 'F',
    body: {},
    refused: missing('inputText'),
  },
  {
    member: 'inputText',
    check: 'not empty',
    source: 'F',
    body: { inputText: '' },
    refused: malformed('#/inputText: expected minLength: 1, actual: 0'),
  },
  {
    member: 'textGenerationConfig',
    check: 'no unknown member',
    source: 'F',
    body: configured({ topK: 5 }),
    refused: extraneous('topK', '#/textGenerationConfig'),
  },
  {
    member: 'textGenerationConfig.maxTokenCount',
    check: 'at most 8192',
    source: 'D',
    body: configured({ maxTokenCount: 8193 }),
    refused: tooLarge('#/textGenerationConfig/maxTokenCount', 8193, 8192),
  },
  {
    member: 'textGenerationConfig.maxTokenCount',
    check: 'a whole number',
    source: 'F',
    body: configured({ maxTokenCount: '5' }),
    refused: wrongType('#/textGenerationConfig/maxTokenCount', 'Integer', 'String'),
  },
];

const asking = { prompt: 'Hello you' };

const command: readonly NativeRow[] = [
  {
    check: 'answered',
    source: 'D',
    body: asking,
    inputTokens: 2,
    answer: {
      generations: [{ finish_reason: 'COMPLETE', text: 'echo: Hello you' }],
      prompt: 'Hello you',
    },
    chunks: [
      { index: 0, is_finished: false, text: 'echo:' },
      { is_finished: false, text: ' Hello' },
      { is_finished: false, text: ' you' },
      { index: 0, is_finished: true, finish_reason: 'COMPLETE' },
    ],
  },
  {
    member: 'max_tokens',
    check: 'ends the answer',
    source: 'D',
    body: { ...asking, max_tokens: 2 },
    answer: { generations: [{ finish_reason: 'MAX_TOKENS', text: 'echo: Hello' }] },
  },
  {
    member: 'stop_sequences',
    check: 'end the answer',
    source: 'D',
    body: { ...asking, stop_sequences: [' you'] },
    answer: { generations: [{ text: 'echo: Hello' }] },
  },
  {
    member: 'p',
    check: 'with k, temperature and truncate',
    source: 'D',
    body: { ...asking, p: 0.9, k: 50, temperature: 1.5, truncate: 'END' },
    answer: { generations: [{ text: 'echo: Hello you' }] },
  },
  {
    member: 'return_likelihoods',
    check: 'NONE',
    source: 'D',
    body: { ...asking, return_likelihoods: 'NONE' },
    answer: { generations: [{ text: 'echo: Hello you' }] },
  },
  {
    member: 'prompt',
    check: 'required',
    source: 'I',
    body: { max_tokens: 5 },
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
    member: 'message',
    check: 'is of Command R',
    source: 'F',
    body: { ...asking, message: 'Hello' },
    refused: extraneous('message'),
  },
  {
    member: 'temperature',
    check: 'at most 5',
    source: 'D',
    body: { ...asking, temperature: 6 },
    refused: tooLarge('#/temperature', 6, 5),
  },
  {
    member: 'stop_sequences',
    check: 'at most 4',
    source: 'D',
    body: { ...asking, stop_sequences: ['a', 'b', 'c', 'd', 'e'] },
    refused: malformed('#/stop_sequences: expected maximum item count: 4, found: 5'),
  },
  {
    member: 'truncate',
    check: 'nothing but its values',
    source: 'D',
    body: { ...asking, truncate: 'MIDDLE' },
    refused: malformed('#/truncate: MIDDLE is not a valid enum value'),
  },
];

const j2: readonly NativeRow[] = [
  {
    check: 'answered',
    source: 'D',
    body: asking,
    inputTokens: 2,
    answer: {
      prompt: { text: 'Hello you' },
      completions: [{ data: { text: 'echo: Hello you' }, finishReason: { reason: 'endoftext' } }],
    },
    chunks: [
      { completions: [{ data: { text: 'echo:' } }] },
      { completions: [{ data: { text: ' Hello' } }] },
      { completions: [{ data: { text: ' you' } }] },
      { completions: [{ data: { text: '' }, finishReason: { reason: 'endoftext' } }] },
    ],
  },
  {
    member: 'maxTokens',
    check: 'ends the answer',
    source: 'D',
    body: { ...asking, maxTokens: 2 },
    answer: {
      completions: [{ data: { text: 'echo: Hello' }, finishReason: { reason: 'length' } }],
    },
  },
  {
    member: 'stopSequences',
    check: 'end the answer',
    source: 'D',
    body: { ...asking, stopSequences: [' you'] },
    answer: { completions: [{ data: { text: 'echo: Hello' }, finishReason: { reason: 'stop' } }] },
  },
  {
    member: 'countPenalty',
    check: 'goes along',
    source: 'D',
    body: { ...asking, countPenalty: { scale: 0 }, temperature: 0.5, topP: 0.9 },
    answer: { completions: [{ finishReason: { reason: 'endoftext' } }] },
  },
  {
    member: 'numResults',
    check: 'one',
    source: 'D',
    body: { ...asking, numResults: 1 },
    answer: { completions: [{ finishReason: { reason: 'endoftext' } }] },
  },
  {
    member: 'prompt',
    check: 'required',
    source: 'I',
    body: { maxTokens: 5 },
    refused: missing('prompt'),
  },
  {
    member: 'prompt',
    check: 'a text',
    source: 'I',
    body: { prompt: 5 },
    refused: wrongType('#/prompt', 'String', 'Integer'),
  },
  {
    member: 'max_tokens',
    check: 'is called maxTokens',
    source: 'F',
    body: { ...asking, max_tokens: 5 },
    refused: extraneous('max_tokens'),
  },
  {
    member: 'maxTokens',
    check: 'at most 8191',
    source: 'D',
    body: { ...asking, maxTokens: 8192 },
    refused: tooLarge('#/maxTokens', 8192, 8191),
  },
  {
    member: 'maxTokens',
    check: 'not negative',
    source: 'D',
    body: { ...asking, maxTokens: -1 },
    refused: tooSmall('#/maxTokens', -1, 0),
  },
  {
    member: 'topP',
    check: 'at most 1',
    source: 'D',
    body: { ...asking, topP: 1.5 },
    refused: tooLarge('#/topP', 1.5, 1),
  },
];

export const textCases: readonly Case[] = [
  ...nativeCases({ name: 'titan-text', modelId: 'amazon.titan-text-express-v1' }, titan),
  ...nativeCases({ name: 'cohere-command', modelId: 'cohere.command-text-v14' }, command),
  ...nativeCases({ name: 'j2', modelId: 'ai21.j2-mid-v1' }, j2),
];
