// Command R's history and last turn as messages: calls get IDs, and results find their calls.

import type { ContentBlock, Message, ToolUseBlock } from '../../../protocol/api/types.generated.ts';
import type { DocumentValue } from '../../../protocol/api/shape.ts';
import type { JsonObject } from '../native-json.ts';
import { listOf, objectOf, stringOf } from '../native-json.ts';
import { decodeOutputs } from './outputs.ts';

interface OpenMessage {
  readonly role: 'assistant' | 'user';
  readonly content: ContentBlock[];
}

/** A conversation that is being put together. */
interface Draft {
  readonly messages: OpenMessage[];
  /** Calls that no result has answered. */
  readonly open: ToolUseBlock[];
  /** For the next ID. */
  calls: number;
}

/** The messages of a native request, without those of its SYSTEM. */
export function decodeTurns(native: JsonObject): readonly Message[] {
  const draft: Draft = { messages: [], open: [], calls: 0 };
  for (const entry of listOf(native['chat_history'])) readEntry(objectOf(entry), draft);
  const results = listOf(native['tool_results']).map(objectOf);
  const message = stringOf(native['message']) ?? '';
  // Documented: a single step sends the question again beside the results, without their calls.
  const isSingleStep = results.length > 0 && draft.open.length === 0;
  if (isSingleStep && message !== '') addText(message, draft);
  if (results.length > 0) addResults(results, draft);
  if (!isSingleStep && (message !== '' || results.length === 0)) addText(message, draft);
  return draft.messages;
}

function readEntry(entry: JsonObject, draft: Draft): void {
  const message = stringOf(entry['message']) ?? '';
  if (entry['role'] === 'CHATBOT') {
    addAnswer(message, listOf(entry['tool_calls']).map(objectOf), draft);
  } else if (entry['role'] === 'TOOL') {
    addResults(listOf(entry['tool_results']).map(objectOf), draft);
  } else if (entry['role'] === 'USER') addText(message, draft);
}

function addAnswer(text: string, calls: readonly JsonObject[], draft: Draft): void {
  const content: ContentBlock[] = text === '' && calls.length > 0 ? [] : [{ text }];
  draft.messages.push({ role: 'assistant', content });
  draft.open.length = 0;
  for (const call of calls) addCall(call, draft);
}

/** The call, at the end of the last answer. */
function addCall({ name, parameters }: JsonObject, draft: Draft): ToolUseBlock {
  draft.calls += 1;
  const toolUse: ToolUseBlock = {
    toolUseId: `call_${draft.calls}`,
    name: stringOf(name) ?? '',
    input: objectOf(parameters) as DocumentValue,
  };
  if (draft.messages.at(-1)?.role !== 'assistant') {
    draft.messages.push({ role: 'assistant', content: [] });
  }
  draft.messages.at(-1)?.content.push({ toolUse });
  draft.open.push(toolUse);
  return toolUse;
}

function addResults(results: readonly JsonObject[], draft: Draft): void {
  const found = results.map(({ call, outputs }) => ({
    toolUseId: answeredBy(objectOf(call), draft).toolUseId,
    ...decodeOutputs(listOf(outputs).map(objectOf)),
  }));
  draft.messages.push({ role: 'user', content: found.map((toolResult) => ({ toolResult })) });
}

/** The open call of the same name and input, or of the same name; where none is, it is made. */
function answeredBy(call: JsonObject, draft: Draft): ToolUseBlock {
  const named = draft.open.filter(({ name }) => name === call['name']);
  const input = JSON.stringify(call['parameters']);
  const toolUse =
    named.find((it) => JSON.stringify(it.input) === input) ?? named[0] ?? addCall(call, draft);
  draft.open.splice(draft.open.indexOf(toolUse), 1);
  return toolUse;
}

/** Words that follow results are the same message: a user's. */
function addText(text: string, { messages }: Draft): void {
  const last = messages.at(-1);
  const followsResults = last?.role === 'user' && last.content.some((it) => 'toolResult' in it);
  if (followsResults) last.content.push({ text });
  else messages.push({ role: 'user', content: [{ text }] });
}
