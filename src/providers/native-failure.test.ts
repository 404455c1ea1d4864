import { expect, test } from 'vitest';
import type { ServiceException } from '../protocol/errors.ts';
import { failureOf, failureWithin, isFailure, NativeFailure } from './native-failure.ts';
import type { FailedAnswer } from './native-failure.ts';

function failed(status: number, body: unknown, rest: Partial<FailedAnswer> = {}): ServiceException {
  const answer = { status, body, origin: 'https://api.example', requestId: undefined };
  return failureOf({ ...answer, retryAfterSeconds: undefined, ...rest }) as ServiceException;
}

const says = 'The model returned the following errors: ';

// The bodies are composed after the makers' documents and their servers' code.
test.each([
  [400, { error: { message: 'Bad.', type: 'invalid_request_error' } }, 'ValidationException'],
  [401, { message: 'Unauthorized', request_id: 'a' }, 'AccessDeniedException'],
  [402, { error: { message: 'Insufficient credits', code: 402 } }, 'ServiceQuotaExceededException'],
  [403, { error: { type: 'permission_error', message: 'No.' } }, 'AccessDeniedException'],
  [404, { error: { message: 'No model.', code: 'model_not_found' } }, 'ResourceNotFoundException'],
  [408, {}, 'ModelTimeoutException'],
  [409, {}, 'ValidationException'],
  [413, { error: { type: 'request_too_large', message: 'Big.' } }, 'ValidationException'],
  [422, { detail: [] }, 'ValidationException'],
  [424, {}, 'ModelErrorException'],
  [429, {}, 'ThrottlingException'],
  [498, {}, 'ThrottlingException'],
  [500, {}, 'InternalServerException'],
  [501, {}, 'ServiceUnavailableException'],
  [502, '<html></html>', 'ServiceUnavailableException'],
  [503, {}, 'ServiceUnavailableException'],
  [504, {}, 'ModelTimeoutException'],
  [522, 'error code: 522', 'ServiceUnavailableException'],
  [529, { error: { type: 'overloaded_error' } }, 'ServiceUnavailableException'],
  [307, '', 'ServiceUnavailableException'],
  // What a code says counts more than the status.
  [429, { error: { code: 'insufficient_quota' } }, 'ServiceQuotaExceededException'],
  [
    400,
    { error: { type: 'invalid_request_error', message: 'Your credit balance is too low.' } },
    'ServiceQuotaExceededException',
  ],
  [400, { object: 'error', type: 'invalid_model', message: 'x' }, 'ResourceNotFoundException'],
  [
    503,
    { error: { code: 503, message: 'Loading model', type: 'unavailable_error' } },
    'ModelNotReadyException',
  ],
  [
    500,
    {
      error: {
        code: 500,
        message: 'The model produced output that does not match the expected peg-native format',
        type: 'server_error',
      },
    },
    'ModelErrorException',
  ],
])('a status of %d with %j is %s', (status, body, name) => {
  expect(failed(status, body)).toMatchObject({ name, cause: { status } });
});

test.each([
  { error: { code: 'context_length_exceeded', message: 'Long.' } },
  { error: { type: 'exceed_context_size_error', code: 400, message: 'Long.' } },
  { error: { message: "This model's maximum context length is 8192 tokens.", code: 400 } },
  { error: { message: "However, the model's context length is only 1024 tokens" } },
  { type: 'error', error: { message: 'prompt is too long: 200049 tokens > 200000 maximum' } },
  // LiteLLM, of a place behind it.
  {
    type: 'error',
    error: {
      type: 'invalid_request_error',
      message: 'litellm.ContextWindowExceededError: litellm.BadRequestError: OpenAIException',
    },
  },
])('%j is an input that is too long', (body) => {
  expect(failed(400, body)).toMatchObject({
    name: 'ValidationException',
    message: 'Input is too long for requested model.',
  });
});

test.each([
  [{ error: { message: 'One.' } }, 'One.'],
  [{ error: 'Two.' }, 'Two.'],
  [{ object: 'error', message: 'Three.' }, 'Three.'],
  [{ detail: 'Four.' }, 'Four.'],
  [{ detail: [{ loc: ['body', 'messages', 0], msg: 'Five.' }] }, 'messages.0: Five.'],
  [{ message: { detail: [{ loc: ['body', 'top_p'], msg: 'Six.' }] } }, 'top_p: Six.'],
  ['<style>a{}</style><h1>Seven</h1>\n<p>eight</p>', 'Seven eight'],
  [{}, 'no more than the status 400'],
  [[], 'no more than the status 400'],
])('%j says %j', (body, sentence) => {
  expect(failed(400, body).message).toBe(says + sentence);
});

test('when to come again and the ID of the request are told', () => {
  const error = failed(429, {}, { retryAfterSeconds: 3, requestId: 'req_1' });
  expect(error.headers).toEqual({ 'retry-after': '3' });
  expect(error.hint).toBe('https://api.example answered with the status 429 to its request req_1.');
  expect(error.cause).toMatchObject({ requestId: 'req_1', status: 429 });
});

test('what a place says of a key that it refuses is told to nobody but the log', () => {
  const error = failed(401, { error: { message: 'Incorrect API key: sk-secret' } });
  expect(`${error.message} ${error.hint}`).not.toContain('sk-secret');
  expect(error.cause).toBeInstanceOf(NativeFailure);
});

test('a model that fails says with which status', () => {
  expect(failed(424, {}).members).toEqual({ originalStatusCode: 424 });
  expect(failed(400, {}).members).toEqual({});
});

test.each([
  [{ error: { type: 'overloaded_error', message: 'Busy' } }, 'ServiceUnavailableException'],
  [{ error: { type: 'rate_limit_error', message: 'Slow' } }, 'ThrottlingException'],
  [{ error: { type: 'api_error', message: 'Oops' } }, 'InternalServerException'],
  [{ error: { type: 'invalid_request_error', message: 'Bad' } }, 'ValidationException'],
  [{ error: { type: 'timeout_error', message: 'Late' } }, 'ModelTimeoutException'],
  [{ error: { message: 'Died', code: 502 } }, 'ServiceUnavailableException'],
  [{ error: { message: 'Died' } }, 'ModelStreamErrorException'],
  [{ error: 'Died' }, 'ModelStreamErrorException'],
  [{ object: 'error', message: 'Died', code: 400 }, 'ValidationException'],
])('within a stream %j is %s', (chunk, name) => {
  expect(isFailure(chunk)).toBe(true);
  expect(failureWithin(chunk, 'https://api.example')).toMatchObject({ name });
});

test.each([{ choices: [] }, { error: null, choices: [] }, { type: 'message_start' }])(
  '%j is no failure',
  (chunk) => {
    expect(isFailure(chunk)).toBe(false);
  },
);
