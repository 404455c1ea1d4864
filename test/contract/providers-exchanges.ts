// What each maker's server answers, composed after its own documents: nothing here was recorded.

import type { ConverseResponse } from '../../src/protocol/api/types.generated.ts';

/** What one type of provider is asked and answers, in its own format. */
export interface Exchanges {
  readonly type: 'anthropic' | 'mistral' | 'openai-compatible';
  /** Appended to the origin of the place. */
  readonly basePath: string;
  readonly path: string;
  readonly model: string;
  /** The headers that it wants, the key `secret-key` among them. */
  readonly headers: Readonly<Record<string, string>>;
  /** What a stream asks for besides. */
  readonly streamMembers: Readonly<Record<string, unknown>>;
  /** A whole answer that says "Hello, wörld!". */
  readonly whole: object;
  /** The same as server-sent events. */
  readonly events: string;
  /** An answer that calls `weather` for Paris. */
  readonly toolEvents: string;
  readonly toolUseId: string;
  readonly usage: ConverseResponse['usage'];
  readonly models: object;
  /** Its refusal of a request, and the sentence in it. */
  readonly refusal: object;
  /** An error in the middle of a stream, and what becomes of it. */
  readonly brokenEvents: string;
  readonly brokenAs: string;
}

function dataOnly(chunks: readonly object[]): string {
  return `${chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('')}data: [DONE]\n\n`;
}

interface Named {
  readonly type: string;
  readonly [member: string]: unknown;
}

function named(chunks: readonly Named[]): string {
  return chunks.map((chunk) => `event: ${chunk.type}\ndata: ${JSON.stringify(chunk)}\n\n`).join('');
}

const messageStart = {
  type: 'message_start',
  message: {
    id: 'msg_01composed',
    type: 'message',
    role: 'assistant',
    model: 'claude-sonnet-4-5',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: 12, output_tokens: 1, cache_read_input_tokens: 3 },
  },
};

function claudeEnd(stopReason: string) {
  return [
    { type: 'content_block_stop', index: 0 },
    {
      type: 'message_delta',
      delta: { stop_reason: stopReason, stop_sequence: null },
      usage: { output_tokens: 5 },
    },
    { type: 'message_stop' },
  ];
}

function claudeText(text: string) {
  return { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } };
}

const claudeStart = [
  messageStart,
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  { type: 'ping' },
];

