// Values of any shape of the service model, as fast-check draws them: valid in every constraint.

import fc from 'fast-check';
import type { Shape } from '../../src/protocol/api/shape.ts';
import { shapes } from '../../src/protocol/api/shapes.generated.ts';

const drawn = new Map<string, fc.Arbitrary<unknown>>();

/** Values as JSON carries them; blobs are base64. Shapes that hold themselves are drawn lazily. */
export function valuesOf(name: string): fc.Arbitrary<unknown> {
  const known = drawn.get(name);
  if (known !== undefined) return known;
  let made: fc.Arbitrary<unknown> | undefined;
  const lazy = fc.constant(undefined).chain(() => (made ??= make(shapeOf(name))));
  drawn.set(name, lazy);
  return lazy;
}

export function shapeOf(name: string): Shape {
  const shape = shapes[name];
  if (shape === undefined) throw new Error(`The service model has no shape ${name}.`);
  return shape;
}

function make(shape: Shape): fc.Arbitrary<unknown> {
  switch (shape.type) {
    case 'structure':
      return shape.union ? makeUnion(shape) : makeStructure(shape);
    case 'list':
      return makeList(shape);
    case 'map':
      return makeMap(shape);
    case 'string':
      return makeString(shape);
    case 'integer':
    case 'long':
      return fc.integer({ min: shape.min ?? 0, max: shape.max ?? 100_000 });
    case 'float':
    case 'double':
      return fc.double({ min: shape.min ?? 0, max: shape.max ?? 1, noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'blob':
      return fc
        .uint8Array({ minLength: shape.min ?? 0, maxLength: 40 })
        .map((bytes) => Buffer.from(bytes).toString('base64'));
    case 'document':
      // A member that is null is absent.
      return fc.jsonValue({ maxDepth: 3 }).filter((value) => value !== null);
    default:
      throw new Error(`No values are known for the type ${shape.type}.`);
  }
}

function makeUnion({ members = {} }: Shape): fc.Arbitrary<unknown> {
  const kinds = Object.entries(members).map(([name, { shape }]) =>
    valuesOf(shape).map((value) => ({ [name]: value })),
  );
  return fc.oneof(...kinds);
}

function makeStructure({ members = {} }: Shape): fc.Arbitrary<unknown> {
  // What the path and the query carry is not part of the body.
  const entries = Object.entries(members);
  const record = Object.fromEntries(entries.map(([name, { shape }]) => [name, valuesOf(shape)]));
  const requiredKeys = entries.filter(([, { required }]) => required).map(([name]) => name);
  return fc.record(record, { requiredKeys });
}

const listItemsMax = 3;

function makeList({ member = '', min = 0, max = listItemsMax }: Shape): fc.Arbitrary<unknown> {
  const maxLength = Math.min(max, Math.max(min, listItemsMax));
  return fc.array(valuesOf(member), { minLength: min, maxLength });
}

function makeMap({ key = '', value = '', min = 0, max = 2 }: Shape): fc.Arbitrary<unknown> {
  const bounds = { minKeys: min, maxKeys: Math.min(max, Math.max(min, 2)) };
  return fc.dictionary(valuesOf(key) as fc.Arbitrary<string>, valuesOf(value), {
    ...bounds,
    noNullPrototype: true,
  });
}

function makeString({ enum: values, pattern, min = 0, max = 40 }: Shape): fc.Arbitrary<string> {
  if (values !== undefined) return fc.constantFrom(...values);
  const fits = (text: string): boolean => {
    const { length } = Array.from(text);
    return length >= min && length <= max;
  };
  if (pattern === undefined) {
    return fc
      .string({ unit: 'binary', minLength: min, maxLength: Math.min(max, min + 40) })
      .filter(fits);
  }
  return fc.stringMatching(new RegExp(`^(?:${pattern})$`)).filter(fits);
}
