// What every SDK is asked, and what must come of it: one table for all of them. Each question has a
// text of its own, by which its turns of the script and its requests are known.

import { expect } from 'vitest';
import type { Call } from './job.ts';
import type { Sdk } from './sdks.ts';

export interface Case {
  /** A present-tense sentence. */
  readonly name: string;
  readonly call: Call;
  /** What the simulated model is told for this question. */
  readonly script?: readonly object[];
  /** The outcome, in part. */
  readonly expected: (sdk: Sdk) => object;
  /** The statuses that the server answers, in order. */
  readonly statuses?: (sdk: Sdk) => readonly number[];
  /** Whether the SDK has what is asked. */
  readonly able?: (sdk: Sdk) => boolean;
}

export const claude = 'us.anthropic.claude-sonnet-4-20250514-v1:0';

const weather = {
  tools: [
    {
      toolSpec: {
        name: 'get_weather',
        inputSchema: { json: { type: 'object', properties: { city: { type: 'string' } } } },
      },
    },
  ],
};

const place = { city: 'Zürich', days: 3, exact: 1.5, near: [true, null, { name: '🏔' }] };
const toolUse = { toolUseId: 'tooluse_1', name: 'get_weather', input: place };
const toolCall = { output: { message: { role: 'assistant', content: [{ toolUse }] } } };
// Members of objects come in any order, so it has one.
const found = { degrees: [-3.5, null, 'föhn'] };

const answers: readonly Case[] = [
  {
    name: 'a question is answered',
    call: converse(ask('Grüße an alle')),
    expected: () => ({
      text: 'echo: Grüße an alle',
      toolUses: [],
      stopReason: 'end_turn',
      usage: { inputTokens: 3, outputTokens: 4, totalTokens: 7 },
    }),
    statuses: () => [200],
  },
  {
    name: 'a model is named by an ARN',
    call: converse({
      ...ask('by ARN'),
      modelId: `arn:aws:bedrock:us-east-1:123456789012:inference-profile/${claude}`,
    }),
    expected: () => ({ text: 'echo: by ARN' }),
  },
  {
    name: 'the configuration of the inference arrives',
    call: converse({ ...ask('one two three'), inferenceConfig: { maxTokens: 2 } }),
    expected: () => ({ text: 'echo: one', stopReason: 'max_tokens' }),
  },
  {
    name: 'an answer is streamed',
    call: stream(ask('streamed, ça va?')),
    expected: () => ({
      text: 'echo: streamed, ça va?',
      toolUses: [],
      stopReason: 'end_turn',
      usage: { inputTokens: 3, outputTokens: 4, totalTokens: 7 },
      events: [
        'messageStart',
        ...Array.from({ length: 4 }, () => 'contentBlockDelta'),
        'contentBlockStop',
        'messageStop',
        'metadata',
      ],
    }),
    statuses: () => [200],
  },
  {
    name: 'a tool is called',
    call: converse({ ...ask('weather, whole?'), toolConfig: weather }),
    script: [toolCall],
    expected: () => ({ text: '', toolUses: [toolUse], stopReason: 'tool_use' }),
  },
  {
    name: 'a tool is called in a stream',
    call: stream({ ...ask('weather, streamed?'), toolConfig: weather }),
    script: [{ ...toolCall, stream: { chunk: 40 } }],
    expected: () => ({
      text: '',
      toolUses: [toolUse],
      stopReason: 'tool_use',
      events: [
        'messageStart',
        'contentBlockStart',
        ...Array.from({ length: 2 }, () => 'contentBlockDelta'),
        'contentBlockStop',
        'messageStop',
        'metadata',
      ],
    }),
  },
  {
    name: 'the result of a tool is answered, under a system prompt',
    call: converse({
      modelId: claude,
      system: [{ text: 'Be brief.' }],
      toolConfig: weather,
      messages: [
        ...ask('weather, and its result?').messages,
        { role: 'assistant', content: [{ toolUse }] },
        {
          role: 'user',
          content: [{ toolResult: { toolUseId: 'tooluse_1', content: [{ json: found }] } }],
        },
      ],
    }),
    expected: () => ({ text: `result: ${JSON.stringify(found)}`, stopReason: 'end_turn' }),
  },
];

