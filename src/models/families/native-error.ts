// The error that a chunk of a native stream stands for, thrown as the service's exception.

import {
  InternalServerException,
  ModelStreamErrorException,
  ServiceUnavailableException,
  ThrottlingException,
  ValidationException,
} from '../../protocol/errors.ts';
import type { JsonObject } from './native-json.ts';
import { objectOf, stringOf } from './native-json.ts';

// The service's own exceptions, as the members of a native stream's union are named.
const exceptions = {
  internalServerException: InternalServerException,
  modelStreamErrorException: ModelStreamErrorException,
  serviceUnavailableException: ServiceUnavailableException,
  throttlingException: ThrottlingException,
  validationException: ValidationException,
} as const;

type ExceptionMember = keyof typeof exceptions;

const members = Object.keys(exceptions) as readonly ExceptionMember[];

// How makers of models name what went wrong, in types and in HTTP's numbers.
const named: readonly (readonly [RegExp, ExceptionMember])[] = [
  [/throttl|rate.?limit|too.?many|429/i, 'throttlingException'],
  [/overload|unavailable|503|529/i, 'serviceUnavailableException'],
  [/invalid|validation|400/i, 'validationException'],
];

/** Throws where the chunk is an error and no piece of an answer. */
export function checkNoError(chunk: JsonObject): void {
  for (const member of members) {
    if (chunk[member] !== undefined) throw exceptionOf(member, objectOf(chunk[member]));
  }
  if (chunk['error'] !== undefined && chunk['error'] !== null) throw errorOf(chunk['error']);
}

function errorOf(error: unknown): Error {
  if (typeof error === 'string') return exceptionOf(memberOf(error), { message: error });
  const details = objectOf(error);
  const kind = [details['type'], details['code'], details['status']].join(' ');
  return exceptionOf(memberOf(kind), details);
}

function memberOf(kind: string): ExceptionMember {
  return named.find(([pattern]) => pattern.test(kind))?.[1] ?? 'modelStreamErrorException';
}

function exceptionOf(member: ExceptionMember, details: JsonObject): Error {
  return new exceptions[member](stringOf(details['message']) ?? unexpected);
}

// Reported from the field: what a stream says that broke within.
export const unexpected =
  'The system encountered an unexpected error during processing. Try your request again.';
