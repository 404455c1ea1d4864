// Which calls a message asks for: one as a rule, several where it clearly asks twice.

import { type BuiltCall, buildCall } from './build-call.ts';
import type { Conversation } from './conversation.ts';
import { type Decision, decide, mostLikely } from './decide.ts';
import { companionsOf } from './lists.ts';
import type { Json } from './schema.ts';
import type { Scorer } from './scorer.ts';
import type { Choice, OfferedTool } from './tool.ts';

export interface PlanRequest {
  readonly tools: readonly OfferedTool[];
  readonly choice: Choice;
  readonly conversation: Conversation;
  readonly scorer: Scorer;
  /** When the last message was sent, in milliseconds. */
  readonly now: number;
}

/** The calls to make now; none where the answer is text. */
export async function planCalls(request: PlanRequest): Promise<readonly BuiltCall[]> {
  const { choice, conversation } = request;
  if (choice === 'auto') {
    return conversation.hasNewResults ? openCalls(request) : askedCalls(request);
  }
  const tool = choice === 'any' ? await mostSuitable(request) : choice;
  return tool === undefined ? [] : callsOf(tool, textsOf(request), request);
}

async function mostSuitable({ tools, conversation, scorer }: PlanRequest) {
  const decision = await mostLikely(tools, { text: conversation.asked }, scorer);
  return decision?.tool;
}

async function askedCalls(request: PlanRequest): Promise<readonly BuiltCall[]> {
  const { tools, conversation, scorer } = request;
  const { asked } = conversation;
  const followed = followUp(request);
  const decision = await decide(tools, { text: followed ?? asked }, scorer);
  const parts = followed === undefined ? await askedParts(request) : [];
  const tool = decision !== undefined && decision.score > 0 ? decision.tool : parts[0]?.tool;
  if (tool === undefined) return [];
  const calls: BuiltCall[] = [];
  for (const { tool, text } of parts.length > 1 ? parts : []) {
    calls.push(...(await callsOf(tool, [text, ...textsOf(request)], request)));
  }
  if (calls.length > 1) return ready(calls);
  return callsOf(tool, textsOf(request), request);
}

/** A call that needs what another one will bring waits for the next turn. */
function ready(calls: readonly BuiltCall[]): readonly BuiltCall[] {
  const complete = calls.filter(({ missing }, index) => index === 0 || missing.length === 0);
  return withoutRepeats(complete);
}

/** A result may leave a call open that was asked for: "look up Kim's number, then call it". */
async function openCalls(request: PlanRequest): Promise<readonly BuiltCall[]> {
  const { conversation } = request;
  const made = conversation.calls.map(({ name }) => name);
  const open: BuiltCall[] = [];
  for (const { tool, text } of await askedParts(request)) {
    const at = made.indexOf(tool.name);
    if (at >= 0) made.splice(at, 1);
    else open.push(...(await callsOf(tool, [text, ...resultTexts(request)], request)));
  }
  return open.filter(({ missing }) => missing.length === 0);
}

interface Part {
  readonly tool: OfferedTool;
  readonly text: string;
}

/** The parts of a message that ask for a tool; none where it is all one part. */
async function askedParts({ tools, conversation, scorer }: PlanRequest): Promise<readonly Part[]> {
  const parts = splitParts(conversation.asked);
  if (parts[0] === conversation.asked) return [];
  const asked: Part[] = [];
  for (const text of parts) {
    const decision: Decision | undefined = await decide(
      tools,
      { text, known: knownFor(text, conversation) },
      scorer,
    );
    if (decision !== undefined && decision.score > partScoreMin)
      asked.push({ tool: decision.tool, text });
  }
  return asked;
}

/** "Then call it": what it is, the results say. */
function knownFor(text: string, { calls }: Conversation): string {
  if (!reference.test(text)) return text;
  return [text, ...calls.flatMap(({ result }) => result?.values ?? []).map(sayValues)].join(' ');
}

const reference = /\b(?:it|its|him|her|them|that|this|there|the result)\b/i;

/** Sentences, and what is joined to them by "and" or "then" where it could be a request too. */
function splitParts(text: string): string[] {
  return text
    .split(/(?<=[.!?])\s+|;\s+|,?\s+(?:and then|then|and also|and)\s+(?=\S+\s+\S)/iu)
    .map((part) => part.trim())
    .filter((part) => part.split(/\s+/).length >= partWordsMin)
    .slice(0, partsMax);
}

const partWordsMin = 2;
// A part has lost what stands around it, so that it takes more to be sure. Found by tuning.
const partScoreMin = 1;
// Each costs a decision.
const partsMax = 4;

function textsOf({ conversation }: PlanRequest): readonly string[] {
  return [conversation.asked, ...conversation.before.slice(0, earlierTextsMax)];
}

function resultTexts(request: PlanRequest): readonly string[] {
  const values = request.conversation.calls.flatMap(({ result }) => result?.values ?? []);
  return [...values.map(sayValues), ...textsOf(request)];
}

const earlierTextsMax = 4;

/** Values as a text in which candidates are found: quoted, each for itself. */
function sayValues(value: Json): string {
  if (Array.isArray(value)) return (value as readonly Json[]).map(sayValues).join(', ');
  if (typeof value === 'object' && value !== null) {
    return Object.values(value).map(sayValues).join(', ');
  }
  return typeof value === 'string' ? `"${value}"` : String(value);
}

/** "And in Rome?" after a call means the same again: it is read with the question before. */
function followUp({ conversation, scorer }: PlanRequest): string | undefined {
  const { asked, before, callsBefore } = conversation;
  const [last] = before;
  if (callsBefore.length === 0 || last === undefined) return undefined;
  const words = asked.split(/\s+/).length;
  if (words > followUpWordsMax || !followUpOpening.test(asked)) return undefined;
  return `${scorer.clip(last)} ${asked}`;
}

const followUpWordsMax = 8;
const followUpOpening =
  /^(?:ok(?:ay)?,?\s+)?(?:and|what about|how about|same for|also|now|und|et|y|e|ed|i)\b/iu;

async function callsOf(
  tool: OfferedTool,
  texts: readonly string[],
  { scorer, now }: PlanRequest,
): Promise<readonly BuiltCall[]> {
  const call = await buildCall(tool, { texts, scorer, now });
  return call === undefined ? [] : [call, ...companionCalls(call, texts[0] ?? '')];
}

/** "The weather in Paris and in Rome": the same call for each. */
function companionCalls(call: BuiltCall, text: string): BuiltCall[] {
  for (const [name, value] of Object.entries(call.input)) {
    if (typeof value !== 'string' && typeof value !== 'number') continue;
    const taken = new Set(Object.values(call.input).map(String));
    const others = companionsOf(String(value), text).filter((other) => !taken.has(other));
    const calls = others.map((other) => {
      return withMember(call, name, typeof value === 'number' ? Number(other) : other);
    });
    const valid = calls.filter(({ tool, input }) => tool.validator.errors(input).length === 0);
    if (valid.length > 0) return valid;
  }
  return [];
}

function withMember(call: BuiltCall, name: string, value: Json): BuiltCall {
  return { ...call, input: { ...call.input, [name]: value } };
}

function withoutRepeats(calls: readonly BuiltCall[]): BuiltCall[] {
  const keyed = calls.map(
    (call) => [`${call.tool.name}${JSON.stringify(call.input)}`, call] as const,
  );
  return [...new Map(keyed).values()];
}
