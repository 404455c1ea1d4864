// An exception as an answer, where no handler stands behind it that makes one.

import type { ServiceException } from '../protocol/errors.ts';
import type { WireResponse } from '../protocol/wire/http.ts';
import { encodeException } from '../protocol/wire/rest-json.ts';

export function exceptionResponse(exception: ServiceException, requestId: string): WireResponse {
  return {
    status: exception.status,
    headers: {
      'content-type': 'application/json',
      'x-amzn-errortype': exception.name,
      'x-amzn-requestid': requestId,
      ...exception.headers,
    },
    body: encodeException(exception),
  };
}