const anthropic: Exchanges = {
  type: 'anthropic',
  basePath: '',
  path: '/v1/messages',
  model: 'claude-sonnet-4-5',
  headers: { 'x-api-key': 'secret-key', 'anthropic-version': '2023-06-01' },
  streamMembers: { stream: true },
  whole: {
    ...messageStart.message,
    content: [{ type: 'text', text: 'Hello, wörld!' }],
    stop_reason: 'end_turn',
    usage: { input_tokens: 12, output_tokens: 5, cache_read_input_tokens: 3 },
  },
  events: named([
    ...claudeStart,
    claudeText('Hello, w'),
    claudeText('örld!'),
    ...claudeEnd('end_turn'),
  ]),
  toolEvents: named([
    messageStart,
    {
      type: 'content_block_start',
      index: 0,
      content_block: { type: 'tool_use', id: 'toolu_01composed', name: 'weather', input: {} },
    },
    { type: 'content_block_delta', index: 0, delta: inputPiece('') },
    { type: 'content_block_delta', index: 0, delta: inputPiece('{"city":') },
    { type: 'content_block_delta', index: 0, delta: inputPiece('"Paris"}') },
    ...claudeEnd('tool_use'),
  ]),
  toolUseId: 'toolu_01composed',
  usage: { inputTokens: 12, outputTokens: 5, totalTokens: 20, cacheReadInputTokens: 3 },
  models: {
    data: [{ type: 'model', id: 'claude-sonnet-4-5', display_name: 'Claude Sonnet 4.5' }],
    has_more: false,
  },
  refusal: {
    type: 'error',
    error: { type: 'invalid_request_error', message: 'messages: at least one is required' },
    request_id: 'req_011composed',
  },
  brokenEvents: named([
    ...claudeStart,
    claudeText('Hel'),
    { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
  ]),
  brokenAs: 'ServiceUnavailableException',
};

function inputPiece(json: string) {
  return { type: 'input_json_delta', partial_json: json };
}

interface Choice {
  readonly delta: object;
  readonly finish_reason: string | null;
}

function chunk(model: string, choice: Choice | undefined, usage?: object) {
  return {
    id: 'chatcmpl-composed',
    object: 'chat.completion.chunk',
    created: 1_767_225_600,
    model,
    choices: choice === undefined ? [] : [{ index: 0, ...choice }],
    ...(usage !== undefined && { usage }),
  };
}

function says(delta: object, reason: string | null = null): Choice {
  return { delta, finish_reason: reason };
}

const openModel = 'Qwen/Qwen3-8B';
const openUsage = {
  prompt_tokens: 12,
  completion_tokens: 5,
  total_tokens: 17,
  prompt_tokens_details: { cached_tokens: 4 },
};

const openaiCompatible: Exchanges = {
  type: 'openai-compatible',
  basePath: '/v1',
  path: '/v1/chat/completions',
  model: openModel,
  headers: { authorization: 'Bearer secret-key' },
  streamMembers: { stream: true, stream_options: { include_usage: true } },
  whole: {
    id: 'chatcmpl-composed',
    object: 'chat.completion',
    created: 1_767_225_600,
    model: openModel,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'Hello, wörld!', tool_calls: [] },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage: openUsage,
  },
  events: dataOnly([
    chunk(openModel, says({ role: 'assistant', content: '' })),
    chunk(openModel, says({ content: 'Hello, w' })),
    chunk(openModel, says({ content: 'örld!' })),
    chunk(openModel, says({}, 'stop')),
    chunk(openModel, undefined, openUsage),
  ]),
  toolEvents: dataOnly([
    chunk(openModel, says({ role: 'assistant', content: null })),
    chunk(openModel, says({ tool_calls: [callPiece('', 'call_composed')] })),
    chunk(openModel, says({ tool_calls: [callPiece('{"city":')] })),
    chunk(openModel, says({ tool_calls: [callPiece('"Paris"}')] })),
    chunk(openModel, says({}, 'tool_calls')),
    chunk(openModel, undefined, openUsage),
  ]),
  toolUseId: 'call_composed',
  usage: { inputTokens: 8, outputTokens: 5, totalTokens: 17, cacheReadInputTokens: 4 },
  models: { object: 'list', data: [{ id: openModel, object: 'model', owned_by: 'vllm' }] },
  refusal: {
    error: {
      message: 'messages: at least one is required',
      type: 'BadRequestError',
      param: null,
      code: 400,
    },
  },
  brokenEvents: dataOnly([
    chunk(openModel, says({ role: 'assistant', content: 'Hel' })),
    { error: { message: 'EngineCore died', type: 'InternalServerError', code: 500 } },
  ]),
  brokenAs: 'InternalServerException',
};

function callPiece(json: string, id?: string) {
  const begins = id === undefined ? {} : { id, type: 'function' };
  const name = id === undefined ? {} : { name: 'weather' };
  return { index: 0, ...begins, function: { ...name, arguments: json } };
}

const mistralModel = 'mistral-large-2407';
const mistralUsage = { prompt_tokens: 12, completion_tokens: 5, total_tokens: 17 };

const mistral: Exchanges = {
  type: 'mistral',
  basePath: '',
  path: '/v1/chat/completions',
  model: mistralModel,
  headers: { authorization: 'Bearer secret-key' },
  streamMembers: { stream: true },
  whole: {
    id: 'composed',
    object: 'chat.completion',
    created: 1_767_225_600,
    model: mistralModel,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'Hello, wörld!', tool_calls: null },
        finish_reason: 'stop',
      },
    ],
    usage: mistralUsage,
  },
  events: dataOnly([
    chunk(mistralModel, says({ role: 'assistant', content: '' })),
    chunk(mistralModel, says({ content: 'Hello, w' })),
    chunk(mistralModel, says({ content: 'örld!' })),
    chunk(mistralModel, says({ content: '' }, 'stop'), mistralUsage),
  ]),
  toolEvents: dataOnly([
    chunk(mistralModel, says({ role: 'assistant', content: '' })),
    chunk(
      mistralModel,
      says({ content: '', tool_calls: [callPiece('{"city":"Paris"}', 'D681PevKs')] }, 'tool_calls'),
      mistralUsage,
    ),
  ]),
  toolUseId: 'D681PevKs',
  usage: { inputTokens: 12, outputTokens: 5, totalTokens: 17 },
  models: { object: 'list', data: [{ id: mistralModel, object: 'model' }] },
  refusal: {
    object: 'error',
    message: 'messages: at least one is required',
    type: 'invalid_request_error',
    param: null,
    code: '1000',
  },
  brokenEvents: dataOnly([
    chunk(mistralModel, says({ role: 'assistant', content: 'Hel' })),
    { object: 'error', message: 'Rate limit exceeded', type: 'rate_limited', code: '1300' },
  ]),
  brokenAs: 'ThrottlingException',
};

export const exchanges: readonly Exchanges[] = [anthropic, mistral, openaiCompatible];
