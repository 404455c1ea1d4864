// What a place answers where it does not answer: statuses and codes, as the service's exceptions.

import { isJsonObject } from '../protocol/api/json-object.ts';
import type { ExceptionName, ExceptionOptions } from '../protocol/errors.ts';
import { exceptionClasses } from '../protocol/errors.ts';
import type { JsonObject } from './provider.ts';

/** How a place said that it failed: the `cause` of the exception that the caller gets. */
export class NativeFailure extends Error {
  override readonly name = 'NativeFailure';
  /** Undefined where the failure came within a stream that had begun. */
  readonly status: number | undefined;
  /** The place's own words for the kind of failure, `invalid_request_error context_too_long`. */
  readonly code: string;
  /** Its own ID of the request, for its support. */
  readonly requestId: string | undefined;

  constructor(message: string, said: Omit<NativeFailure, 'message' | 'name' | 'cause' | 'stack'>) {
    super(message);
    this.status = said.status;
    this.code = said.code;
    this.requestId = said.requestId;
  }
}

export interface FailedAnswer {
  readonly status: number;
  readonly origin: string;
  /** The body, parsed where it is JSON, else its text. */
  readonly body: unknown;
  readonly requestId: string | undefined;
  /** Seconds, where the place said when to come again. */
  readonly retryAfterSeconds: number | undefined;
}

/** The exception for an answer whose status is no success. */
export function failureOf(answer: FailedAnswer): Error {
  const { status, origin, body, requestId, retryAfterSeconds } = answer;
  const said = wordsOf(body);
  const cause = new NativeFailure(said.message, { status, code: said.code, requestId });
  const rule = codeRule(said, status) ?? statusRule(status);
  const from = `${origin} answered with the status ${status}`;
  return exceptionOf(rule, {
    said,
    cause,
    hint: requestId === undefined ? `${from}.` : `${from} to its request ${requestId}.`,
    headers: retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) },
  });
}

/** The exception for an error that stands in a stream, or in an answer of status 200. */
export function failureWithin(chunk: JsonObject, origin: string): Error {
  const said = wordsOf(chunk);
  const status = Number(/\b[45]\d\d\b/.exec(said.code)?.[0] ?? 0);
  const cause = new NativeFailure(said.message, {
    status: undefined,
    code: said.code,
    requestId: undefined,
  });
  const rule = codeRule(said, status) ?? (status > 0 ? statusRule(status) : brokenStream);
  return exceptionOf(rule, { said, cause, hint: `${origin} broke its stream off.`, headers: {} });
}

/** Whether a chunk is an error and no piece of an answer. */
export function isFailure(chunk: JsonObject): boolean {
  const { error } = chunk;
  return (error !== undefined && error !== null) || chunk['object'] === 'error';
}

/** Which exception, and in whose words: the place's own where `text` does not say. */
interface Rule {
  readonly name: ExceptionName;
  readonly text?: string;
}

interface Telling extends Required<Pick<ExceptionOptions, 'headers' | 'hint'>> {
  readonly said: Words;
  readonly cause: NativeFailure;
}

function exceptionOf({ name, text }: Rule, { said, cause, hint, headers }: Telling): Error {
  const Exception = exceptionClasses[name];
  // The words of a refused key may hold a part of it.
  const tells = text !== undefined && name !== 'AccessDeniedException' && said.message !== '';
  const words = said.message || `no more than the status ${cause.status ?? 'of an error'}`;
  return new Exception(text ?? `The model returned the following errors: ${words}`, {
    hint: tells ? `${hint} It said: ${said.message.slice(0, saidCharsMax)}` : hint,
    headers,
    cause,
    members:
      cause.status !== undefined && withOriginalStatus.has(name)
        ? { originalStatusCode: cause.status }
        : {},
  });
}

const saidCharsMax = 1_000;

// Documented: the exceptions that have this member.
const withOriginalStatus: ReadonlySet<ExceptionName> = new Set([
  'ModelErrorException',
  'ModelStreamErrorException',
]);

// The service's own words, as far as they were seen.
const unexpected: Rule = {
  name: 'InternalServerException',
  text: 'The system encountered an unexpected error during processing. Try your request again.',
};
const unavailable: Rule = {
  name: 'ServiceUnavailableException',
  text: 'The service is currently unavailable. Wait and try your request again.',
};
const throttled: Rule = {
  name: 'ThrottlingException',
  text: 'Too many requests, please wait before trying again.',
};
const timedOut: Rule = {
  name: 'ModelTimeoutException',
  text: 'Model has timed out in processing the request. Try your request again.',
};
const denied: Rule = {
  name: 'AccessDeniedException',
  text: "The model's place refuses the credentials that this server has for it.",
};
const tooLong: Rule = {
  name: 'ValidationException',
  text: 'Input is too long for requested model.',
};
const exhausted: Rule = {
  name: 'ServiceQuotaExceededException',
  text: "What this server may use at the model's place is used up.",
};
const notReady: Rule = {
  name: 'ModelNotReadyException',
  text: 'The model is not ready for inference. Wait and try your request again.',
};
const refused: Rule = { name: 'ValidationException' };
const notFound: Rule = { name: 'ResourceNotFoundException' };
const brokenStream: Rule = { name: 'ModelStreamErrorException' };
const modelFailed: Rule = { name: 'ModelErrorException' };

