// Reading a turn's keys: what is wrong is told with the turn, the key, the value and the cure.

import type { ShapeTypes } from '../protocol/api/types.generated.ts';
import { ServiceException } from '../protocol/errors.ts';
import { checkShape } from '../protocol/validation/constraints.ts';

/** A turn that the script cannot hold. The message is for the person who wrote the turn. */
export class MalformedTurn extends Error {
  override readonly name = 'MalformedTurn';
}

/** A value of a turn and where it stands: in which turn of the array, under which key. */
export interface Field {
  readonly turn: number;
  /** `stream.fault.after`; empty for the turn itself. */
  readonly key: string;
  /** The last step of the key. */
  readonly name: string;
  readonly value: unknown;
}

export function malformed({ turn, key, value }: Field, cure: string): MalformedTurn {
  const subject = key === '' ? `Turn ${turn}` : `Turn ${turn}: ${key}`;
  return new MalformedTurn(`${subject} is ${shown(value)}. ${cure}`);
}

/** The fields of an object, null ones left out. Throws for a key that is none of `known`. */
export function readObject<Key extends string>(
  field: Field,
  known: readonly Key[],
): Partial<Record<Key, Field>> {
  const keys: readonly string[] = known;
  const fields = readEntries(field, `Give an object of ${listed(known)}.`);
  const unknown = fields.find(({ name }) => !keys.includes(name));
  if (unknown !== undefined) throw unknownKey(unknown, field, known);
  return Object.fromEntries(fields.map((inner) => [inner.name, inner])) as Partial<
    Record<Key, Field>
  >;
}

/** The fields of an object whose keys may be any, null ones left out. */
export function readEntries(field: Field, cure: string): readonly Field[] {
  const { turn, key: outer, value } = field;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw malformed(field, cure);
  }
  return Object.entries(value)
    .filter(([, inner]) => inner !== null)
    .map(([name, inner]) => ({ turn, key: join(outer, name), name, value: inner }));
}

function join(outer: string, name: string): string {
  return outer === '' ? name : `${outer}.${name}`;
}

export function readText(field: Field): string {
  if (typeof field.value !== 'string') throw malformed(field, 'Give a text.');
  return field.value;
}

export interface Bounds {
  readonly min: number;
  readonly max?: number;
}

export function readWholeNumber(field: Field, { min, max = Infinity }: Bounds): number {
  const { value } = field;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max) {
    return value;
  }
  const range = max === Infinity ? `from ${min}` : `from ${min} to ${max}`;
  throw malformed(field, `Give a whole number ${range}.`);
}

export function readOneOf<Name extends string>(field: Field, names: readonly Name[]): Name {
  const found = names.find((name) => name === field.value);
  if (found === undefined) throw malformed(field, `Give one of ${listed(names)}.`);
  return found;
}

/** A structure of the service model, binary members decoded. */
export function readShape<Name extends keyof ShapeTypes>(
  field: Field,
  shapeName: Name,
): ShapeTypes[Name] {
  try {
    return checkShape(shapeName, field.value);
  } catch (error) {
    if (!(error instanceof ServiceException)) throw error;
    throw malformed(field, `Write it as Converse does: ${error.message}`);
  }
}

function unknownKey(inner: Field, outer: Field, known: readonly string[]): MalformedTurn {
  const place = outer.key === '' ? 'a turn' : outer.key;
  return malformed(inner, `There is no such key of ${place}. Remove it, or use ${listed(known)}.`);
}

function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} or ${last}`;
}

const shownLengthMax = 200;

function shown(value: unknown): string {
  const text = value instanceof Uint8Array ? 'bytes' : (JSON.stringify(value) ?? 'absent');
  return text.length > shownLengthMax ? `${text.slice(0, shownLengthMax)}...` : text;
}
