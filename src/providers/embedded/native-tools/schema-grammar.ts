// A tool's inputSchema as a grammar of llama.cpp: what is written under it is valid JSON of the
// schema's shape. The library's own knows no optional members and no recursion.

import { grammarOptionalMembersMax, grammarRepeatsMax, grammarRulesMax } from '../../../limits.ts';
import {
  isObject,
  type Json,
  type JsonObject,
  type PlainSchema,
  toPlain,
} from '../tools/schema.ts';
import { toPatternBody } from './pattern-grammar.ts';

/** Keywords that no grammar can hold, such as bounds of numbers, are left to the validator. */
export function toInputGrammar(schema: JsonObject): string {
  const place: Place = { root: schema, names: new Map(), rules: [] };
  const start = ruleFor({ type: 'object', ...schema }, place);
  return [`root ::= ${start}`, ...place.rules, ...baseRules].join('\n');
}

/** One of these texts, and nothing else. */
export function toChoiceGrammar(texts: readonly string[]): string {
  return `root ::= ${texts.map(literal).join(' | ')}`;
}

interface Place {
  readonly root: Json;
  /** Schemas that have a rule already: one that holds itself comes back to its own. */
  readonly names: Map<string, string>;
  readonly rules: string[];
}

const baseRules: readonly string[] = [
  'ws ::= " "?',
  String.raw`char ::= [^"\\\x00-\x1F\x7F] | "\\" ["\\/bfnrt]`,
  String.raw`string ::= "\"" char* "\""`,
  'natural ::= "0" | [1-9] [0-9]{0,14}',
  'integer ::= "-"? natural',
  'number ::= integer ("." [0-9]{1,15})?',
  'any ::= map | list | string | number | "true" | "false" | "null"',
  'pair ::= string ":" ws any',
  'map ::= "{" (pair ("," ws pair)*)? "}"',
  'list ::= "[" (any ("," ws any)*)? "]"',
  'date ::= [0-9]{4} "-" ("0" [1-9] | "1" [0-2]) "-" ("0" [1-9] | [12] [0-9] | "3" [01])',
  'clock ::= ([01] [0-9] | "2" [0-3]) ":" [0-5] [0-9] ":" [0-5] [0-9]',
  'zone ::= "Z" | [+-] ([01] [0-9] | "2" [0-3]) ":" [0-5] [0-9]',
  'uuid ::= hex{8} "-" hex{4} "-" hex{4} "-" hex{4} "-" hex{12}',
  'hex ::= [0-9a-f]',
];

function ruleFor(schema: Json, place: Place): string {
  if (!isObject(schema)) return 'any';
  const key = JSON.stringify(schema);
  const known = place.names.get(key);
  if (known !== undefined) return known;
  if (place.names.size >= grammarRulesMax) return 'any';
  const name = `r${place.names.size}`;
  place.names.set(key, name);
  place.rules.push(`${name} ::= ${bodyOf(schema, name, place)}`);
  return name;
}

function bodyOf(schema: JsonObject, name: string, place: Place): string {
  const target = referenceOf(schema, place.root);
  if (target !== undefined) return ruleFor(target, place);
  const alternatives = alternativesOf(schema);
  if (alternatives !== undefined) {
    return alternatives.map((one) => ruleFor(one, place)).join(' | ');
  }
  const plain = toPlain(schema, place.root);
  if (plain.values !== undefined) {
    return plain.values.map((value) => literal(JSON.stringify(value))).join(' | ');
  }
  switch (plain.type) {
    case 'object':
      return objectBody(plain, name, place);
    case 'array':
      return arrayBody(plain, place);
    case 'string':
      return stringBody(plain.keywords);
    case 'integer':
    case 'number':
      return numberBody(plain);
    case 'boolean':
      return '"true" | "false"';
    case 'null':
      return '"null"';
    default:
      return 'any';
  }
}

/** What a schema only points to, so that one that holds itself leads back to its own rule. */
function referenceOf({ $ref, ...rest }: JsonObject, root: Json): Json | undefined {
  if (typeof $ref !== 'string' || !$ref.startsWith('#')) return undefined;
  if (Object.keys(rest).some((keyword) => !annotations.has(keyword))) return undefined;
  let found: Json | undefined = root;
  for (const part of $ref.slice(1).split('/').slice(1)) {
    const name = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
    found = isObject(found) ? found[name] : undefined;
  }
  return found;
}

const annotations: ReadonlySet<string> = new Set(['title', 'description', 'default', 'examples']);

/** Each alternative with what stands beside them all; a list of types is alternatives, too. */
function alternativesOf(schema: JsonObject): readonly Json[] | undefined {
  const { anyOf, oneOf, type, allOf, ...rest } = schema;
  const listed = Array.isArray(anyOf) ? anyOf : oneOf;
  if (Array.isArray(listed) && listed.length > 0) {
    const others = Array.isArray(allOf) ? (allOf as readonly Json[]) : [];
    const own = type === undefined ? rest : { ...rest, type };
    const isAlone = others.length === 0 && Object.keys(own).every((one) => annotations.has(one));
    const alternatives = listed as readonly Json[];
    return isAlone ? alternatives : alternatives.map((one) => withPart(own, [...others, one]));
  }
  if (!Array.isArray(type) || schema['enum'] !== undefined) return undefined;
  return (type as readonly Json[]).map((one) => withType(schema, one));
}

