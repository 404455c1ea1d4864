// A Converse request as the messages that a chat template with tools takes.

import type {
  ContentBlock,
  ConverseRequest,
  Message,
  ToolResultBlock,
} from '../../../protocol/api/types.generated.ts';
import { resultContentText, systemText, textOfBlock } from '../prompt.ts';
import type { Json, JsonObject } from '../tools/schema.ts';

/** What templates call a message; the member names are theirs. */
export type TemplateMessage =
  | { readonly role: 'system' | 'user'; readonly content: string }
  | {
      readonly role: 'assistant';
      readonly content: string;
      readonly tool_calls?: readonly TemplateCall[];
    }
  | {
      readonly role: 'tool';
      readonly content: string;
      readonly tool_call_id: string;
      readonly name: string;
    };

export interface TemplateCall {
  readonly id: string;
  readonly type: 'function';
  readonly function: { readonly name: string; readonly arguments: Json };
}

export interface TemplateTool {
  readonly type: 'function';
  readonly function: {
    readonly name: string;
    readonly description: string;
    readonly parameters: JsonObject;
  };
}

type Request = Pick<ConverseRequest, 'messages' | 'system'>;

/** Throws ValidationException for what a text model cannot be asked at all. */
export function toTemplateMessages(request: Request): readonly TemplateMessage[] {
  const calls = readCalls(request.messages ?? []);
  const system = join((request.system ?? []).map(systemText));
  const messages: TemplateMessage[] = system === '' ? [] : [{ role: 'system', content: system }];
  for (const message of request.messages ?? []) {
    const made = message.role === 'assistant' ? [toAnswer(message, calls)] : toUser(message, calls);
    for (const one of made) append(messages, one);
  }
  return messages;
}

/** A model that calls one tool at a time is shown its calls so, each with its result. */
export function oneCallAtATime(messages: readonly TemplateMessage[]): readonly TemplateMessage[] {
  const results = new Map(
    messages.flatMap((one) => (one.role === 'tool' ? [[one.tool_call_id, one] as const] : [])),
  );
  const hasMany = messages.some((one) => 'tool_calls' in one && (one.tool_calls?.length ?? 0) > 1);
  if (!hasMany) return messages;
  return messages.flatMap((message): readonly TemplateMessage[] => {
    if (message.role === 'tool') return [];
    if (message.role !== 'assistant' || message.tool_calls === undefined) return [message];
    return message.tool_calls.flatMap((call, index): readonly TemplateMessage[] => {
      const content = index === 0 ? message.content : '';
      const result = results.get(call.id);
      const asked = { role: 'assistant', content, tool_calls: [call] } as const;
      return result === undefined ? [asked] : [asked, result];
    });
  });
}

/** For templates that know no system message: it begins what the user says. */
export function systemInUser(messages: readonly TemplateMessage[]): readonly TemplateMessage[] {
  const [system, user, ...rest] = messages;
  if (system?.role !== 'system' || user?.role !== 'user') return messages;
  return [{ role: 'user', content: `${system.content}\n\n${user.content}` }, ...rest];
}

interface KnownCall {
  readonly id: string;
  readonly name: string;
}

/** By the ID of their use. Mistral's templates refuse IDs that are not of nine characters. */
function readCalls(messages: readonly Message[]): ReadonlyMap<string, KnownCall> {
  const calls = new Map<string, KnownCall>();
  for (const block of messages.flatMap(({ content }) => content)) {
    if (!('toolUse' in block)) continue;
    const id = callId(calls.size);
    calls.set(block.toolUse.toolUseId, { id, name: block.toolUse.name });
  }
  return calls;
}

export function callId(index: number): string {
  return `call${String(index).padStart(5, '0')}`;
}

function toAnswer({ content }: Message, calls: ReadonlyMap<string, KnownCall>): TemplateMessage {
  const made = content.flatMap((block) => {
    if (!('toolUse' in block)) return [];
    const { toolUseId, name, input } = block.toolUse;
    const id = calls.get(toolUseId)?.id ?? callId(0);
    return [{ id, type: 'function', function: { name, arguments: input } } as const];
  });
  const text = join(content.map(textIfAny));
  const answer = { role: 'assistant', content: text } as const;
  return made.length === 0 ? answer : { ...answer, tool_calls: made };
}

/** Results come before what the user says to them. */
function toUser(
  { content }: Message,
  calls: ReadonlyMap<string, KnownCall>,
): readonly TemplateMessage[] {
  const results = content.flatMap((block): readonly TemplateMessage[] => {
    if (!('toolResult' in block)) return [];
    const { toolUseId } = block.toolResult;
    const { id, name } = calls.get(toolUseId) ?? { id: callId(0), name: toolUseId };
    return [{ role: 'tool', content: resultText(block.toolResult), tool_call_id: id, name }];
  });
  const text = join(content.map(textIfAny));
  return text === '' && results.length > 0
    ? results
    : [...results, { role: 'user', content: text }];
}

function resultText({ content, status }: ToolResultBlock): string {
  const text = content.map(resultContentText).join('\n');
  return status === 'error' ? `Error: ${text}` : text;
}

function textIfAny(block: ContentBlock): string | undefined {
  return 'toolUse' in block || 'toolResult' in block ? undefined : textOfBlock(block);
}

function join(texts: readonly (string | undefined)[]): string {
  return texts.filter((text) => text !== undefined).join('\n');
}

/** Plain messages of one role in a row become one: templates know only alternating roles. */
function append(messages: TemplateMessage[], message: TemplateMessage): void {
  const last = messages.at(-1);
  const isPlain = message.role === 'user' || message.role === 'assistant';
  if (!isPlain || last?.role !== message.role || 'tool_calls' in last) {
    messages.push(message);
    return;
  }
  const content = join([last.content, message.content].filter((text) => text !== ''));
  messages[messages.length - 1] = { ...message, content };
}
