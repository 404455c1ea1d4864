// What Amazon Bedrock refuses or fails with, as the exceptions that it names itself.

import type { ExceptionName } from '../../protocol/errors.ts';
import { exceptionClasses, type ServiceException } from '../../protocol/errors.ts';
import type { Frame } from '../../protocol/wire/frames.ts';
import { payloadOf } from '../../protocol/wire/frames.ts';
import { NativeFailure } from '../native-failure.ts';
import { parseObject } from './json.ts';

export interface FailedAnswer {
  readonly status: number;
  readonly origin: string;
  /** By its name in lower case. */
  header(name: string): string | undefined;
}

/** The same exception with the same words; who asks its own client sees no difference. */
export function failureOf(answer: FailedAnswer, bytes: Uint8Array): ServiceException {
  const { status, origin } = answer;
  const body = parseObject(bytes);
  const { message: small, Message: capital, __type: type, code, ...members } = body ?? {};
  const said = nameIn(answer.header('x-amzn-errortype')) ?? nameIn(type) ?? nameIn(code);
  const isSaid = isExceptionName(said);
  const name = isSaid ? said : nameOfStatus(status);
  const message = stringOf(small) ?? stringOf(capital) ?? (body ? unexpected : wordsOf(bytes));
  const requestId = answer.header('x-amzn-requestid');
  return new exceptionClasses[name](message, {
    // What is no refusal of the service's is told with the status of its exception.
    ...(isSaid && status >= 400 && { status }),
    members,
    headers: retryHeaders(answer),
    isFrontDoor: small === undefined && capital !== undefined,
    cause: new NativeFailure(message, { status, code: said ?? '', requestId }),
    ...hintOf(name, { origin, theirs: answer.header('x-openconverse-hint') }),
  });
}

/** The exception that a frame of a stream is; undefined for an event. */
export function failureWithin(frame: Frame): ServiceException | undefined {
  const { messageType, name: said, message: words } = frame.head;
  if (messageType === 'event') return undefined;
  const body = parseObject(payloadOf(frame));
  const { message = words, ...members } = body ?? {};
  const upper = said.charAt(0).toUpperCase() + said.slice(1);
  const name = isExceptionName(upper) ? upper : 'ModelStreamErrorException';
  const text = stringOf(message) ?? unexpected;
  const cause = new NativeFailure(text, { status: undefined, code: said, requestId: undefined });
  return new exceptionClasses[name](text, { members, cause });
}

/** `Name`, `Name:http://...` and `namespace#Name` mean the same. */
function nameIn(value: unknown): string | undefined {
  return stringOf(value)?.split(':', 1)[0]?.split('#').at(-1);
}

function isExceptionName(name: string | undefined): name is ExceptionName {
  return name !== undefined && Object.hasOwn(exceptionClasses, name);
}

/** For what stands between us and the service, and names no exception. */
function nameOfStatus(status: number): ExceptionName {
  if (status < 400) return 'ModelErrorException';
  return named[status] ?? (status < 500 ? 'ValidationException' : 'InternalServerException');
}

const named: Readonly<Record<number, ExceptionName>> = {
  401: 'AccessDeniedException',
  403: 'AccessDeniedException',
  404: 'ResourceNotFoundException',
  408: 'ModelTimeoutException',
  424: 'ModelErrorException',
  429: 'ThrottlingException',
  502: 'ServiceUnavailableException',
  503: 'ServiceUnavailableException',
  504: 'ModelTimeoutException',
  529: 'ServiceUnavailableException',
};

/** When to come again, in the words and units of the place. */
function retryHeaders(answer: FailedAnswer): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const name of ['retry-after', 'x-amz-retry-after']) {
    const value = answer.header(name);
    if (value !== undefined) headers[name] = value;
  }
  return headers;
}

// What concerns the caller of the place, and that is this server.
const ofCaller: ReadonlySet<ExceptionName> = new Set([
  'AccessDeniedException',
  'ExpiredTokenException',
  'IncompleteSignatureException',
  'InvalidSignatureException',
  'MissingAuthenticationTokenException',
  'UnrecognizedClientException',
]);

interface Hints {
  readonly origin: string;
  /** The place's own hint: it may be such a server as this one. */
  readonly theirs: string | undefined;
}

function hintOf(name: ExceptionName, { origin, theirs }: Hints): { readonly hint?: string } {
  const ours = ofCaller.has(name)
    ? `${origin} said so of the credentials of this server's bedrock provider, not of yours.`
    : undefined;
  const hint = [ours, theirs].filter((part) => part !== undefined).join(' ');
  return hint === '' ? {} : { hint };
}

function stringOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

const wordsCharsMax = 500;

/** What no API says: a line of text tells something, a page does not. */
function wordsOf(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.subarray(0, wordsCharsMax)).toString().trim();
  return text === '' || text.startsWith('<') ? unexpected : text;
}

// Reported from the field: what the service says.
const unexpected =
  'The system encountered an unexpected error during processing. Try your request again.';
