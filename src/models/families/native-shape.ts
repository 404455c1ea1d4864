// Checks a client's native request against the shape of its format, in the service's words.

import { ValidationException } from '../../protocol/errors.ts';
import { isJsonObject } from './native-json.ts';

/** What a native value must be. */
export type NativeShape =
  | {
      readonly type: 'object';
      readonly properties: Readonly<Record<string, NativeShape>>;
      readonly required?: readonly string[];
      /** Further members are let be. */
      readonly open?: true;
    }
  | {
      readonly type: 'array';
      readonly items: NativeShape;
      readonly minItems?: number;
      readonly maxItems?: number;
    }
  | { readonly type: 'string'; readonly enum?: readonly string[]; readonly minLength?: number }
  | {
      readonly type: 'integer' | 'number';
      readonly minimum?: number;
      readonly maximum?: number;
    }
  | { readonly type: 'boolean' | 'null' }
  | { readonly type: 'anyOf'; readonly shapes: readonly NativeShape[] }
  | { readonly type: 'any' };

type ShapeOf<Type extends NativeShape['type']> = Extract<NativeShape, { type: Type }>;

/** Throws ValidationException that names the violation or, as the service does, their number. */
export function checkNative(value: unknown, shape: NativeShape): void {
  checkViolations(violationsOf(value, shape, '#'));
}

/** The same of violations that are found already: of messages, whose roles have shapes each. */
export function checkViolations(violations: readonly string[]): void {
  const [first, ...others] = violations;
  if (first === undefined) return;
  // Captured: one is told as it is, several are counted.
  const told = others.length === 0 ? first : `${violations.length} schema violations found`;
  throw new ValidationException(
    `Malformed input request: ${told}, please reformat your input and try again.`,
    others.length === 0 ? {} : { hint: violations.slice(0, toldMax).join('; ') },
  );
}

const toldMax = 10;

/** What is wrong with the value at the path, in the service's words. */
export function violationsOf(value: unknown, shape: NativeShape, path: string): readonly string[] {
  switch (shape.type) {
    case 'object':
      return isJsonObject(value)
        ? objectViolations(value, shape, path)
        : [wrongType(value, 'JSONObject', path)];
    case 'array':
      return Array.isArray(value)
        ? arrayViolations(value, shape, path)
        : [wrongType(value, 'JSONArray', path)];
    case 'string':
      return typeof value === 'string'
        ? stringViolations(value, shape, path)
        : [wrongType(value, 'String', path)];
    case 'integer':
    case 'number':
      return numberViolations(value, shape, path);
    case 'boolean':
      return typeof value === 'boolean' ? [] : [wrongType(value, 'Boolean', path)];
    case 'null':
      return value === null ? [] : [wrongType(value, 'Null', path)];
    case 'anyOf':
      return anyOfViolations(value, shape, path);
    case 'any':
      return [];
    default:
      return shape satisfies never;
  }
}

function objectViolations(
  value: Readonly<Record<string, unknown>>,
  { properties, required = [], open }: ShapeOf<'object'>,
  path: string,
): readonly string[] {
  const missing = required
    .filter((name) => value[name] === undefined)
    .map((name) => `${path}: required key [${name}] not found`);
  const present = Object.entries(value).flatMap(([name, inner]) => {
    const shape = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (shape !== undefined) return violationsOf(inner, shape, `${path}/${name}`);
    return open ? [] : [`${path}: extraneous key [${name}] is not permitted`];
  });
  return [...missing, ...present];
}

function arrayViolations(
  value: readonly unknown[],
  { items, minItems = 0, maxItems = Infinity }: ShapeOf<'array'>,
  path: string,
): readonly string[] {
  const { length } = value;
  const counts: string[] = [];
  if (length < minItems) {
    counts.push(`${path}: expected minimum item count: ${minItems}, found: ${length}`);
  }
  if (length > maxItems) {
    counts.push(`${path}: expected maximum item count: ${maxItems}, found: ${length}`);
  }
  return [...counts, ...value.flatMap((item, at) => violationsOf(item, items, `${path}/${at}`))];
}

function stringViolations(
  value: string,
  { enum: values, minLength = 0 }: ShapeOf<'string'>,
  path: string,
): readonly string[] {
  if (values !== undefined && !values.includes(value)) {
    return [`${path}: ${value} is not a valid enum value`];
  }
  if (value.length >= minLength) return [];
  return [`${path}: expected minLength: ${minLength}, actual: ${value.length}`];
}

function numberViolations(
  value: unknown,
  { type, minimum = -Infinity, maximum = Infinity }: ShapeOf<'integer' | 'number'>,
  path: string,
): readonly string[] {
  const isKind = typeof value === 'number' && (type === 'number' || Number.isInteger(value));
  if (!isKind) return [wrongType(value, type === 'integer' ? 'Integer' : 'Number', path)];
  if (value < minimum) return [`${path}: ${value} is not greater or equal to ${minimum}`];
  return value > maximum ? [`${path}: ${value} is not less or equal to ${maximum}`] : [];
}

/** Of several kinds that a value may be, what is wrong with the nearest is told. */
function anyOfViolations(
  value: unknown,
  { shapes }: ShapeOf<'anyOf'>,
  path: string,
): readonly string[] {
  const found = shapes.map((shape) => violationsOf(value, shape, path));
  if (found.some((violations) => violations.length === 0)) return [];
  const nearest = found.find(([first = '']) => !first.startsWith(`${path}: expected type`));
  return nearest ?? found[0] ?? [];
}

function wrongType(value: unknown, expected: string, path: string): string {
  return `${path}: expected type: ${expected}, found: ${typeName(value)}`;
}

function typeName(value: unknown): string {
  if (value === null) return 'Null';
  if (Array.isArray(value)) return 'JSONArray';
  if (typeof value === 'object') return 'JSONObject';
  if (typeof value === 'number') return Number.isInteger(value) ? 'Integer' : 'BigDecimal';
  return typeof value === 'string' ? 'String' : 'Boolean';
}