// A server's own failure is worth another try, at the same place or at the next.
const statusRules: Readonly<Record<number, Rule>> = {
  401: denied,
  402: exhausted,
  403: denied,
  404: notFound,
  408: timedOut,
  413: refused,
  424: modelFailed,
  429: throttled,
  // Groq's "flex tier capacity exceeded".
  498: throttled,
  500: unexpected,
  502: unavailable,
  503: unavailable,
  504: timedOut,
  529: unavailable,
};

function statusRule(status: number): Rule {
  const known = statusRules[status];
  if (known !== undefined) return known;
  if (status >= 400 && status < 500) return refused;
  return unavailable;
}

interface CodeRule {
  /** Looked for in the place's type and code. */
  readonly code?: RegExp;
  /** Looked for in its sentence. */
  readonly words?: RegExp;
  /** Only where the status is one of these; 0 stands for none, within a stream. */
  readonly statuses?: readonly number[];
  readonly rule: Rule;
}

// What a code says counts more than the status. Taken from the makers' lists of errors and from
// what was reported of their servers; the first that fits counts.
const codeRules: readonly CodeRule[] = [
  { code: /context_length_exceeded|exceed_context_size/, rule: tooLong },
  {
    words:
      /maximum context length|context length is only|prompt is too long|context ?window|context size/i,
    statuses: [0, 400, 413, 422],
    rule: tooLong,
  },
  { code: /insufficient_quota|billing|insufficient_credits/, rule: exhausted },
  { words: /credit balance is too low/i, rule: exhausted },
  { code: /model_not_found|invalid_model|not_found_error|NotFoundError/, rule: notFound },
  { words: /loading model|model is (?:currently )?loading/i, statuses: [503], rule: notReady },
  // llama.cpp's own, where a model began a tool call that is none: its server is well.
  { words: /model produced output that does not match/i, rule: modelFailed },
  { code: /overloaded/, rule: unavailable },
  { code: /rate_?limit/i, rule: throttled },
  { code: /authentication_error|permission_error|invalid_api_key/, rule: denied },
  { code: /timeout_error/, rule: timedOut },
  { code: /\bapi_error|server_error|InternalServerError/, statuses: [0], rule: unexpected },
  { code: /invalid_request|BadRequest|request_too_large/, statuses: [0], rule: refused },
];

function codeRule({ code, message }: Words, status: number): Rule | undefined {
  return codeRules.find((row) => {
    if (row.statuses !== undefined && !row.statuses.includes(status)) return false;
    return row.code?.test(code) === true || row.words?.test(message) === true;
  })?.rule;
}

interface Words {
  readonly message: string;
  readonly code: string;
}

/** Read leniently: every maker has its own shape, and some proxies answer with a page. */
function wordsOf(body: unknown): Words {
  if (typeof body === 'string') return { message: textOfPage(body), code: '' };
  if (!isJsonObject(body)) return { message: '', code: '' };
  const { error, detail } = body;
  if (isJsonObject(error)) return { message: sentenceIn(error), code: codeIn(error) };
  const message = typeof error === 'string' ? error : sentenceIn(body) || sentencesOf(detail);
  return { message, code: codeIn(body) };
}

function sentenceIn({ message, detail }: JsonObject): string {
  if (typeof message === 'string') return message;
  return sentencesOf(message ?? detail);
}

/** As FastAPI lists what is wrong: `[{ loc: ['body', 'messages'], msg: 'Field required' }]`. */
function sentencesOf(detail: unknown): string {
  if (typeof detail === 'string') return detail;
  if (isJsonObject(detail)) return sentencesOf(detail['detail'] ?? detail['msg']);
  if (!Array.isArray(detail)) return '';
  return detail.filter(isJsonObject).map(problemOf).join('; ');
}

function problemOf({ loc, msg: sentence }: JsonObject): string {
  const place = Array.isArray(loc) ? `${loc.filter((part) => part !== 'body').join('.')}: ` : '';
  return typeof sentence === 'string' ? `${place}${sentence}` : place;
}

function codeIn({ type, code, error_type }: JsonObject): string {
  return [type, code, error_type]
    .filter((part) => typeof part === 'string' || typeof part === 'number')
    .join(' ');
}

/** A page's text, short: its marks say nothing to a caller. */
function textOfPage(text: string): string {
  return text
    .replaceAll(/<(style|script)\b[^]*?<\/\1>|<[^>]*>/gi, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, saidCharsMax);
}
