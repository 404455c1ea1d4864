// The script of the simulated model: a queue of turns, each used up by the requests that it fits.

import { scriptTurnsMax } from '../limits.ts';
import { checkShape } from '../protocol/validation/constraints.ts';
import { ValidationException } from '../protocol/errors.ts';
import { MalformedTurn } from './malformed-turn.ts';
import { readTurn, type Turn } from './turn.ts';

export interface ScriptRequest {
  readonly operation: string;
  /** As the client sent it, decoded. */
  readonly modelId: string;
  /** What the ID or ARN stands for; null where it names no model. */
  readonly foundationModelId: string | null;
  /** The text of the last message. */
  readonly text: string;
}

export interface Script {
  /**
   * Appends one turn or an array of turns, all or nothing, and returns how many wait now. Throws
   * MalformedTurn.
   */
  append(json: unknown): number;
  /** The turns still waiting, as they were sent, `times` being what is left. */
  waiting(): readonly unknown[];
  /** Empties the queue and returns how many turns waited. */
  clear(): number;
  /** The first turn that fits, used up by this request. */
  take(request: ScriptRequest): Turn | undefined;
}

export function createScript(): Script {
  let queue: QueuedTurn[] = [];
  return {
    append(json) {
      const added = readTurns(json);
      if (queue.length + added.length > scriptTurnsMax) throw tooManyTurns(added.length);
      queue.push(...added);
      return queue.length;
    },
    waiting: () => queue.map(describeTurn),
    clear() {
      const count = queue.length;
      queue = [];
      return count;
    },
    take(request) {
      const index = queue.findIndex(({ turn }) => fits(turn, request));
      const found = queue[index];
      if (found === undefined) return undefined;
      if (found.left !== 'always') found.left -= 1;
      if (found.left === 0) queue.splice(index, 1);
      return found.turn;
    },
  };
}

interface QueuedTurn {
  readonly turn: Turn;
  readonly sent: unknown;
  left: number | 'always';
}

function readTurns(json: unknown): readonly QueuedTurn[] {
  const turns: readonly unknown[] = Array.isArray(json) ? json : [json];
  return turns.map((sent, index) => {
    checkDepth(sent, index);
    const turn = readTurn(sent, index);
    return { turn, sent, left: turn.times };
  });
}

/** What nests too deep could not be written out again; the wire bounds any JSON at this depth. */
function checkDepth(sent: unknown, index: number): void {
  try {
    checkShape('MessageStopEvent', { stopReason: 'end_turn', additionalModelResponseFields: sent });
  } catch (error) {
    if (!(error instanceof ValidationException)) throw error;
    throw new MalformedTurn(`Turn ${index}: ${error.message}`);
  }
}

function tooManyTurns(count: number): MalformedTurn {
  return new MalformedTurn(
    `With these ${count} turns more than ${scriptTurnsMax} would wait. ` +
      'Empty the queue with DELETE, or use "times".',
  );
}

function describeTurn({ turn, sent, left }: QueuedTurn): unknown {
  return left === turn.times ? sent : { ...(sent as object), times: left };
}

function fits(turn: Turn, request: ScriptRequest): boolean {
  const { operation, modelId, foundationModelId, text } = request;
  const operations: readonly string[] = turn.operations;
  if (!operations.includes(operation)) return false;
  if (turn.modelId !== undefined && turn.modelId !== modelId) {
    if (turn.modelId !== foundationModelId) return false;
  }
  return text.includes(turn.whenText);
}