function withPart(schema: JsonObject, allOf: readonly Json[]): JsonObject {
  return { ...schema, allOf };
}

function withType(schema: JsonObject, type: Json): JsonObject {
  return { ...schema, type };
}

/** Members in the schema's order, the optional ones or not, a comma before each but the first. */
function objectBody(plain: PlainSchema, name: string, place: Place): string {
  const members = membersOf(plain);
  if (members.length === 0) return freeObject(plain.keywords, place);
  for (const [index, { key, schema, isRequired }] of members.entries()) {
    const member = `${literal(`${JSON.stringify(key)}:`)} ws ${ruleFor(schema, place)}`;
    const next = index + 1 === members.length ? '' : `${name}n${index + 1}`;
    const first = index + 1 === members.length ? '' : `${name}f${index + 1}`;
    const skip = (rule: string): string => (isRequired ? '' : ` | ${rule || '""'}`);
    place.rules.push(
      `${name}f${index} ::= ${member} ${next}${skip(first)}`,
      `${name}n${index} ::= "," ws ${member} ${next}${skip(next)}`,
    );
  }
  return `"{" ${name}f0 "}"`;
}

interface Member {
  readonly key: string;
  readonly schema: Json;
  readonly isRequired: boolean;
}

/** A member may be required and described nowhere: then it may be anything. */
function membersOf({ properties, required }: PlainSchema): Member[] {
  const described = new Set(properties.map(([key]) => key));
  const bare = [...required].filter((key) => !described.has(key));
  const optional = properties.map(([key]) => key).filter((key) => !required.has(key));
  const left = new Set(optional.slice(grammarOptionalMembersMax));
  return [
    ...properties
      .filter(([key]) => !left.has(key))
      .map(([key, schema]) => ({ key, schema, isRequired: required.has(key) })),
    ...bare.map((key) => ({ key, schema: {}, isRequired: true })),
  ];
}

/** Without described members: whatever is allowed besides them. */
function freeObject({ properties, additionalProperties }: JsonObject, place: Place): string {
  if (additionalProperties === false) return '"{}"';
  if (!isObject(additionalProperties)) return properties === undefined ? 'map' : '"{}"';
  const pair = `string ":" ws ${ruleFor(additionalProperties, place)}`;
  return `"{" (${pair} ("," ws ${pair})*)? "}"`;
}

function arrayBody({ keywords, items }: PlainSchema, place: Place): string {
  const tuple = keywords['prefixItems'] ?? keywords['items'];
  if (Array.isArray(tuple) && tuple.length > 0) {
    const rules = (tuple as readonly Json[]).map((one) => ruleFor(one, place));
    return `"[" ${rules.join(' "," ws ')} "]"`;
  }
  const [least, most] = boundsOf(keywords, 'minItems', 'maxItems');
  if (most === 0) return '"[]"';
  const item = ruleFor(items, place);
  const more = `("," ws ${item}){${Math.max(0, least - 1)},${most === undefined ? '' : most - 1}}`;
  return least === 0 ? `"[" (${item} ${more})? "]"` : `"[" ${item} ${more} "]"`;
}

function stringBody(keywords: JsonObject): string {
  const format = formats.get(keywords['format']);
  if (format !== undefined) return String.raw`"\"" ${format} "\""`;
  const { pattern } = keywords;
  const body = typeof pattern === 'string' ? toPatternBody(pattern) : undefined;
  if (body !== undefined) return String.raw`"\"" ${body} "\""`;
  const [least, most] = boundsOf(keywords, 'minLength', 'maxLength');
  if (least === 0 && most === undefined) return 'string';
  return String.raw`"\"" char{${least},${most ?? ''}} "\""`;
}

const formats: ReadonlyMap<unknown, string> = new Map([
  ['date', 'date'],
  ['time', 'clock zone'],
  ['date-time', 'date "T" clock zone'],
  ['uuid', 'uuid'],
]);

/** Repetitions are written out one by one: long ones are left to the validator. */
function boundsOf(
  keywords: JsonObject,
  least: string,
  most: string,
): readonly [least: number, most: number | undefined] {
  const low = countOf(keywords[least]) ?? 0;
  const high = countOf(keywords[most]);
  const bound = high === undefined || high > grammarRepeatsMax ? undefined : high;
  return [Math.min(low, bound ?? grammarRepeatsMax), bound];
}

function countOf(value: Json | undefined): number | undefined {
  return typeof value === 'number' && value >= 0 ? Math.floor(value) : undefined;
}

/** A short range of whole numbers is written out; of other bounds the sign is kept. */
function numberBody({ type, keywords }: PlainSchema): string {
  const low = boundOf(keywords['minimum']) ?? boundOf(keywords['exclusiveMinimum']);
  const high = boundOf(keywords['maximum']);
  if (type === 'integer' && low !== undefined && high !== undefined) {
    const from = Math.ceil(low);
    const count = Math.floor(high) - from + 1;
    if (count > 0 && count <= grammarRepeatsMax) {
      return Array.from({ length: count }, (_, index) => `"${from + index}"`).join(' | ');
    }
  }
  const whole = low !== undefined && low >= 0 ? 'natural' : 'integer';
  return type === 'integer' ? whole : `${whole} ("." [0-9]{1,15})?`;
}

function boundOf(value: Json | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function literal(text: string): string {
  return JSON.stringify(text);
}
