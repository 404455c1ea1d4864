// The `error` of a turn: how it is written, and what is thrown for it.

import {
  ConnectionCut,
  exceptionClasses,
  type ExceptionName,
  type ExceptionOptions,
} from '../protocol/errors.ts';
import { type Field, malformed, readEntries, readOneOf, readText } from './malformed-turn.ts';
import { readWholeNumber } from './malformed-turn.ts';

export type ScriptedError =
  | 'cut'
  | {
      readonly type: ExceptionName;
      readonly message: string;
      readonly options: Pick<ExceptionOptions, 'members' | 'status' | 'headers'>;
    };

/** An exception's name, `cut`, or an object with `type`. */
export function readError(field: Field): ScriptedError {
  const { value } = field;
  if (typeof value === 'string') return errorOf(readOneOf(field, types), {});
  const entries = readEntries(field, `Give the name of an exception, "cut", or an object.`);
  const { type, message, status, headers, ...members } = byName(entries);
  if (type === undefined) throw malformed(field, 'Give its type, the name of an exception.');
  const name = readOneOf(type, types);
  if (name === 'cut') {
    if (entries.length === 1) return 'cut';
    throw malformed(field, 'A cut connection tells nothing: give only {"type": "cut"}.');
  }
  const error = errorOf(name, {
    ...(status && { status: readWholeNumber(status, { min: 400, max: 599 }) }),
    ...(headers && { headers: readHeaders(headers) }),
    members: Object.fromEntries(
      Object.entries(members).map(([key, member]) => [key, member?.value]),
    ),
  });
  if (error === 'cut' || message === undefined) return error;
  return { ...error, message: readText(message) };
}

/** What to throw for it: new each time, so that every stack is its own. */
export function createError(error: ScriptedError): Error {
  if (error === 'cut') return new ConnectionCut('A scripted turn cuts the connection.');
  return new exceptionClasses[error.type](error.message, error.options);
}

const names = Object.keys(exceptionClasses) as ExceptionName[];
const types = [...names, 'cut'] as const;

// What the real service says, as far as it was seen; else a sentence of the same kind.
const messages: Readonly<Record<ExceptionName, string>> = {
  AccessDeniedException: "You don't have access to the model with the specified model ID.",
  ConflictException: 'The request conflicts with the current state of the resource.',
  InternalServerException:
    'The system encountered an unexpected error during processing. Try your request again.',
  ModelErrorException: 'The model failed to process the request. Try your request again.',
  ModelNotReadyException: 'The model is not ready for inference. Wait and try your request again.',
  ModelStreamErrorException: 'The model had an error while streaming its response.',
  ModelTimeoutException: 'Model has timed out in processing the request. Try your request again.',
  ResourceNotFoundException: 'The specified resource was not found.',
  ServiceQuotaExceededException: 'Your request exceeds the service quota of your account.',
  ServiceUnavailableException:
    'The service is currently unavailable. Wait and try your request again.',
  ThrottlingException: 'Too many requests, please wait before trying again.',
  ValidationException: 'The input fails to satisfy the constraints of the service.',
  ExpiredTokenException: 'The security token included in the request is expired.',
  IncompleteSignatureException: 'The request signature does not conform to AWS standards.',
  InvalidSignatureException:
    'The request signature we calculated does not match the signature you provided.',
  MissingAuthenticationTokenException: 'Missing Authentication Token.',
  SerializationException: 'The request could not be read.',
  UnknownOperationException: 'The operation that was requested is unknown.',
  UnrecognizedClientException: 'The security token included in the request is invalid.',
};

function errorOf(
  type: ExceptionName | 'cut',
  options: Pick<ExceptionOptions, 'members' | 'status' | 'headers'>,
): ScriptedError {
  return type === 'cut' ? type : { type, message: messages[type], options };
}

function byName(fields: readonly Field[]): Partial<Record<string, Field>> & KnownFields {
  return Object.fromEntries(fields.map((field) => [field.name, field]));
}

interface KnownFields {
  readonly type?: Field;
  readonly message?: Field;
  readonly status?: Field;
  readonly headers?: Field;
}

const headerName = /^[!#$%&'*+.^_`|~0-9a-zA-Z-]+$/;
const headerValue = /^[\t\x20-\x7e]*$/;

// They frame the answer: another value would break the connection, not the answer.
const framingHeaders = new Set([
  'connection',
  'content-length',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

function readHeaders(field: Field): Readonly<Record<string, string>> {
  const headers = readEntries(field, 'Give an object of header names and values.');
  return Object.fromEntries(
    headers.map((header) => [header.name.toLowerCase(), readHeader(header)]),
  );
}

function readHeader(field: Field): string {
  const value = readText(field);
  if (framingHeaders.has(field.name.toLowerCase())) {
    throw malformed(field, 'The connection itself sets this header. Remove it.');
  }
  if (!headerName.test(field.name)) throw malformed(field, 'Its name is no header name.');
  if (!headerValue.test(value)) throw malformed(field, 'Give visible ASCII characters only.');
  return value;
}
