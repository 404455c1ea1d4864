// Requests that come back to the server that sent them: our own address is never where we ask.

import { ValidationException } from '../protocol/errors.ts';

/** Throws ValidationException where `via`, what the request says itself, names this server. */
export function checkNoLoop(via: string | undefined, id: string): void {
  if (via === undefined) return;
  const servers = via.split(',').map((server) => server.trim());
  if (!servers.includes(id)) return;
  throw new ValidationException(
    'This request has come back to the server that sent it: one of its providers leads to itself.',
    {
      hint:
        'Give that provider the address of the place where the model runs (endpoint or baseUrl), ' +
        "not this server's own.",
    },
  );
}
