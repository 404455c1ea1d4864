// The control paths of the simulated model: its script and its journal, over HTTP.

import { ServiceException } from '../protocol/errors.ts';
import type { WireRequest, WireResponse } from '../protocol/wire/http.ts';
import { encodeJson } from '../protocol/wire/rest-json.ts';
import { MalformedTurn } from '../simulation/malformed-turn.ts';
import type { Script } from '../simulation/script.ts';
import type { Simulation } from '../simulation/simulation.ts';

/** What the target of every control request begins with. */
export const controlPrefix = '/_openconverse/';

/** Answers the requests under `controlPrefix`, of callers on this machine only. */
export function createControl(
  simulation: Simulation,
): (request: WireRequest) => Promise<WireResponse> {
  const paths = pathsOf(simulation);
  return async (request) => {
    // The order of checks: who, where, how, in what, and then the thing itself.
    if (!request.local)
      return refuse(403, 'The control paths answer callers on this machine only.');
    const path = request.target.split('?', 1)[0] ?? '';
    const actions = paths.get(path);
    if (actions === undefined) {
      return refuse(
        404,
        `There is no ${path}. The control paths are ${[...paths.keys()].join(' and ')}.`,
      );
    }
    const action = actions[request.method as Method];
    if (action === undefined || !Object.hasOwn(actions, request.method)) {
      return refuseMethod(request.method, path, Object.keys(actions));
    }
    // A web page can post text and forms anywhere, but JSON only where the server lets it.
    if (request.method === 'POST' && !isJson(request.headers['content-type'])) {
      return refuse(415, 'Send the turns as JSON, with the header content-type: application/json.');
    }
    return action(request);
  };
}

type Method = 'GET' | 'POST' | 'DELETE';
type Action = (request: WireRequest) => Promise<WireResponse>;
type Actions = Readonly<Partial<Record<Method, Action>>>;

function pathsOf({ script, journal }: Simulation): ReadonlyMap<string, Actions> {
  return new Map<string, Actions>([
    [
      `${controlPrefix}script`,
      {
        GET: async () => respond(200, { turns: script.waiting() }),
        POST: (request) => append(request, script),
        DELETE: async () => respond(200, { removed: script.clear() }),
      },
    ],
    [
      `${controlPrefix}requests`,
      {
        GET: async () => respond(200, { requests: journal.entries() }),
        DELETE: async () => respond(200, { removed: journal.clear() }),
      },
    ],
  ]);
}

async function append(request: WireRequest, script: Script): Promise<WireResponse> {
  try {
    return respond(200, { queued: script.append(parse(await request.body())) });
  } catch (error) {
    if (error instanceof MalformedTurn) return refuse(400, error.message);
    // A body beyond the limit.
    if (error instanceof ServiceException) return refuse(error.status, error.message);
    throw error;
  }
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new MalformedTurn(
      `The body is not valid JSON: ${reason}. Send one turn, or an array of turns.`,
    );
  }
}

function isJson(contentType: string | undefined): boolean {
  return /^application\/json\s*(?:;|$)/i.test(contentType ?? '');
}

function respond(status: number, body: object): WireResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: encodeJson(body) };
}

function refuse(status: number, message: string): WireResponse {
  return respond(status, { message });
}

function refuseMethod(method: string, path: string, allowed: readonly string[]): WireResponse {
  const message = `${path} answers to ${allowed.join(', ')}, not to ${method}.`;
  const { headers, ...response } = refuse(405, message);
  return { ...response, headers: { ...headers, allow: allowed.join(', ') } };
}