const refusals: readonly Case[] = [
  {
    name: 'an input that the API does not allow is a ValidationException',
    call: converse({ ...ask('too hot'), inferenceConfig: { temperature: 1.5 } }),
    expected: () => ({
      error: {
        name: 'ValidationException',
        message: expect.stringMatching(
          /^1 validation error detected: Value .*at 'inferenceConfig\.temperature' failed to satisfy constraint: Member must have value less than or equal to 1$/,
        ) as unknown,
        status: 400,
        modeled: true,
      },
    }),
    statuses: () => [400],
  },
  {
    name: 'a stream that cannot begin is an exception with its status',
    call: stream({ ...ask('nobody there'), modelId: 'meta.llama3-1-70b-instruct-v2:0' }),
    expected: () => ({
      error: {
        name: 'ResourceNotFoundException',
        message: expect.stringMatching(
          /^Could not resolve the foundation model from the provided model identifier\./,
        ) as unknown,
        status: 404,
        modeled: true,
      },
    }),
    statuses: () => [404],
  },
  {
    name: 'throttling that ends is not seen by the caller',
    call: converse(ask('throttled at first')),
    script: [{ error: 'ThrottlingException', times: 2 }, { text: 'At last.' }],
    expected: () => ({ text: 'At last.' }),
    statuses: () => [429, 429, 200],
  },
  {
    name: 'a stream that is throttled at first is tried again',
    call: stream(ask('throttled stream')),
    script: [{ error: 'ThrottlingException' }, { text: 'At last.' }],
    expected: () => ({ text: 'At last.', events: expect.arrayContaining(['metadata']) as unknown }),
    statuses: () => [429, 200],
  },
  {
    name: 'throttling that does not end is tried as often as the SDK does',
    call: converse(ask('throttled for ever')),
    script: [{ error: 'ThrottlingException', times: 'always' }],
    expected: () => ({ error: { name: 'ThrottlingException', status: 429, modeled: true } }),
    statuses: ({ attempts }) => Array.from({ length: attempts }, () => 429),
  },
];

/** The exceptions that Converse has in the service model, with their statuses. */
const exceptions = {
  AccessDeniedException: 403,
  InternalServerException: 500,
  ModelErrorException: 424,
  ModelNotReadyException: 429,
  ModelTimeoutException: 408,
  ResourceNotFoundException: 404,
  ServiceUnavailableException: 503,
  ThrottlingException: 429,
  ValidationException: 400,
} as const;

const wholeExceptions = Object.entries(exceptions).map(([type, status]): Case => {
  const message = `told of ${type}`;
  return {
    name: `${type} has its type, its words and its status`,
    call: converse(ask(`whole ${type}`)),
    script: [{ error: { type, message }, times: 'always' }],
    expected: () => ({ error: { name: type, message, status, modeled: true } }),
  };
});

const inStream = [
  'InternalServerException',
  'ModelStreamErrorException',
  'ServiceUnavailableException',
  'ThrottlingException',
  'ValidationException',
];

const streamedExceptions = inStream.map((type): Case => {
  const error = { type, message: `told of ${type}` };
  return {
    name: `${type} ends a stream after what came before`,
    call: stream(ask(`streamed ${type}`)),
    script: [
      { text: 'one two three four', stream: { fault: { after: 2, error } }, times: 'always' },
    ],
    expected: (sdk) => ({
      ...heardOf(type, sdk),
      error: { message: error.message, ...sdk.inStream(type) },
    }),
    statuses: (sdk) => roundsOf(type, sdk),
  };
});

/** The connection is lost: no SDK may take that for the end of the answer. */
const cuts: readonly Case[] = [
  {
    name: 'a stream that is cut is an error after what came before',
    call: stream(ask('cut in the middle')),
    script: [
      {
        text: 'one two three four',
        stream: { fault: { after: 2, error: 'cut' } },
        times: 'always',
      },
    ],
    expected: (sdk) => ({
      ...heardOf('cut', sdk),
      error: { modeled: false, message: expect.stringMatching(/\S/) as unknown },
    }),
    statuses: (sdk) => roundsOf('cut', sdk),
  },
];

/** A status for each time that an SDK asks, if the stream breaks off by this every time. */
export function roundsOf(fault: string, { repeats, attempts }: Sdk): readonly number[] {
  return Array.from({ length: repeats.includes(fault) ? attempts : 1 }, () => 200);
}

/** What came before, as often as it was asked for. */
function heardOf(fault: string, sdk: Sdk): object {
  const events = ['messageStart', 'contentBlockDelta', 'contentBlockDelta'];
  const rounds = roundsOf(fault, sdk);
  return { text: 'one two'.repeat(rounds.length), events: rounds.flatMap(() => events) };
}

export const cases: readonly Case[] = [
  ...answers,
  ...refusals,
  ...wholeExceptions,
  ...streamedExceptions,
  ...cuts,
];

export function ask(text: string) {
  return { modelId: claude, messages: [{ role: 'user', content: [{ text }] }] };
}

export function converse(input: Call['input']): Call {
  return { operation: 'converse', input };
}

export function stream(input: Call['input']): Call {
  return { operation: 'converse_stream', input };
}

/** The text by which the question is known; of a native body its prompt or its first message. */
export function textOf({ input: { body, ...converse } }: Call): string {
  const { prompt, messages } = (body ?? converse) as Asking;
  if (prompt !== undefined)
    return /user<\|end_header_id\|>\n\n(.*?)<\|/.exec(prompt)?.[1] ?? prompt;
  const content = messages?.[0]?.content ?? '';
  return typeof content === 'string' ? content : (content[0]?.text ?? '');
}

interface Asking {
  readonly prompt?: string;
  readonly messages?: readonly {
    readonly content: string | readonly { readonly text: string }[];
  }[];
}
