// Every exception that the service answers with: one table, and under it one class a row.

export interface ExceptionRow {
  readonly status: number;
  readonly fault: 'client' | 'server';
  /** Whether AWS SDKs repeat the request by default. */
  readonly retryable: boolean;
  /** The member of the event stream's union that carries it after the first byte. */
  readonly inStream: StreamExceptionName;
  /** False for the front door's common errors, which the service model does not name. */
  readonly modeled: boolean;
}

/** The five exceptions that a Converse stream may carry, named as the union's members are. */
export type StreamExceptionName =
  | 'internalServerException'
  | 'modelStreamErrorException'
  | 'serviceUnavailableException'
  | 'throttlingException'
  | 'validationException';

const validation = 'validationException';
const modelStreamError = 'modelStreamErrorException';

// A stream has five exceptions only: a refusal turns into validationException, what the model did
// wrong into modelStreamErrorException, what is worth another try into the retryable ones.
export const exceptionTable = {
  AccessDeniedException: row(403, false, validation),
  ConflictException: row(400, false, validation),
  InternalServerException: row(500, true, 'internalServerException'),
  ModelErrorException: row(424, false, modelStreamError),
  ModelNotReadyException: row(429, true, 'serviceUnavailableException'),
  ModelStreamErrorException: row(424, false, modelStreamError),
  ModelTimeoutException: row(408, false, modelStreamError),
  ResourceNotFoundException: row(404, false, validation),
  ServiceQuotaExceededException: row(400, false, validation),
  ServiceUnavailableException: row(503, true, 'serviceUnavailableException'),
  ThrottlingException: row(429, true, 'throttlingException'),
  ValidationException: row(400, false, validation),

  ExpiredTokenException: common(403),
  IncompleteSignatureException: common(403),
  InvalidSignatureException: common(403),
  MissingAuthenticationTokenException: common(403),
  SerializationException: common(400),
  UnknownOperationException: common(404),
  UnrecognizedClientException: common(403),
} as const satisfies Record<string, ExceptionRow>;

export type ExceptionName = keyof typeof exceptionTable;

function row(status: number, retryable: boolean, inStream: StreamExceptionName): ExceptionRow {
  return { status, fault: status < 500 ? 'client' : 'server', retryable, inStream, modeled: true };
}

function common(status: number): ExceptionRow {
  return { status, fault: 'client', retryable: false, inStream: validation, modeled: false };
}

export interface ExceptionOptions {
  /** What to do about it; sent as `x-openconverse-hint`. */
  readonly hint?: string;
  /** Further members of the exception, such as `originalStatusCode`. */
  readonly members?: Readonly<Record<string, unknown>>;
  /** An HTTP status other than the table's; only a scripted fault asks for it. */
  readonly status?: number;
  /** Headers to add to the answer. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The front door's denials write Message with a capital M. Reported from the field. */
  readonly isFrontDoor?: boolean;
  readonly cause?: unknown;
}

/**
 * An error that the caller is told of. `name` is the wire name, `message` the wire text; `$fault`,
 * `$metadata` and `$retryable` are as in the AWS SDK, so existing `catch` blocks work in process.
 */
export abstract class ServiceException extends Error {
  abstract override readonly name: ExceptionName;
  readonly hint: string | undefined;
  readonly members: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly isFrontDoor: boolean;
  readonly #status: number | undefined;

  constructor(message: string, options: ExceptionOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.hint = options.hint;
    this.members = options.members ?? {};
    this.headers = options.headers ?? {};
    this.isFrontDoor = options.isFrontDoor === true;
    this.#status = options.status;
  }

  /** The HTTP status of the answer. */
  get status(): number {
    return this.#status ?? exceptionTable[this.name].status;
  }

  get $fault(): ExceptionRow['fault'] {
    return exceptionTable[this.name].fault;
  }

  get $retryable(): { readonly throttling: boolean } | undefined {
    if (!exceptionTable[this.name].retryable) return undefined;
    return { throttling: this.name === 'ThrottlingException' };
  }

  get $metadata(): { readonly httpStatusCode: number } {
    return { httpStatusCode: this.status };
  }
}

export class AccessDeniedException extends ServiceException {
  readonly name = 'AccessDeniedException';
}
export class ConflictException extends ServiceException {
  readonly name = 'ConflictException';
}
export class InternalServerException extends ServiceException {
  readonly name = 'InternalServerException';
}
export class ModelErrorException extends ServiceException {
  readonly name = 'ModelErrorException';
}
export class ModelNotReadyException extends ServiceException {
  readonly name = 'ModelNotReadyException';
}
export class ModelStreamErrorException extends ServiceException {
  readonly name = 'ModelStreamErrorException';
}
export class ModelTimeoutException extends ServiceException {
  readonly name = 'ModelTimeoutException';
}
export class ResourceNotFoundException extends ServiceException {
  readonly name = 'ResourceNotFoundException';
}
export class ServiceQuotaExceededException extends ServiceException {
  readonly name = 'ServiceQuotaExceededException';
}
export class ServiceUnavailableException extends ServiceException {
  readonly name = 'ServiceUnavailableException';
}
export class ThrottlingException extends ServiceException {
  readonly name = 'ThrottlingException';
}
export class ValidationException extends ServiceException {
  readonly name = 'ValidationException';
}
export class ExpiredTokenException extends ServiceException {
  readonly name = 'ExpiredTokenException';
}
export class IncompleteSignatureException extends ServiceException {
  readonly name = 'IncompleteSignatureException';
}
export class InvalidSignatureException extends ServiceException {
  readonly name = 'InvalidSignatureException';
}
export class MissingAuthenticationTokenException extends ServiceException {
  readonly name = 'MissingAuthenticationTokenException';
}
export class SerializationException extends ServiceException {
  readonly name = 'SerializationException';
}
export class UnknownOperationException extends ServiceException {
  readonly name = 'UnknownOperationException';
}
export class UnrecognizedClientException extends ServiceException {
  readonly name = 'UnrecognizedClientException';
}

/** The class of each name, so that data (a script, a native error) can name an exception. */
export const exceptionClasses = {
  AccessDeniedException,
  ConflictException,
  InternalServerException,
  ModelErrorException,
  ModelNotReadyException,
  ModelStreamErrorException,
  ModelTimeoutException,
  ResourceNotFoundException,
  ServiceQuotaExceededException,
  ServiceUnavailableException,
  ThrottlingException,
  ValidationException,
  ExpiredTokenException,
  IncompleteSignatureException,
  InvalidSignatureException,
  MissingAuthenticationTokenException,
  SerializationException,
  UnknownOperationException,
  UnrecognizedClientException,
} as const satisfies Record<
  ExceptionName,
  new (message: string, options?: ExceptionOptions) => ServiceException
>;

/** Not an answer at all: the connection is dropped. Thrown by a scripted `cut`. */
export class ConnectionCut extends Error {
  override readonly name = 'ConnectionCut';
}
