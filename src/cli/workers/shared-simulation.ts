// Script and journal of the simulated model are in one process; every worker speaks for them.

import type { Environment } from '../../environment.ts';
import { journalBodyDepthMax } from '../../limits.ts';
import type { Failure } from '../../providers/remote/failure.ts';
import { fromFailure, toFailure } from '../../providers/remote/failure.ts';
import type { Link } from '../../providers/remote/link.ts';
import { nestsDeeper } from '../../protocol/validation/depth.ts';
import type { WireHandler, WireRequest, WireResponse } from '../../protocol/wire/http.ts';
import { matchOperation } from '../../protocol/wire/rest-json.ts';
import { ServiceException } from '../../protocol/errors.ts';
import { controlPrefix } from '../../server/control.ts';
import { exceptionResponse } from '../../server/exception-response.ts';
import type { JournalEntry } from '../../simulation/journal.ts';
import type { Simulation } from '../../simulation/simulation.ts';
import { createSimulation } from '../../simulation/simulation.ts';

/** A request on its way to the process that has the script. */
export interface SentRequest extends Pick<
  WireRequest,
  'headers' | 'httpVersion' | 'local' | 'method' | 'target'
> {
  readonly body: Uint8Array | { readonly failure: Failure };
}

/** A request for the journal. */
export interface SentEntry {
  readonly entry: JournalEntry;
  readonly bodyBytes: number;
}

export interface SharedSimulation {
  readonly simulation: Simulation;
  /** A worker's handler; what only the other process can answer goes there. */
  over(own: WireHandler): WireHandler;
}

export function createShared(link: Link | undefined, environment: Environment): SharedSimulation {
  let recorded: Promise<unknown> = Promise.resolve();

  /** Into the journal of all: the answer waits until it is there. */
  function record(entry: JournalEntry, bodyBytes: number): void {
    const input = sendable({ entry, bodyBytes });
    recorded = (link?.ask({ method: 'record', input }) ?? Promise.resolve()).catch(
      (error: unknown) => environment.log.error({ err: error }, 'a request is not in the journal'),
    );
  }

  const own = createSimulation(environment);
  return {
    // Its script and its journal's entries are asked for in the other process only.
    simulation: { ...own, journal: { ...own.journal, record } },
    over: (handler) => async (request) => {
      if (link !== undefined && isOfAll(request)) return exchange(link, request, environment);
      try {
        return await handler(request);
      } finally {
        await recorded;
      }
    },
  };
}

/** What scripts steer and no provider answers, and the paths of the script itself. */
function isOfAll({ method, target }: WireRequest): boolean {
  if (target.startsWith(controlPrefix)) return true;
  const operation = matchOperation(method, target)?.operation;
  return operation === 'GetFoundationModel' || operation === 'ListFoundationModels';
}

async function exchange(
  link: Link,
  request: WireRequest,
  { random }: Environment,
): Promise<WireResponse> {
  const { method, target, headers, httpVersion, local, signal } = request;
  const body = await request.body().catch((error: unknown) => ({ failure: toFailure(error) }));
  const input: SentRequest = { method, target, headers, httpVersion, local, body };
  try {
    return (await link.ask({ method: 'exchange', input, signal })) as WireResponse;
  } catch (error) {
    // The other side answers exceptions; this one says that there is no other side.
    if (error instanceof ServiceException) return exceptionResponse(error, random.uuid());
    throw error;
  }
}

/** The other side's half: a request as its handler wants it. */
export function received({ body, ...head }: SentRequest, signal: AbortSignal): WireRequest {
  return {
    ...head,
    signal,
    body: async () => {
      if (body instanceof Uint8Array) return body;
      throw fromFailure(body.failure);
    },
  };
}

/** Too deep to be cloned is too deep for the journal, which would say the same of it. */
function sendable({ entry, bodyBytes }: SentEntry): SentEntry {
  if (!nestsDeeper(entry.body, journalBodyDepthMax)) return { entry, bodyBytes };
  return { entry: { ...entry, body: { omittedBytes: bodyBytes } }, bodyBytes: 0 };
}
