// Messages as Command R's history and its last turn: calls have no IDs, results repeat their call.

import type { Message, ToolResultBlock } from '../../../protocol/api/types.generated.ts';
import { ValidationException } from '../../../protocol/errors.ts';
import type { Losses } from '../losses.ts';
import type { JsonObject } from '../native-json.ts';
import { plainBlock } from '../plain-text.ts';
import { unsupportedField } from '../unsupported.ts';
import { encodeOutputs } from './outputs.ts';

export interface NativeTurns {
  readonly history: readonly JsonObject[];
  /** The last user's text; empty where only results of tools are sent. */
  readonly message: string;
  readonly toolResults: readonly JsonObject[];
}

/** Throws ValidationException for content that is no text, no call and no result. */
export function encodeTurns(messages: readonly Message[], losses: Losses): NativeTurns {
  if (messages.at(-1)?.role === 'assistant') throw endsWithAssistant();
  const calls = callsOf(messages);
  const turns = messages.map((message, at) => {
    if (message.role === 'system') throw unsupportedField(`messages.${at}.role`);
    const parts = partsOf(message, `messages.${at}.content`, { calls, losses });
    return { role: message.role, ...parts };
  });
  const last = turns.at(-1);
  return {
    history: turns.slice(0, -1).flatMap(historyOf),
    message: last?.text ?? '',
    toolResults: last?.results ?? [],
  };
}

/** Reported from the field, of families other than Claude. */
function endsWithAssistant(): ValidationException {
  return new ValidationException(
    'The model that you are using requires the last turn in the conversation to be a user ' +
      'message. Add a user message to the conversation and try again.',
  );
}

interface Around {
  readonly calls: ReadonlyMap<string, JsonObject>;
  readonly losses: Losses;
}

export interface Parts {
  /** Undefined where the message has none. */
  readonly text: string | undefined;
  readonly calls: readonly JsonObject[];
  readonly results: readonly JsonObject[];
}

/** The texts of a message as one, its calls and its results, which the format holds apart. */
export function partsOf({ role, content }: Message, path: string, around: Around): Parts {
  const texts: string[] = [];
  const calls: JsonObject[] = [];
  const results: JsonObject[] = [];
  let isReordered = false;
  for (const [at, block] of content.entries()) {
    const place = `${path}.${at}`;
    if ('toolUse' in block) {
      calls.push(callOf(block.toolUse));
    } else if ('toolResult' in block) {
      isReordered ||= texts.length > 0;
      results.push(resultOf(block.toolResult, `${place}.toolResult`, around));
    } else {
      isReordered ||= calls.length > 0;
      texts.push(...plainBlock(block, place, around.losses));
    }
  }
  if (texts.length > 1) around.losses.add(path, 'changed', 'its texts are joined into one');
  if (isReordered) {
    const first = role === 'assistant' ? 'its text' : 'the results of tools';
    around.losses.add(path, 'changed', `${first} must come first`);
  }
  return { text: texts.length > 0 ? texts.join('\n') : undefined, calls, results };
}

function callOf({ name, input }: { readonly name: string; readonly input: unknown }): JsonObject {
  return { name, parameters: input };
}

/** The calls of a conversation by their IDs, which the format has not. */
function callsOf(messages: readonly Message[]): ReadonlyMap<string, JsonObject> {
  const blocks = messages.flatMap(({ content }) => content);
  return new Map(
    blocks.flatMap((block) =>
      'toolUse' in block ? [[block.toolUse.toolUseId, callOf(block.toolUse)] as const] : [],
    ),
  );
}

function resultOf(result: ToolResultBlock, path: string, { calls, losses }: Around): JsonObject {
  const call = calls.get(result.toolUseId);
  if (call === undefined) {
    const message = `The tool result at ${path} answers no tool use of this conversation.`;
    throw new ValidationException(message);
  }
  return { call, outputs: encodeOutputs(result, path, losses) };
}

/** A message within the history: what a user sends is results, then words. */
export function historyOf(turn: Parts & { readonly role: string }): readonly JsonObject[] {
  const { role, text, calls, results } = turn;
  if (role === 'assistant') {
    const toolCalls = calls.length > 0 ? { tool_calls: calls } : {};
    return [{ role: 'CHATBOT', message: text ?? '', ...toolCalls }];
  }
  return [
    ...(results.length > 0 ? [{ role: 'TOOL', tool_results: results }] : []),
    ...(text === undefined ? [] : [{ role: 'USER', message: text }]),
  ];
}
