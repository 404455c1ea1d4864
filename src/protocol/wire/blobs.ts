// Blobs in what JSON gave: base64 text to bytes, wherever the shape table has one.

import { isJsonObject } from '../api/json-object.ts';
import { shapes } from '../api/shapes.generated.ts';

/**
 * Turns the blobs of a parsed value into bytes, in place: whoever parsed it hands it over. An
 * answer is read leniently: what has another form than the shape's stays as it is.
 */
export function decodeBlobs(shapeName: string, value: unknown): unknown {
  return visit(shapeName, value);
}

function visit(shapeName: string, value: unknown): unknown {
  const shape = shapes[shapeName];
  if (shape?.type === 'blob') {
    return typeof value === 'string' ? new Uint8Array(Buffer.from(value, 'base64')) : value;
  }
  if (Array.isArray(value)) {
    const { member } = shape ?? {};
    if (member === undefined || !holdsBlob(member)) return value;
    for (const [index, item] of value.entries()) value[index] = visit(member, item);
    return value;
  }
  if (!isJsonObject(value)) return value;
  const parsed = value as Record<string, unknown>;
  for (const [name, member] of blobMembers(shapeName)) {
    if (parsed[name] !== undefined) parsed[name] = visit(member, parsed[name]);
  }
  return parsed;
}

type Members = readonly (readonly [name: string, shapeName: string])[];

const known = new Map<string, Members>();

/** The members of a structure in which a blob can stand, however deep. */
function blobMembers(shapeName: string): Members {
  let members = known.get(shapeName);
  if (members === undefined) {
    members = Object.entries(shapes[shapeName]?.members ?? {})
      .map(([name, { shape }]) => [name, shape] as const)
      .filter(([, shape]) => holdsBlob(shape));
    known.set(shapeName, members);
  }
  return members;
}

/** Shapes may hold themselves: each is looked at once. */
function holdsBlob(shapeName: string, seen = new Set<string>()): boolean {
  if (seen.has(shapeName)) return false;
  seen.add(shapeName);
  const { type, member, value, members = {} } = shapes[shapeName] ?? { type: 'unknown' };
  if (type === 'blob') return true;
  const inner = [member, value, ...Object.values(members).map(({ shape }) => shape)];
  return inner.some((name) => name !== undefined && holdsBlob(name, seen));
}
