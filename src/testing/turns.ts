// Turns of a script in few words.

import type { DocumentValue } from '../protocol/api/shape.ts';
import type { ContentBlock } from '../protocol/api/types.generated.ts';
import type { ScriptedFault, ScriptedTurn } from '../library/scripted-turn.ts';

/** What a turn says besides its answer: how often, when, how fast. */
export type TurnOptions = Omit<ScriptedTurn, 'error' | 'inputTokens' | 'output' | 'text'>;

/** A tool that the model calls. */
export interface ToolCall {
  readonly name: string;
  readonly input?: Readonly<Record<string, DocumentValue>>;
  /** Made of the name and the place in the answer unless given. */
  readonly toolUseId?: string;
}

/**
 * A turn that answers with text, with a call of a tool, or with several of them in order.
 *
 * @example
 * await server.script(
 *   turn({ name: 'get_weather', input: { city: 'Seattle' } }),
 *   turn('It is cloudy in Seattle.'),
 * );
 */
export function turn(
  answer: string | ToolCall | readonly (string | ToolCall)[],
  options: TurnOptions = {},
): ScriptedTurn {
  if (typeof answer === 'string') return { ...options, text: answer };
  const parts = isList(answer) ? answer : [answer];
  const content = parts.map(toBlock);
  return { ...options, output: { message: { role: 'assistant', content } } };
}

/**
 * A turn that fails: with an exception of the service, or by dropping the connection.
 *
 * @example
 * await server.script(fault('ThrottlingException', { times: 2 }), fault('cut'));
 */
export function fault(error: ScriptedFault, options: TurnOptions = {}): ScriptedTurn {
  return { ...options, error };
}

function isList<T extends string | ToolCall>(
  answer: ToolCall | readonly T[],
): answer is readonly T[] {
  return Array.isArray(answer);
}

function toBlock(part: string | ToolCall, index: number): ContentBlock {
  if (typeof part === 'string') return { text: part };
  const { name, input = {}, toolUseId = `tooluse_${name}_${index}` } = part;
  return { toolUse: { toolUseId, name, input } };
}
