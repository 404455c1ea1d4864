// The schema that an answer is held to, in the words of the library's grammar.

import type { ConverseRequest } from '../../protocol/api/types.generated.ts';
import { ValidationException } from '../../protocol/errors.ts';
import { schemaDepthMax } from '../../limits.ts';
import { isObject, type Json, type JsonObject, toPlain } from './tools/schema.ts';

/** What the library makes a grammar of: a part of JSON Schema, with all properties required. */
export type GrammarSchema = JsonObject;

type Request = Pick<ConverseRequest, 'outputConfig'>;

/** Throws ValidationException for what cannot be promised. */
export function readTextFormat({ outputConfig }: Request): GrammarSchema | undefined {
  const format = outputConfig?.textFormat;
  if (format === undefined) return undefined;
  const schema = parse(format.structure.jsonSchema.schema);
  return convert(schema, { root: schema, seen: [] });
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw new ValidationException(`${where}: the schema is not JSON.`, { cause });
  }
}

const where = 'The model returned the following errors: output_config.format.schema';

interface Place {
  readonly root: Json;
  /** Schemas that this one is part of: one that holds itself has no end. */
  readonly seen: readonly string[];
}

function convert(schema: Json, place: Place): GrammarSchema {
  const key = JSON.stringify(schema);
  if (place.seen.includes(key) || place.seen.length > schemaDepthMax) {
    throw new ValidationException(`${where}: recursive schemas are not supported`);
  }
  const inner = { ...place, seen: [...place.seen, key] };
  const alternatives = alternativesOf(schema);
  if (alternatives !== undefined) {
    return { oneOf: alternatives.map((one) => convert(one, inner)) };
  }
  const plain = toPlain(schema, place.root);
  const { keywords, values, type } = plain;
  if (values !== undefined) return convertValues(values);
  refuseUnsupported(type, keywords);
  switch (type) {
    case 'object':
      return {
        type,
        properties: Object.fromEntries(
          plain.properties.map(([name, member]) => [name, convert(member, inner)]),
        ),
        additionalProperties: false,
      };
    case 'array':
      return { type, items: convert(plain.items, inner), ...pickOf(keywords, lengths) };
    case 'string':
      return { type, ...pickOf(keywords, textLengths), ...formatOf(keywords) };
    case 'any':
      return { type: ['string', 'number', 'boolean', 'null'] };
    default:
      return { type };
  }
}

/** Also of a list of types: each is an alternative. */
function alternativesOf(schema: Json): readonly Json[] | undefined {
  if (!isObject(schema)) return undefined;
  const { anyOf, oneOf, type, ...rest } = schema;
  if (Array.isArray(anyOf)) return anyOf as readonly Json[];
  if (Array.isArray(oneOf)) return oneOf as readonly Json[];
  if (!Array.isArray(type)) return undefined;
  return (type as readonly Json[]).map((one) => withType(rest, one));
}

function withType(rest: JsonObject, type: Json): JsonObject {
  return type === 'null' ? { type } : { ...rest, type };
}

function convertValues(values: readonly Json[]): GrammarSchema {
  if (values.some((value) => typeof value === 'object' && value !== null)) {
    throw new ValidationException(`${where}: enum values must be strings, numbers or booleans`);
  }
  return { enum: values };
}

const lengths = ['minItems', 'maxItems'];
const textLengths = ['minLength', 'maxLength'];
const grammarFormats: ReadonlySet<unknown> = new Set(['date', 'time', 'date-time']);

function pickOf(keywords: JsonObject, names: readonly string[]): JsonObject {
  const picked: Record<string, Json> = {};
  for (const name of names) {
    const value = keywords[name];
    if (typeof value === 'number') picked[name] = value;
  }
  return picked;
}

/** Other formats say what a text is for, and bind nobody. */
function formatOf({ format }: JsonObject): JsonObject {
  return grammarFormats.has(format) ? { format: format ?? '' } : {};
}

/** Keywords that change nothing about what is valid, or that are converted. */
const supported: ReadonlySet<string> = new Set(
  (
    '$schema $id $ref $defs $comment definitions title description default examples type enum ' +
    'const properties required additionalProperties items minItems maxItems minLength maxLength ' +
    'format anyOf oneOf allOf deprecated readOnly writeOnly nullable'
  ).split(' '),
);

function refuseUnsupported(type: string, keywords: JsonObject): void {
  const names = Object.keys(keywords).filter((name) => !supported.has(name));
  if (names.length === 0) return;
  const list = names.toSorted().join(', ');
  // Observed: the service's words for numbers with bounds.
  throw new ValidationException(
    `${where}: For '${type}' type, properties ${list} are not supported`,
  );
}
