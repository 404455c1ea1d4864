// What the port says in its own words, in the shape that every SDK reads.

import { InternalServerException } from '../protocol/errors.ts';

export interface AnswerHead {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** No body may follow: the answer to HEAD, 204 and 304. */
  readonly bodyless: boolean;
}

export interface Answer extends AnswerHead {
  readonly bytes: Uint8Array;
}

export function errorAnswer(status: number, name: string, message: string): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': name },
    bodyless: false,
    bytes: Buffer.from(JSON.stringify({ message })),
  };
}

/** With the ID by which a caller can speak of it; what the handler answers has one already. */
export function withRequestId(answer: Answer, requestId: string): Answer {
  return { ...answer, headers: { ...answer.headers, 'x-amzn-requestid': requestId } };
}

/** Our own bug: the log has it whole, the client gets no detail. */
export function internalError(): Answer {
  const { status, name, message } = new InternalServerException(
    'The server failed to answer; its log says why.',
  );
  return errorAnswer(status, name, message);
}

export function requestTimeout(): Answer {
  return errorAnswer(408, 'RequestTimeoutException', 'The request did not arrive in time.');
}

export function headersTooLarge(): Answer {
  return errorAnswer(431, 'ValidationException', 'The request headers are too large.');
}

/** The length to declare; 204 and 304 have none (RFC 9110, 8.6). */
export function contentLength({ status, bytes }: Answer): string | undefined {
  return status === 204 || status === 304 ? undefined : String(bytes.length);
}

/** A header's value may hold what a user wrote; what HTTP cannot carry must not fail the answer. */
export function headerValue(value: string): string {
  return unsendable.test(value) ? value.replaceAll(unsendableAll, '?') : value;
}

const unsendable = /[^\t\x20-\x7e]/;
const unsendableAll = new RegExp(unsendable, 'g');
