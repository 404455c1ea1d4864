// Connections that cannot be made, or that break, as the service's exceptions.

import {
  ModelErrorException,
  ModelStreamErrorException,
  ServiceUnavailableException,
} from '../../protocol/errors.ts';

export interface FailedAt {
  /** Scheme, host and port. */
  readonly origin: string;
  /** Before the head of the answer, within a whole answer, or within a stream. */
  readonly phase: 'connecting' | 'reading' | 'streaming';
}

/** The hint names the origin and the cause, never what was sent. */
export function connectionFailure(error: unknown, { origin, phase }: FailedAt): Error {
  const code = codeOf(error);
  const said = `${sentenceOf(code)} (${origin}: ${code})`;
  if (phase === 'streaming') {
    const message = `The stream of the model's place broke off: ${said}.`;
    return new ModelStreamErrorException(message, { cause: error });
  }
  if (noHttp.test(code)) {
    return new ModelErrorException(`The model's place gave no HTTP answer: ${said}.`, {
      cause: error,
    });
  }
  return new ServiceUnavailableException(unavailable, { hint: `${said}.`, cause: error });
}

/** A connection to several addresses fails with an error for each of them. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if ('code' in error && typeof error.code === 'string' && error.code !== '') return error.code;
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  return error.cause === undefined ? error.name : codeOf(error.cause);
}

function sentenceOf(code: string): string {
  const known = causes.find(([pattern]) => pattern.test(code));
  return known?.[1] ?? 'The connection failed';
}

const noHttp = /^(HPE_|HTTPParserError$|UND_ERR_HEADERS_OVERFLOW$)/;

const causes: readonly (readonly [RegExp, string])[] = [
  [/^ECONNREFUSED$/, 'Nothing listens there: start it, or correct baseUrl'],
  [/^(ENOTFOUND|EAI_\w+)$/, 'The name of the host cannot be resolved: correct baseUrl'],
  [/^(UND_ERR_CONNECT_TIMEOUT|ETIMEDOUT)$/, 'No connection came about in time'],
  [/^(EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN)$/, 'There is no way to the host'],
  [/^(ERR_SSL|EPROTO|ERR_TLS)/, 'TLS cannot be agreed on: is it https that is spoken there'],
  [/CERT|SIGNATURE|SELF_SIGNED|ISSUER/, 'Its certificate is not trusted'],
  [/^(ECONNRESET|EPIPE|UND_ERR_SOCKET|ECONNABORTED)$/, 'The connection was closed'],
  [/^(UND_ERR_DESTROYED|UND_ERR_CLOSED)$/, 'This server is closing'],
  [noHttp, 'What came is not HTTP'],
  [/^UND_ERR_RES_CONTENT_LENGTH_MISMATCH$/, 'The answer is shorter or longer than announced'],
];

// Reported from the field: what the service says.
const unavailable = 'The service is currently unavailable. Wait and try your request again.';
