// The line that the log has of each request. It holds no header, no key and no message; bodies come
// in where they were asked for, without what looks like a secret.

import { shownBody } from './shown-body.ts';
import { messageOf } from './streamed-message.ts';
import type { Attempt, Observation } from './observation.ts';

/** What is not known is undefined, and left out of the line. */
export function logFields(observation: Observation): object {
  const { notes, route, attempts, usage, firstByteMs, request } = observation;
  return {
    requestId: observation.requestId,
    operation: observation.operation,
    modelId: observation.modelId,
    foundationModelId: route?.resolved?.model.modelId,
    servedBy: notes.servedBy,
    place: attempts.at(-1)?.place.provider,
    placeModel: attempts.at(-1)?.place.model.id,
    placeRequestId: notes.placeRequestId,
    status: observation.status,
    exception: observation.exception ?? undefined,
    outcome: observation.outcome,
    stopReason: observation.stopReason,
    usage: usage && { ...usage, totalTokens: undefined },
    latencyMs: Math.round(observation.latencyMs),
    firstByteMs: firstByteMs && Math.round(firstByteMs),
    bytesIn: observation.bytesIn,
    bytesOut: observation.bytesOut,
    key: observation.key ?? undefined,
    losses: lossesOf(observation),
    failedAttempts: failuresOf(attempts),
    requestMetadata: request?.requestMetadata,
    traceId: observation.follower?.traceId,
  };
}

/** The bodies, for a log that was asked to have them. */
export function logBodies(observation: Observation, secrets: readonly string[]): object {
  const { sentBody, answeredBody, events } = observation;
  const message = messageOf(events);
  const answered = message.length === 0 ? answeredBody : message;
  return { sent: shownBody(sentBody, secrets), answered: shownBody(answered, secrets) };
}

function lossesOf({ notes: { losses } }: Observation): object | undefined {
  const [first] = losses;
  return first && { count: losses.length, first: `${first.member}: ${first.reason}` };
}

/** One of the same place as the one before it was a retry, one of another a fallback. */
function failuresOf(attempts: readonly Attempt[]): readonly object[] | undefined {
  const failed = attempts.filter(({ exception }) => exception !== undefined);
  if (failed.length === 0) return undefined;
  return failed.map(({ place, exception }) => ({ place: place.provider, exception }));
}
