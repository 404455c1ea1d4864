// Fills a tool's input from what was said: candidates found in code, chosen by the model.

import {
  type Candidate,
  type Member,
  namedValues,
  numbersIn,
  stringsIn,
  toolStemsOf,
} from './candidates.ts';
import { itemsIn } from './lists.ts';
import { ownValue, sample } from './sample.ts';
import {
  isObject,
  type Json,
  type JsonObject,
  type PlainSchema,
  sayValue,
  toPlain,
} from './schema.ts';
import type { Scorer } from './scorer.ts';
import type { OfferedTool } from './tool.ts';
import { plainName, stem, wordsOf } from './words.ts';

export interface FillSource {
  /** What was said, the closest first: a later text serves only where the earlier have nothing. */
  readonly texts: readonly string[];
  /** The prompt up to the call's input. */
  readonly prompt: string;
  readonly scorer: Scorer;
  /** When the closest was sent, in milliseconds. */
  readonly now: number;
}

export interface Filled {
  readonly input: JsonObject;
  /** Required members that nothing in the texts could fill. */
  readonly missing: readonly string[];
}

/** The input is of the right shape; whether it is valid in all is for the validator to say. */
export async function fillInput(tool: OfferedTool, source: FillSource): Promise<Filled> {
  const filling: Filling = {
    ...source,
    root: tool.schema,
    toolStems: toolStemsOf(tool.name, tool.description),
    used: [],
    missing: [],
  };
  const input = await fillObject(toPlain(tool.schema, tool.schema), filling);
  return { input, missing: filling.missing };
}

interface Filling extends FillSource {
  readonly root: Json;
  readonly toolStems: ReadonlySet<string>;
  /** Values that a member has taken already: no other is given them again. */
  readonly used: Json[];
  readonly missing: string[];
}

interface Field {
  readonly name: string;
  readonly raw: Json;
  readonly schema: PlainSchema;
  readonly required: boolean;
}

