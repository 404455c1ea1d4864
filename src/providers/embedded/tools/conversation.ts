// What a conversation says that matters for tools: what was asked, called and answered.

import type {
  ContentBlock,
  Message,
  ToolResultBlock,
} from '../../../protocol/api/types.generated.ts';
import { isObject, type Json, type JsonObject } from './schema.ts';

export interface PastCall {
  readonly name: string;
  readonly input: JsonObject;
  readonly result: Result | undefined;
}

export interface Result {
  readonly error: boolean;
  readonly values: readonly Json[];
}

export interface Conversation {
  /** What the user asked last. */
  readonly asked: string;
  /** What the user said before that, the latest first. */
  readonly before: readonly string[];
  /** Calls since the user asked. */
  readonly calls: readonly PastCall[];
  /** The calls of the turn before, if the answer to it was one. */
  readonly callsBefore: readonly PastCall[];
  /** The last message brings results. */
  readonly hasNewResults: boolean;
}

export function readConversation(messages: readonly Message[]): Conversation {
  const results = resultsOf(messages);
  const turns: Turn[] = [{ text: '', calls: [] }];
  for (const { role, content } of messages) {
    const text = content.flatMap(textOf).join('\n').trim();
    if (role === 'user' && text !== '' && !content.some(isResult)) turns.push({ text, calls: [] });
    for (const block of content) {
      if (!('toolUse' in block)) continue;
      const { name, input, toolUseId } = block.toolUse;
      const made = { name, input: isObject(input) ? input : {}, result: results.get(toolUseId) };
      turns.at(-1)?.calls.push(made);
    }
  }
  const [last, ...earlier] = turns.toReversed();
  return {
    asked: last?.text ?? '',
    before: earlier.map(({ text }) => text).filter((text) => text !== ''),
    calls: last?.calls ?? [],
    callsBefore: earlier[0]?.calls ?? [],
    hasNewResults: messages.at(-1)?.content.some(isResult) === true,
  };
}

interface Turn {
  readonly text: string;
  readonly calls: PastCall[];
}

function textOf(block: ContentBlock): string[] {
  if ('text' in block) return [block.text];
  if ('guardContent' in block && 'text' in block.guardContent)
    return [block.guardContent.text.text];
  return [];
}

function isResult(block: ContentBlock): boolean {
  return 'toolResult' in block;
}

function resultsOf(messages: readonly Message[]): ReadonlyMap<string, Result> {
  const results = new Map<string, Result>();
  for (const block of messages.flatMap(({ content }) => content)) {
    if ('toolResult' in block) results.set(block.toolResult.toolUseId, toResult(block.toolResult));
  }
  return results;
}

function toResult({ content, status }: ToolResultBlock): Result {
  const values = content.flatMap((block): Json[] => {
    if ('json' in block) return [block.json];
    return 'text' in block ? [fromText(block.text)] : [];
  });
  return { error: status === 'error', values };
}

/** Many programs send JSON as text. */
function fromText(text: string): Json {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text) as Json;
  } catch {
    // It only looked like JSON: then it is a text.
    return text;
  }
}
