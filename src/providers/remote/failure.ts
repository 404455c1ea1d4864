// Exceptions on their way between two processes: what was thrown there is thrown here.

import type { ExceptionName, ExceptionOptions } from '../../protocol/errors.ts';
import { ConnectionCut, exceptionClasses, ServiceException } from '../../protocol/errors.ts';

export type Failure =
  | {
      readonly kind: 'exception';
      readonly name: ExceptionName;
      readonly message: string;
      readonly options: ExceptionOptions;
    }
  | { readonly kind: 'cut'; readonly message: string }
  /** Our own mistake: the one who asked logs it, with the stack of where it was made. */
  | { readonly kind: 'error'; readonly message: string; readonly stack: string | undefined };

export function toFailure(error: unknown): Failure {
  if (error instanceof ServiceException) return exceptionFailure(error);
  if (error instanceof ConnectionCut) return { kind: 'cut', message: error.message };
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return { kind: 'error', message, stack };
}

function exceptionFailure(exception: ServiceException): Failure {
  const { name, message, hint, members, headers, isFrontDoor, status, cause } = exception;
  const options = {
    ...(hint === undefined ? {} : { hint }),
    members,
    headers,
    isFrontDoor,
    status,
    ...(cause === undefined ? {} : { cause: describeCause(cause) }),
  };
  return { kind: 'exception', name, message, options };
}

/** A cause is for the log only, and may hold what cannot be cloned. */
function describeCause(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}

export function fromFailure(failure: Failure): Error {
  if (failure.kind === 'exception') {
    return new exceptionClasses[failure.name](failure.message, failure.options);
  }
  if (failure.kind === 'cut') return new ConnectionCut(failure.message);
  const error = new Error(failure.message);
  if (failure.stack !== undefined) error.stack = failure.stack;
  return error;
}
