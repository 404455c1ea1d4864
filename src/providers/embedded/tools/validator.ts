// Says whether a value is valid against a JSON Schema: ajv, with bounds on what schemas may ask.

import { Ajv, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';

import { compiledSchemasMax, patternCharsMax } from '../../../limits.ts';
import { isObject, type Json } from './schema.ts';

export interface Validator {
  /** Where the value is wrong, as paths of member names; empty when it is valid. */
  errors(value: unknown): readonly (readonly string[])[];
  /** Patterns that were not looked at, because matching them could take for ever. */
  readonly unchecked: readonly string[];
}

/** Throws an Error that says what is wrong with the schema. */
export function compileSchema(schema: Json): Validator {
  const key = JSON.stringify(schema);
  const known = compiled.get(key);
  compiled.delete(key);
  const validator = known ?? compile(schema);
  compiled.set(key, validator);
  const [oldest] = compiled.keys();
  if (compiled.size > compiledSchemasMax && oldest !== undefined) compiled.delete(oldest);
  return validator;
}

/** The same tools come with every request of a conversation, and compiling takes milliseconds. */
const compiled = new Map<string, Validator>();

function compile(schema: Json): Validator {
  const unchecked: string[] = [];
  const validate = compileWith(withoutDialect(schema), isOld(schema), unchecked);
  return {
    unchecked,
    errors(value) {
      if (validate(value)) return [];
      return (validate.errors ?? []).map(({ instancePath }) =>
        instancePath.split('/').slice(1).map(unescapePointer),
      );
    },
  };
}

function compileWith(schema: Json, old: boolean, unchecked: string[]): ValidateFunction {
  const Dialect = old ? Ajv : Ajv2020;
  const ajv = new Dialect({
    strict: false,
    allErrors: true,
    logger: false,
    formats,
    code: { regExp: safeRegExp(unchecked) },
  });
  if (isObject(schema) || typeof schema === 'boolean') return ajv.compile(schema);
  throw new Error('a schema must be an object');
}

/** Draft 7 and before say tuples in another way; what says nothing is read as the newest draft. */
function isOld(schema: Json): boolean {
  if (!isObject(schema)) return false;
  return (
    /draft-0[4-7]/.test(JSON.stringify(schema['$schema'] ?? '')) ||
    JSON.stringify(schema).includes('"items":[')
  );
}

function withoutDialect(schema: Json): Json {
  if (!isObject(schema)) return schema;
  const { $schema: _dialect, ...rest } = schema;
  return rest;
}

function unescapePointer(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** A group that repeats can take exponential time: such a pattern is noted, and never run. */
function safeRegExp(unchecked: string[]) {
  return Object.assign(
    (pattern: string, flags: string): RegExp => {
      if (pattern.length > patternCharsMax || /\)[*+{]/.test(pattern)) {
        unchecked.push(pattern);
        return /(?:)/;
      }
      return new RegExp(pattern, flags);
    },
    { code: 'new RegExp' },
  );
}

const formats = {
  date: /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/,
  time: /^(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})?$/i,
  'date-time':
    /^\d{4}-\d{2}-\d{2}[T ](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/i,
  email: /^[^\s@]+@[^\s@]+$/,
  uri: /^[a-z][a-z\d+.-]*:\S+$/i,
  uuid: /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i,
  ipv4: /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/,
};
