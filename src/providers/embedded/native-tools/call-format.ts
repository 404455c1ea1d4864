// How a model writes a call: learnt from its chat template, which writes one into a conversation.

import type { Json } from '../tools/schema.ts';
import { callId, type TemplateMessage, type TemplateTool } from './tool-messages.ts';

/** A call is `opening` name `middle` arguments `closing`. */
export interface CallFormat {
  readonly opening: string;
  readonly middle: string;
  readonly closing: string;
  /** Begins the next call of the same answer; undefined where the template takes but one. */
  readonly next: string | undefined;
}

/** What a template has to say about tools. */
export interface ToolStyle {
  readonly format: CallFormat;
  /** Arguments are given to the template as JSON text. */
  readonly argumentsAsText: boolean;
}

/** What the template writes for a conversation; throws what the template throws. */
export type RenderText = (
  messages: readonly TemplateMessage[],
  tools: readonly TemplateTool[],
) => string;

/** Whether the template itself takes tools; then its model was trained for them. */
export function hasTools(template: string): boolean {
  const code = template.match(/\{[{%].*?[%}]\}/gs) ?? [];
  return code.some((statement) => /(?<![\w.])tools(?!\w)/.test(statement.replaceAll(quoted, '')));
}

const quoted = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/gs;

/** Undefined where the template writes no calls whose arguments are JSON. */
export function learnToolStyle(render: RenderText): ToolStyle | undefined {
  return learn(render, false) ?? learn(render, true);
}

/** What models write that were trained for one of the usual ways, whatever their template says. */
export const usualFormats: readonly CallFormat[] = [
  {
    opening: '<tool_call>\n{"name": "',
    middle: '", "arguments": ',
    closing: '}\n</tool_call>',
    next: '\n<tool_call>\n{"name": "',
  },
  {
    opening: '[TOOL_CALLS] [{"name": "',
    middle: '", "arguments": ',
    closing: '}',
    next: ', {"name": "',
  },
  { opening: '<function=', middle: '>', closing: '</function>', next: '<function=' },
  {
    opening: '<|python_tag|>{"name": "',
    middle: '", "parameters": ',
    closing: '}',
    next: undefined,
  },
  { opening: '{"name": "', middle: '", "parameters": ', closing: '}', next: undefined },
  { opening: '{"name": "', middle: '", "arguments": ', closing: '}', next: undefined },
];

/** What a model may write as one token where it begins a call. */
export function markersOf(format: CallFormat): readonly string[] {
  const texts = [format, ...usualFormats].flatMap(({ opening, middle }) => [opening, middle]);
  return texts.flatMap((text) => text.match(/<[^<>\s{]+>|\[[^[\]\s{]+\]/g) ?? []);
}

const asked = 'asked0first';
const answered = 'answered0then';
const names = ['called0first', 'called0second'] as const;
const members = ['member0first', 'member0second'] as const;

function learn(render: RenderText, argumentsAsText: boolean): ToolStyle | undefined {
  const one = attempt(() => render(conversation(1, argumentsAsText), tools));
  if (one === undefined) return undefined;
  const plain = attempt(() => render(plainConversation, tools));
  const call = findCall(one, 0);
  if (plain === undefined || call === undefined) return undefined;
  const { before, middle, after } = call;
  const [plainBefore, plainAfter] = around(plain, answered);
  const opening = before.slice(commonStart(before, plainBefore).length);
  const closing = after.slice(0, after.length - commonEnd(after, plainAfter).length);
  if (opening.trim() === '') return undefined;
  const two = attempt(() => render(conversation(2, argumentsAsText), tools));
  const between = two === undefined ? undefined : findCall(two, 1)?.before;
  const tail = between === undefined ? undefined : textBetweenCalls(two ?? '', between);
  if (tail === undefined) {
    return { format: { opening, middle, closing, next: undefined }, argumentsAsText };
  }
  const own = commonStart(tail, closing);
  const next = tail.slice(own.length);
  return { format: { opening, middle, closing: own, next }, argumentsAsText };
}

const tools: readonly TemplateTool[] = names.map((name) => ({
  type: 'function',
  function: { name, description: 'none', parameters: { type: 'object', properties: {} } },
}));

const plainConversation: readonly TemplateMessage[] = [
  { role: 'user', content: asked },
  { role: 'assistant', content: answered },
];

function conversation(count: number, asText: boolean): readonly TemplateMessage[] {
  const tool_calls = names.slice(0, count).map((name, index) => {
    const values: Json = { [members[index] ?? '']: 1 };
    const given = asText ? JSON.stringify(values) : values;
    // All have one ID, so that what differs is the text between them.
    return { id: callId(0), type: 'function', function: { name, arguments: given } } as const;
  });
  return [
    { role: 'user', content: asked },
    { role: 'assistant', content: '', tool_calls },
  ];
}

interface FoundCall {
  readonly before: string;
  readonly middle: string;
  readonly after: string;
}

/** Behind the question, since the names stand before it, too. */
function findCall(text: string, index: 0 | 1): FoundCall | undefined {
  const from = text.lastIndexOf(asked) + asked.length;
  const at = text.indexOf(names[index], from);
  const behind = at + names[index].length;
  const [json] = new RegExp(`\\{ ?"${members[index]}": ?1 ?\\}`).exec(text.slice(behind)) ?? [];
  if (at === -1 || json === undefined) return undefined;
  const start = text.indexOf(json, behind);
  return {
    before: text.slice(from, at),
    middle: text.slice(behind, start),
    after: text.slice(start + json.length),
  };
}

/** From the end of the first call's arguments to the second one's name. */
function textBetweenCalls(text: string, before: string): string | undefined {
  const first = findCall(text, 0);
  if (first === undefined) return undefined;
  const from = text.length - first.after.length;
  const to = text.lastIndexOf(asked) + asked.length + before.length;
  return to < from ? undefined : text.slice(from, to);
}

function around(text: string, marker: string): readonly [before: string, after: string] {
  const at = text.lastIndexOf(marker);
  const from = text.lastIndexOf(asked) + asked.length;
  return [text.slice(from, at), text.slice(at + marker.length)];
}

/** Never within a marker: `<think>` and `<tool_call>` have nothing in common. */
function commonStart(one: string, other: string): string {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  const common = one.slice(0, length);
  return length === one.length ? common : common.replace(/[<[][^<>[\]]*$/, '');
}

function commonEnd(one: string, other: string): string {
  let length = 0;
  while (length < one.length && one.at(-1 - length) === other.at(-1 - length)) length += 1;
  return length === 0 ? '' : one.slice(-length);
}

function attempt(write: () => string): string | undefined {
  try {
    return write();
  } catch {
    // A template says by an error what it cannot write, such as two calls in one message.
    return undefined;
  }
}
