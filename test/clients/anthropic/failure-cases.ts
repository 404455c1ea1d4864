// What Anthropic's clients must make of refusals, throttling, faults and streams that break off.

import { expect } from 'vitest';
import { ask, text } from './case.ts';
import type { Case } from './case.ts';

const told = { type: 'ThrottlingException', message: 'Too many tokens, please wait.' };

const answers: readonly Case[] = [
  {
    name: 'a model that there is not is a NotFoundError',
    call: ask('create', 'nobody there', { model: 'anthropic.claude-3-5-haiku-20241022-v9:0' }),
    expected: { error: failure('NotFoundError', 404, /^Could not resolve the foundation model/) },
    statuses: [404],
  },
  {
    name: 'a stream of a model that there is not is a NotFoundError',
    call: ask('events', 'nobody streams', { model: 'anthropic.claude-3-5-haiku-20241022-v9:0' }),
    expected: { error: failure('NotFoundError', 404, /^Could not resolve the foundation model/) },
    statuses: [404],
  },
  {
    name: 'a body that the format does not allow is a BadRequestError',
    call: ask('create', 'no tokens at all', { max_tokens: 0 }),
    expected: {
      error: failure('BadRequestError', 400, /#\/max_tokens: 0 is not greater or equal to 1/),
    },
    statuses: [400],
  },
  {
    name: 'throttling that ends is not seen by the caller',
    call: ask('create', 'throttled at first'),
    script: [{ error: told, times: 2 }, { text: 'At last.' }],
    expected: { message: { content: [text('At last.')] } },
    statuses: [429, 429, 200],
  },
  {
    name: 'throttling that does not end is a RateLimitError',
    call: ask('create', 'throttled for ever'),
    script: [{ error: told, times: 'always' }],
    expected: { error: failure('RateLimitError', 429, /^Too many tokens, please wait\.$/) },
    statuses: [429, 429, 429],
  },
  {
    name: 'what the caller may not is a PermissionDeniedError',
    call: ask('create', 'not for you'),
    script: [{ error: { type: 'AccessDeniedException', message: 'Not for you.' } }],
    expected: { error: failure('PermissionDeniedError', 403, /^Not for you\.$/) },
    statuses: [403],
  },
  {
    name: 'a fault of the server is an InternalServerError',
    call: ask('create', 'it broke'),
    script: [{ error: { type: 'InternalServerException', message: 'It broke.' }, times: 'always' }],
    expected: { error: failure('InternalServerError', 500, /^It broke\.$/) },
    statuses: [500, 500, 500],
  },
];

/** A stream that breaks off: an error behind what came before, and never a message. */
const breaks: readonly Case[] = [
  'InternalServerException',
  'ModelStreamErrorException',
  'ServiceUnavailableException',
  'ThrottlingException',
  'ValidationException',
].map((type) => ({
  name: `${type} ends a stream after what came before`,
  call: ask('events', `broken by ${type}`),
  script: [
    {
      text: 'one two three four',
      stream: { fault: { after: 2, error: { type, message: `told of ${type}` } } },
    },
  ],
  expected: {
    error: { message: expect.stringContaining(`told of ${type}`) as unknown },
  },
  types: [['message_start'], ['content_block_start'], ['content_block_delta', 2]],
}));

export const failureCases: readonly Case[] = [...answers, ...breaks];

function failure(name: string, status: number, message: RegExp): object {
  return {
    class: name,
    status,
    body: { message: expect.stringMatching(message) as unknown },
  };
}
