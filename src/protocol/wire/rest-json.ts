// The restJson1 protocol: which operation a request means, its input, and JSON out.

import type { OperationShape } from '../api/shape.ts';
import { operationShapes, shapes } from '../api/shapes.generated.ts';
import type { ServiceException } from '../errors.ts';
import { SerializationException, ValidationException } from '../errors.ts';
import { isJsonObject } from '../api/json-object.ts';

export type OperationName = keyof typeof operationShapes;

export interface Match {
  readonly operation: OperationName;
  /** Path and query members, decoded, under their names in the operation's input. */
  readonly members: Readonly<Record<string, string>>;
}

/**
 * Finds the operation of a raw target. A member of the path is one segment as it was sent,
 * percent-encoded; it is decoded only here, so a model ID may hold `:` and `/`.
 */
export function matchOperation(method: string, target: string): Match | undefined {
  const [path = '', query = ''] = splitOnce(target, '?');
  const segments = path.split('/');
  for (const route of routes) {
    if (route.method !== method || route.segments.length !== segments.length) continue;
    const members = matchSegments(route, segments);
    if (members === undefined) continue;
    Object.assign(members, queryMembers(route, query));
    return { operation: route.operation, members };
  }
  return undefined;
}

/** The methods that the path of a target answers to; empty where no operation has the path. */
export function methodsOf(target: string): readonly string[] {
  const methods = new Set(routes.map((route) => route.method));
  return [...methods].filter((method) => matchOperation(method, target) !== undefined);
}

interface Route {
  readonly operation: OperationName;
  readonly method: string;
  /** Literal segments as text, members of the path by their name. */
  readonly segments: readonly (string | { readonly member: string })[];
  /** Query parameter to member name. */
  readonly query: ReadonlyMap<string, string>;
}

const routes = Object.entries(operationShapes).map(([name, shape]) =>
  routeOf(name as OperationName, shape),
);

function routeOf(operation: OperationName, shape: OperationShape): Route {
  const segments = shape.path.split('/').map((segment) => {
    const member = /^\{(\w+)\}$/.exec(segment)?.[1];
    return member === undefined ? segment : { member };
  });
  const query = new Map<string, string>();
  for (const [member, { location, locationName }] of Object.entries(
    shapes[shape.input ?? '']?.members ?? {},
  )) {
    if (location === 'querystring') query.set(locationName ?? member, member);
  }
  return { operation, method: shape.method, segments, query };
}

function matchSegments(
  route: Route,
  segments: readonly string[],
): Record<string, string> | undefined {
  const members: Record<string, string> = {};
  for (const [index, expected] of route.segments.entries()) {
    const segment = segments[index] ?? '';
    if (typeof expected === 'string') {
      if (segment !== expected) return undefined;
    } else {
      const decoded = decodeSegment(segment);
      if (decoded === undefined || decoded === '') return undefined;
      members[expected.member] = decoded;
    }
  }
  return members;
}

function queryMembers(route: Route, query: string): Record<string, string> {
  const members: Record<string, string> = {};
  if (route.query.size === 0 || query === '') return members;
  for (const [name, value] of new URLSearchParams(query)) {
    const member = route.query.get(name);
    if (member !== undefined) members[member] = value;
  }
  return members;
}

function decodeSegment(segment: string): string | undefined {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    // A stray per cent sign is no encoding: no operation has such a path.
    return undefined;
  }
}

function splitOnce(text: string, separator: string): [string, string] | [string] {
  const index = text.indexOf(separator);
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + separator.length)];
}

/**
 * The members of an operation's input that headers and body carry. A body that is the payload of
 * one member stays bytes; else it is a JSON object. Throws SerializationException.
 */
export function parseInput(
  operation: OperationName,
  headers: Readonly<Record<string, string | undefined>>,
  bytes: Uint8Array,
): Record<string, unknown> {
  const binding = bindings[operation];
  if (binding.headers.length === 0 && binding.payload === undefined) return parseBody(bytes);
  const members: Record<string, unknown> =
    binding.payload === undefined ? parseBody(bytes) : { [binding.payload]: bytes };
  for (const { member, header } of binding.headers) {
    const value = headers[header];
    if (value !== undefined) members[member] = value;
  }
  return members;
}

interface Binding {
  /** The member that is the whole body. */
  readonly payload: string | undefined;
  readonly headers: readonly { readonly member: string; readonly header: string }[];
}

const bindings = Object.fromEntries(
  Object.entries(operationShapes).map(([name, { input }]) => [name, bindingOf(input)]),
) as Readonly<Record<OperationName, Binding>>;

function bindingOf(input: string | undefined): Binding {
  const { members = {}, payload } = shapes[input ?? ''] ?? {};
  const headers = Object.entries(members).flatMap(([member, { location, locationName }]) =>
    location === 'header' ? [{ member, header: (locationName ?? member).toLowerCase() }] : [],
  );
  return { payload, headers };
}

/**
 * The JSON object of a native request. Throws ValidationException: to the service this body is not
 * its own protocol but the model's.
 */
export function parseNativeBody(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString());
  } catch (error) {
    throw new ValidationException(
      'Malformed input request, please reformat your input and try again.',
      { cause: error, hint: `The body is no JSON: ${(error as Error).message}.` },
    );
  }
  if (isJsonObject(value)) return value;
  throw new ValidationException(
    `Malformed input request: #: expected type: JSONObject, found: ${kindOf(value)}, ` +
      'please reformat your input and try again.',
  );
}

/** The JSON object of a request's body; an empty body is an empty object. */
export function parseBody(bytes: Uint8Array): Record<string, unknown> {
  if (bytes.length === 0) return {};
  const value = parseJson(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString());
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new SerializationException(
      `The request body is ${kindOf(value)}. Provide a JSON object and try again.`,
    );
  }
  return value as Record<string, unknown>;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SerializationException(
      `The request body is not valid JSON: ${reason}. Provide a JSON object and try again.`,
      { cause: error },
    );
  }
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}

/** JSON text of an output: bytes as base64, dates as ISO 8601. */
export function stringifyJson(value: unknown): string {
  return JSON.stringify(holdsBytes(value) ? withBase64(value) : value);
}

export function encodeJson(value: unknown): Uint8Array {
  return Buffer.from(stringifyJson(value));
}

// Most outputs hold no bytes, and a replacer costs several times what stringify does.
function holdsBytes(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (value instanceof Uint8Array) return true;
  for (const key in value) {
    if (holdsBytes((value as Record<string, unknown>)[key])) return true;
  }
  return false;
}

function withBase64(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(withBase64);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withBase64(inner)]));
}

/** The body of an exception. */
export function encodeException(exception: ServiceException): Uint8Array {
  const { message, members, isFrontDoor } = exception;
  return encodeJson({ [isFrontDoor ? 'Message' : 'message']: message, ...members });
}
