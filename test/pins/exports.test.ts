// What `import ... from 'openconverse'` gives: a name that leaves this list breaks a program.

import { expect, test } from 'vitest';
import * as library from '../../src/index.ts';
import * as testing from '../../src/testing/index.ts';

test('the library exports these values and no others', () => {
  expect(Object.keys(library).toSorted()).toEqual([
    'AccessDeniedException',
    'ConfigError',
    'ConflictException',
    'ConnectionCut',
    'ExpiredTokenException',
    'IncompleteSignatureException',
    'InternalServerException',
    'InvalidSignatureException',
    'MissingAuthenticationTokenException',
    'ModelErrorException',
    'ModelNotReadyException',
    'ModelStreamErrorException',
    'ModelTimeoutException',
    'ResourceNotFoundException',
    'SerializationException',
    'ServiceException',
    'ServiceQuotaExceededException',
    'ServiceUnavailableException',
    'ThrottlingException',
    'UnknownOperationException',
    'UnrecognizedClientException',
    'ValidationException',
    'WeightsError',
    'createConverse',
    'createEnvironment',
    'requestHandler',
  ]);
});

test('the entry for tests exports these values and no others', () => {
  expect(Object.keys(testing).toSorted()).toEqual(['fault', 'startConverse', 'turn']);
});

test('a Converse has these members and no others', async () => {
  await using converse = library.createConverse({ simulated: true });
  expect(Object.keys(converse).toSorted()).toEqual([
    'chat',
    'close',
    'converse',
    'converseStream',
    'countTokens',
    'journal',
    'reset',
    'script',
  ]);
});