async function fillObject(plain: PlainSchema, filling: Filling): Promise<JsonObject> {
  const fields = plain.properties.map(([name, raw]) => ({
    name,
    raw,
    schema: toPlain(raw, filling.root),
    required: plain.required.has(name),
  }));
  const filled = new Map<string, Json>();
  const keep = (field: Field, value: Json | undefined): void => {
    if (value === undefined) return;
    filled.set(field.name, value);
    filling.used.push(value);
  };
  const required = fields.filter((field) => field.required);
  const ordered = required.toSorted((a, b) => rankOf(a.schema) - rankOf(b.schema));
  const phrases = ordered.filter(({ schema }) => isPhrase(schema));
  for (const field of ordered) {
    if (!isPhrase(field.schema))
      keep(field, await fillRequired(field, siblings(fields, field, filled), filling));
  }
  const chosen = await choosePhrases(phrases, filling);
  for (const [index, field] of phrases.entries())
    keep(field, chosen[index] ?? (await writePhrase(field, filling)));
  for (const field of fields) {
    if (!field.required)
      keep(field, await literalValue(field, siblings(fields, field, filled), filling));
  }
  // In the schema's order, whatever the order of the choice was.
  return Object.fromEntries(
    fields.flatMap(({ name }) => {
      const value = filled.get(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function isPhrase({ type, values }: PlainSchema): boolean {
  return values === undefined && (type === 'string' || type === 'any');
}

/** What has the fewest possible values comes first, and leaves the rest to the others. */
function rankOf({ type, values }: PlainSchema): number {
  if (values !== undefined) return 0;
  const order = ['number', 'integer', 'boolean', 'array', 'object'];
  const index = order.indexOf(type);
  return index < 0 ? order.length + 1 : index + 1;
}

/** Values that siblings with the same choice have taken. */
function siblings(
  fields: readonly Field[],
  field: Field,
  filled: ReadonlyMap<string, Json>,
): readonly Json[] {
  const choice = JSON.stringify(field.schema.values);
  return fields.flatMap(({ name, schema }) => {
    const value = filled.get(name);
    return value !== undefined && JSON.stringify(schema.values) === choice ? [value] : [];
  });
}

async function fillRequired(field: Field, taken: readonly Json[], filling: Filling): Promise<Json> {
  const { schema } = field;
  if (schema.values !== undefined) return fillChoice(field, taken, filling);
  switch (schema.type) {
    case 'object':
      return fillObject(schema, filling);
    case 'array':
      return fillList(field, filling);
    case 'boolean':
      return saidFlag(field, filling) ?? missing(field, filling);
    case 'number':
    case 'integer':
      return fillNumber(field, filling);
    default:
      return missing(field, filling);
  }
}

function missing({ name, raw, schema }: Field, filling: Filling): Json {
  if (ownValue(schema) === undefined) filling.missing.push(name);
  return sample(raw, filling.root);
}

async function fillChoice(field: Field, taken: readonly Json[], filling: Filling): Promise<Json> {
  const values = (field.schema.values ?? []).filter((value) => !taken.includes(value));
  for (const text of filling.texts) {
    const named = namedValues(text, values);
    if (named.length > 0) return pick(field, named, filling);
  }
  if (field.schema.keywords['default'] !== undefined) return field.schema.keywords['default'];
  if (values.length > 1) filling.missing.push(field.name);
  return pick(field, values, filling);
}

async function pick(field: Field, values: readonly Json[], filling: Filling): Promise<Json> {
  const texts = values.map((value) => headOf(field) + JSON.stringify(value));
  const index = await filling.scorer.choose(filling.prompt, texts);
  return values[index ?? 0] ?? sample(field.raw, filling.root);
}

function headOf({ name }: Field): string {
  return ` {${JSON.stringify(name)}: `;
}

async function fillNumber(field: Field, filling: Filling): Promise<Json> {
  for (const text of filling.texts) {
    const numbers = freeNumbers(text, field, filling);
    if (numbers.length > 0) return pick(field, numbers, filling);
  }
  return missing(field, filling);
}

function freeNumbers(text: string, { schema }: Field, filling: Filling): number[] {
  const { minimum, maximum } = schema.keywords;
  return numbersIn(text).filter((value) => {
    if (schema.type === 'integer' && !Number.isInteger(value)) return false;
    if (typeof minimum === 'number' && value < minimum) return false;
    if (typeof maximum === 'number' && value > maximum) return false;
    return !filling.used.includes(value);
  });
}

async function fillList(field: Field, filling: Filling): Promise<Json> {
  const items = toPlain(field.schema.items, filling.root);
  for (const text of filling.texts) {
    const found = listIn(text, items, filling);
    if (found.length > 0) return found;
  }
  if (items.type === 'object') return [await fillObject(items, filling)];
  if (!isPhrase(items)) return missing(field, filling);
  const [single] = await choosePhrases([{ ...field, schema: items }], filling);
  return single === undefined ? missing(field, filling) : [single];
}

function listIn(text: string, items: PlainSchema, filling: Filling): Json[] {
  if (items.values !== undefined) return namedValues(text, items.values);
  if (items.type === 'integer') return numbersIn(text).filter((value) => Number.isInteger(value));
  if (items.type === 'number') return numbersIn(text);
  if (items.type === 'string' || items.type === 'any') return itemsIn(text, filling.toolStems);
  return [];
}

/** Words of the member's name or description that the text holds. */
function isMentioned({ name, schema }: Field, text: string): boolean {
  const said = new Set(wordsOf(text).map(stem));
  const own = wordsOf(name).filter((word) => word.length > 2);
  return own.some((word) => said.has(stem(word))) || cueOf(schema, name).test(text);
}

function cueOf(schema: PlainSchema, name: string): RegExp {
  const told = `${plainName(name)} ${schema.description}`;
  if (/\b(?:limit|max\w*|count|top|most)\b/i.test(told))
    return /\b(?:at most|up to|top|first|max\w*)\b/i;
  return /(?!)/;
}

function saidFlag(field: Field, filling: Filling): boolean | undefined {
  for (const text of filling.texts.slice(0, 1)) {
    const word = wordsOf(field.name).findLast((one) => one.length > 2);
    if (word === undefined) continue;
    const said = new RegExp(
      String.raw`(?:\b(no|not|without|don't|never)\s+(?:\w+\s+)?)?${word}`,
      'i',
    ).exec(text);
    if (said !== null) return said[1] === undefined;
  }
  return undefined;
}

/** An optional member is filled only where its value is literally there. */
async function literalValue(
  field: Field,
  taken: readonly Json[],
  filling: Filling,
): Promise<Json | undefined> {
  const [text = ''] = filling.texts;
  const { schema } = field;
  if (schema.values !== undefined) {
    return namedValues(text, schema.values).find(
      (value) => !taken.includes(value) && !filling.used.includes(value),
    );
  }
  switch (schema.type) {
    case 'boolean':
      return saidFlag(field, filling);
    case 'number':
    case 'integer':
      return isMentioned(field, text) ? freeNumbers(text, field, filling)[0] : undefined;
    case 'string':
      return namedPhrase(field, text, filling);
    default:
      return undefined;
  }
}

/** What follows the member's own name: `with the body See you there`. */
async function namedPhrase(field: Field, text: string, filling: Filling) {
  const free = stringsIn(text, memberOf(field, filling));
  const named = afterName(field, text, free).filter(({ value }) => !overlaps(value, filling.used));
  const [best] = named.length === 0 ? [] : await rank(field, { free: named, count: 1 }, filling);
  return best?.value;
}

/** The candidates that stand right behind the member's own name. */
function afterName(
  { name }: Field,
  text: string,
  candidates: readonly Candidate[],
): readonly Candidate[] {
  const word = wordsOf(name).findLast((one) => one.length > 2);
  if (word === undefined) return [];
  const rest = new RegExp(String.raw`\b${word}\b(?:\s+is)?[\s:"“'\x60#]+(.*)`, 'isu').exec(
    text,
  )?.[1];
  if (rest === undefined) return [];
  return candidates.filter(({ value }) => rest.startsWith(String(value)));
}

function memberOf({ name, schema }: Field, { toolStems, now }: Filling): Member {
  return { name, schema, toolStems, now };
}

/** Members of a kind are filled together, so that one does not take what suits another better. */
async function choosePhrases(
  fields: readonly Field[],
  filling: Filling,
): Promise<(Json | undefined)[]> {
  const options: Option[][] = [];
  for (const field of fields) options.push(await optionsFor(field, fields.length, filling));
  const best = assign(options);
  return fields.map((_, index) => best[index]?.value);
}

/** What nobody said the model makes up, unless the schema has an example or asks for a form. */
async function writePhrase(field: Field, filling: Filling): Promise<Json> {
  const least = missing(field, filling);
  const { type, keywords } = field.schema;
  const isFree = keywords['format'] === undefined && keywords['pattern'] === undefined;
  if (type !== 'string' || !isFree || ownValue(field.schema) !== undefined) return least;
  return (await filling.scorer.write(`${filling.prompt}${headOf(field)}"`)) ?? least;
}

interface Option {
  readonly value: string;
  readonly score: number;
}

async function optionsFor(field: Field, count: number, filling: Filling): Promise<Option[]> {
  const member = memberOf(field, filling);
  for (const text of filling.texts) {
    const free = stringsIn(text, member).filter(({ value }) => !overlaps(value, filling.used));
    const named = afterName(field, text, free);
    const best = named.length > 0 ? named : free;
    if (best.length > 0) return rank(field, { free: best, count }, filling);
  }
  return [];
}

async function rank(
  field: Field,
  { free, count }: { readonly free: readonly Candidate[]; readonly count: number },
  filling: Filling,
): Promise<Option[]> {
  const values = free.map(({ value }) => String(value));
  const texts = values.map((value) => headOf(field) + JSON.stringify(value));
  const best = await filling.scorer.rank(filling.prompt, texts, count + 2);
  return best.flatMap(({ index, score }) => {
    const value = values[index];
    return value === undefined ? [] : [{ value, score }];
  });
}

/** The options that are likeliest together, none of which holds another. */
function assign(options: readonly (readonly Option[])[]): readonly (Option | undefined)[] {
  const [first, ...rest] = options;
  if (first === undefined) return [];
  let best: readonly (Option | undefined)[] = [];
  let bestScore = -Infinity;
  for (const option of first) {
    const others = rest.map((list) => list.filter(({ value }) => !overlaps(value, [option.value])));
    const assigned = [option, ...assign(others)];
    const score = assigned.reduce((sum, one) => sum + (one?.score ?? unfilledScore), 0);
    if (score > bestScore) [best, bestScore] = [assigned, score];
  }
  return best.length > 0 ? best : [undefined, ...assign(rest)];
}

/** A member that is left with nothing is worse than any value. */
const unfilledScore = -1_000;

/** One value stands in the other, as words. */
function overlaps(value: string | number, used: readonly Json[]): boolean {
  const text = ` ${String(value).toLowerCase()} `;
  return used.flatMap(leaves).some((one) => {
    const other = ` ${one.toLowerCase()} `;
    return text.includes(other) || other.includes(text);
  });
}

function leaves(value: Json): string[] {
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap(leaves);
  if (isObject(value)) return Object.values(value).flatMap(leaves);
  return typeof value === 'boolean' || value === null ? [] : [sayValue(value)];
}
