// Tells a tool's result in words: every value as it is, the wording chosen by the model.

import type { PastCall, Result } from './conversation.ts';
import { isObject, type Json, type JsonObject, sayValue } from './schema.ts';
import type { Scorer } from './scorer.ts';
import { plainName } from './words.ts';

/** The whole text of an answer to what was asked. */
export async function answerFrom(
  asked: string,
  calls: readonly PastCall[],
  scorer: Scorer,
): Promise<string> {
  const answers: string[] = [];
  for (const call of calls) {
    if (call.result === undefined) continue;
    answers.push(await tell(asked, { call, result: call.result, many: calls.length > 1 }, scorer));
  }
  return answers.join(answers.some((answer) => answer.includes('\n')) ? '\n\n' : ' ');
}

interface Told {
  readonly call: PastCall;
  readonly result: Result;
  /** There are several calls: each answer says which it belongs to. */
  readonly many: boolean;
}

async function tell(asked: string, told: Told, scorer: Scorer): Promise<string> {
  const { call, result } = told;
  if (result.error) return tellError(call, result);
  const [value, ...more] = result.values;
  if (value === undefined) return `The tool ${plainName(call.name)} gave no result.`;
  const flat = more.length === 0 ? flatPairs(value) : undefined;
  if (flat === undefined) return tellList(told);
  const prompt = `${answerExamples}Question: ${oneLine(asked)}\nAnswer:`;
  const openings = openingsFor(flat, told);
  const chosen = await scorer.choose(prompt, openings);
  const opening = openings[chosen ?? 0] ?? '';
  const rest = flat.slice(1).map(([name, said]) => `the ${name} is ${said}`);
  return ended(joined([opening.trim(), ...rest]));
}

// Names of members and their values in sentences, as the answer is to be.
const answerExamples = `\
Question: Is flight BA214 on time?
Answer: The status of BA214 is delayed, and the new time is 18:20.

Question: How is the heater set?
Answer: The level is 3, the state is on, and the room is 12.

Question: What does a ticket to Rome cost?
Answer: The price for Rome is 12.50.

Question: Put 3 red mugs in my cart.
Answer: The number of items is 3.

`;

type Pair = readonly [name: string, value: string];

/** At most so many values make a sentence that can be read. */
const sentencePairsMax = 8;

/** Names and values of a small flat result; undefined for what is better listed. */
function flatPairs(value: Json): readonly Pair[] | undefined {
  if (!isObject(value)) {
    const text = scalarText(value);
    return text === undefined || text.includes('\n') ? undefined : [['result', text]];
  }
  const pairs: Pair[] = [];
  for (const [name, member] of Object.entries(value)) {
    const text = scalarText(member);
    if (text === undefined || text.includes('\n')) return undefined;
    pairs.push([plainName(name), text]);
  }
  return pairs.length === 0 || pairs.length > sentencePairsMax ? undefined : pairs;
}

function scalarText(value: Json): string | undefined {
  if (typeof value === 'object' && value !== null) return undefined;
  return value === null ? 'unknown' : sayValue(value).trim();
}

/** The first sentence may say what was asked about, in one of a few ways. */
function openingsFor(pairs: readonly Pair[], { call, many }: Told): string[] {
  const [[name, value] = ['result', '']] = pairs;
  const subjects = Object.values(call.input)
    .filter((argument) => typeof argument === 'string')
    .filter((argument) => argument.length <= subjectCharsMax)
    .map(oneLine);
  const about = subjects.flatMap((subject) =>
    ['in', 'for', 'of', 'at'].map((link) => ` The ${name} ${link} ${subject} is ${value}`),
  );
  const plain = ` The ${name} is ${value}`;
  // Of several answers each must say which it is.
  return many && about.length > 0 ? about : [plain, ...about];
}

const subjectCharsMax = 60;

function joined(clauses: readonly string[]): string {
  if (clauses.length < 3) return clauses.join(' and ');
  return `${clauses.slice(0, -1).join(', ')}, and ${clauses.at(-1)}`;
}

function ended(text: string): string {
  return /[.!?…]["'”’)]*$/.test(text) ? text : `${text}.`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

function tellError({ name, input }: PastCall, { values }: Result): string {
  const why = values.flatMap(linesOf).map(oneLine).join('; ');
  const subject = subjectOf(input);
  const what = `The tool ${plainName(name)} failed${subject === '' ? '' : ` for ${subject}`}`;
  return ended(why === '' ? what : `${what}: ${why}`);
}

function subjectOf(input: JsonObject): string {
  return Object.values(input)
    .filter((value) => typeof value === 'string')
    .map(oneLine)
    .join(', ');
}

/** Arrays, nested objects and long results, a line a value. */
function tellList({ call, result }: Told): string {
  const subject = subjectOf(call.input);
  const title = `Here is the result of ${plainName(call.name)}`;
  const lines = result.values.flatMap(linesOf);
  return `${title}${subject === '' ? '' : ` for ${subject}`}:\n${lines.join('\n')}`;
}

function linesOf(value: Json): string[] {
  if (Array.isArray(value)) {
    return (value as readonly Json[]).flatMap((item) => {
      const [first = 'nothing', ...rest] = inOneLine(item);
      return indented(`- ${first}`, rest);
    });
  }
  if (!isObject(value)) return [scalarText(value) ?? ''];
  return Object.entries(value).flatMap(([name, member]) => {
    const text = scalarText(member);
    if (text !== undefined) return [`${plainName(name)}: ${text}`];
    return indented(`${plainName(name)}:`, linesOf(member));
  });
}

function indented(head: string, lines: readonly string[]): string[] {
  return [head].concat(lines.map((line) => `  ${line}`));
}

/** The flat members of an object stand on one line. */
function inOneLine(value: Json): string[] {
  const flat = isObject(value) ? flatPairs(value) : undefined;
  if (flat === undefined) return linesOf(value);
  return [flat.map(([name, text]) => `${name}: ${text}`).join(', ')];
}
