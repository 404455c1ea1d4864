// What answers while the weights of the models are brought: it lives, and cannot serve yet.

import { ServiceUnavailableException } from '../protocol/errors.ts';
import type { WireHandler, WireResponse } from '../protocol/wire/http.ts';
import { encodeException, encodeJson } from '../protocol/wire/rest-json.ts';

export const answerStarting: WireHandler = async ({ target }) => {
  if (target === '/healthz') return json(200, { status: 'alive' });
  if (target === '/readyz') return json(503, { status: 'starting' });
  const exception = new ServiceUnavailableException(
    'The server is starting: its models are being brought. Try your request again.',
  );
  const headers = { 'content-type': 'application/json', 'x-amzn-errortype': exception.name };
  return { status: exception.status, headers, body: encodeException(exception) };
};

function json(status: number, body: object): WireResponse {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
  return { status, headers, body: encodeJson(body) };
}
