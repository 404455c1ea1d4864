// Every single change that makes a valid value wrong, with the path that its refusal must name.

import type { Shape } from '../../src/protocol/api/shape.ts';
import { shapeOf } from './valid-values.ts';

export interface Mutation {
  readonly what: string;
  /** The value as a whole, changed in one place. */
  readonly value: unknown;
  /** What the message of the refusal must contain. */
  readonly names: string;
}

interface Place {
  readonly keys: readonly (string | number)[];
  /** Puts a value into the place and gives the whole; undefined takes the member out. */
  readonly put: (value: unknown) => unknown;
}

export function mutationsOf(shapeName: string, value: unknown): readonly Mutation[] {
  const whole: Place = { keys: [], put: (changed) => changed };
  return [...mutate(shapeOf(shapeName), value, whole)];
}

/** `messages.1.member.role`: as violations name it; of a string in a list they name the list. */
function violation({ keys: all }: Place, { type }: Pick<Shape, 'type'>): string {
  const isItem = type === 'string' && typeof all.at(-1) === 'number';
  const keys = isItem ? all.slice(0, -1) : all;
  const path = keys.map((key) => (typeof key === 'number' ? `${key + 1}.member` : key)).join('.');
  return `at '${path}' failed to satisfy constraint`;
}

/** `messages.0.role`: as sentences name it. */
function sentence({ keys }: Place): string {
  return `at ${keys.length === 0 ? 'the request body' : keys.join('.')} `;
}

function* mutate(shape: Shape, value: unknown, place: Place): Generator<Mutation> {
  if (shape.type === 'document') return;
  const wrong = shape.type === 'string' ? 5 : 'x?';
  if (shape.type !== 'timestamp') {
    yield { what: 'another kind', value: place.put(wrong), names: sentence(place) };
  }
  yield* mutateOwn(shape, value, place);
  if (shape.type === 'structure') yield* mutateMembers(shape, value as object, place);
  if (shape.type === 'list') {
    const items = value as readonly unknown[];
    for (const [index, item] of items.entries()) {
      const inner = {
        ...below(place, index),
        put: (changed: unknown) => place.put(items.with(index, changed)),
      };
      yield* mutate(shapeOf(shape.member ?? ''), item, inner);
    }
  }
}

function* mutateOwn(shape: Shape, value: unknown, place: Place): Generator<Mutation> {
  const { type, min, max } = shape;
  const names = violation(place, shape);
  if (shape.enum !== undefined) yield { what: 'no value', value: place.put('surprise!'), names };
  if (type === 'integer' || type === 'long' || type === 'float' || type === 'double') {
    if (min !== undefined) yield { what: 'below', value: place.put(min - 1), names };
    if (max !== undefined) yield { what: 'above', value: place.put(max + 1), names };
  }
  if (type === 'string' && shape.enum === undefined) {
    if (min !== undefined && min > 0) yield { what: 'too short', value: place.put(''), names };
    if (max !== undefined && max < 10_000) {
      yield { what: 'too long', value: place.put('a'.repeat(max + 1)), names };
    }
  }
  if (type === 'list') {
    const items = value as readonly unknown[];
    if (min !== undefined && min > 0) yield { what: 'too few', value: place.put([]), names };
    if (items[0] !== undefined && max !== undefined && max < 100) {
      yield { what: 'too many', value: place.put(Array(max + 1).fill(items[0])), names };
    }
  }
  if (type === 'map' && min !== undefined && min > 0) {
    yield { what: 'no pairs', value: place.put({}), names };
  }
}

function* mutateMembers(shape: Shape, value: object, place: Place): Generator<Mutation> {
  const pointer = ['#', ...place.keys].join('/');
  yield {
    what: 'an unknown member',
    value: place.put({ ...value, surprise: 1 }),
    names: `${pointer}: extraneous key [surprise]`,
  };
  if (shape.union) yield { what: 'no member', value: place.put({}), names: sentence(place) };
  for (const [name, member] of Object.entries(shape.members ?? {})) {
    const inner: Place = {
      ...below(place, name),
      put: (changed) =>
        place.put(changed === undefined ? without(value, name) : { ...value, [name]: changed }),
    };
    if (member.required && !shape.union) {
      const names = `Value null ${violation(inner, { type: 'structure' })}`;
      yield { what: 'no required member', value: inner.put(undefined), names };
      yield { what: 'a null for a required member', value: inner.put(null), names };
    }
    const own: unknown = (value as Readonly<Record<string, unknown>>)[name];
    if (own === undefined) {
      // A second member of a union.
      if (shape.union) yield { what: 'two members', value: inner.put('x'), names: sentence(place) };
    } else {
      yield* mutate(shapeOf(member.shape), own, inner);
    }
  }
}

function below({ keys }: Place, key: string | number): Pick<Place, 'keys'> {
  return { keys: [...keys, key] };
}

function without(value: object, name: string): object {
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== name));
}
