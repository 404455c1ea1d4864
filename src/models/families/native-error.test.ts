import { expect, test } from 'vitest';
import { checkNoError } from './native-error.ts';

test.each([
  [{ throttlingException: { message: 'Slower.' } }, 'ThrottlingException', 'Slower.'],
  [{ modelStreamErrorException: {} }, 'ModelStreamErrorException', 'The system encountered'],
  [{ validationException: { message: 'No.' } }, 'ValidationException', 'No.'],
  [{ internalServerException: { message: 'Ow.' } }, 'InternalServerException', 'Ow.'],
  [{ serviceUnavailableException: { message: 'Off.' } }, 'ServiceUnavailableException', 'Off.'],
  [
    { error: { type: 'overloaded_error', message: 'Full.' } },
    'ServiceUnavailableException',
    'Full.',
  ],
  [{ error: { type: 'rate_limit_error', message: 'Slow.' } }, 'ThrottlingException', 'Slow.'],
  [{ error: { code: 429, message: 'Slow.' } }, 'ThrottlingException', 'Slow.'],
  [{ error: { type: 'invalid_request_error', message: 'Bad.' } }, 'ValidationException', 'Bad.'],
  [{ error: { type: 'api_error', message: 'Broken.' } }, 'ModelStreamErrorException', 'Broken.'],
  [{ error: 'The GPU fell off.' }, 'ModelStreamErrorException', 'The GPU fell off.'],
])('the chunk %j is a %s', (chunk, name, message) => {
  expect(() => checkNoError(chunk)).toThrow(
    expect.objectContaining({ name, message: expect.stringContaining(message) as string }),
  );
});

test.each([{}, { error: null }, { text: 'error' }])('the chunk %j is none', (chunk) => {
  expect(() => checkNoError(chunk)).not.toThrow();
});
