// Interprets the shape table: every constraint of the service model in the service's own wording.

import type { Shape } from '../api/shape.ts';
import type { ShapeTypes } from '../api/types.generated.ts';
import { shapes } from '../api/shapes.generated.ts';
import { ValidationException } from '../errors.ts';
import { jsonDepthMax, shownCharsMax, shownViolationsMax } from '../../limits.ts';
import { nestsDeeper } from './depth.ts';

/**
 * Checks a value against a shape of the service model and returns it strict: members that were
 * null are absent, base64 text of a blob is bytes. What needs no change is returned as it is; what
 * was given is never altered. Throws ValidationException: for a value of the wrong kind or an
 * unknown member at once, else with every failed constraint counted, as the service does.
 */
export function checkShape<Name extends keyof ShapeTypes>(
  shapeName: Name,
  value: unknown,
): ShapeTypes[Name] {
  const walk: Walk = { violations: [], keys: [], hidden: 0 };
  const checked = visit(nodeOf(shapeName), value, walk);
  if (walk.violations.length > 0) throw new ValidationException(describe(walk.violations));
  // The shape table and the types are printed from one model: what passes the one is the other.
  // oxlint-disable-next-line typescript/no-unnecessary-type-assertion
  return checked as ShapeTypes[Name];
}

interface Walk {
  readonly violations: string[];
  /** Where the walk stands; turned into a path only when something is wrong there. */
  readonly keys: (string | number)[];
  /** How many of the shapes above are sensitive: below them values are not repeated. */
  hidden: number;
}

/** A shape with what it refers to at hand: no name is looked up while a request waits. */
interface Node {
  readonly name: string;
  readonly shape: Shape;
  readonly sensitive: boolean;
  readonly pattern: RegExp | undefined;
  /** Filled after the node is known, since shapes may hold themselves. */
  readonly members: MemberNode[];
  readonly memberOf: Map<string, MemberNode>;
  /** Of a list its items, of a map its keys and values. */
  item: Node | undefined;
  key: Node | undefined;
  value: Node | undefined;
}

interface MemberNode {
  readonly name: string;
  readonly required: boolean;
  readonly node: Node;
}

// Observed: values below a message's content are left out, though the model has no mark there.
const sensitiveBeyondTheModel = new Set(['ContentBlock']);

const nodes = new Map<string, Node>();

function nodeOf(name: string): Node {
  const known = nodes.get(name);
  if (known !== undefined) return known;
  const shape = shapes[name];
  if (shape === undefined) throw new Error(`The service model has no shape ${name}.`);
  const node: Node = {
    name,
    shape,
    sensitive: shape.sensitive === true || sensitiveBeyondTheModel.has(name),
    pattern: shape.pattern === undefined ? undefined : new RegExp(`^(?:${shape.pattern})$`),
    members: [],
    memberOf: new Map(),
    item: undefined,
    key: undefined,
    value: undefined,
  };
  nodes.set(name, node);
  link(node);
  return node;
}

function link(node: Node): void {
  const { member, key, value, members = {} } = node.shape;
  if (member !== undefined) node.item = nodeOf(member);
  if (key !== undefined) node.key = nodeOf(key);
  if (value !== undefined) node.value = nodeOf(value);
  for (const [name, { shape, required }] of Object.entries(members)) {
    const memberNode = { name, required: required === true, node: nodeOf(shape) };
    node.members.push(memberNode);
    node.memberOf.set(name, memberNode);
  }
}

function describe(violations: readonly string[]): string {
  const plural = violations.length === 1 ? '' : 's';
  // All are counted; how many the service prints of very many is not known.
  const shown = violations.slice(0, shownViolationsMax).join('; ');
  return `${violations.length} validation error${plural} detected: ${shown}`;
}

function visit(node: Node, value: unknown, walk: Walk): unknown {
  if (!node.sensitive) return visitKind(node, value, walk);
  walk.hidden += 1;
  const checked = visitKind(node, value, walk);
  walk.hidden -= 1;
  return checked;
}

function visitKind(node: Node, value: unknown, walk: Walk): unknown {
  switch (node.shape.type) {
    case 'structure':
      return visitStructure(node, value, walk);
    case 'list':
      return visitList(node, value, walk);
    case 'map':
      return visitMap(node, value, walk);
    case 'string':
      return visitString(node, value, walk);
    case 'integer':
    case 'long':
      if (!Number.isSafeInteger(value)) throw wrongKind('a whole number', walk);
      return visitNumber(node, value as number, walk);
    case 'float':
    case 'double':
      if (typeof value !== 'number') throw wrongKind('a number', walk);
      return visitNumber(node, value, walk);
    case 'boolean':
      if (typeof value !== 'boolean') throw wrongKind('true or false', walk);
      return value;
    case 'blob':
      return visitBlob(node, value, walk);
    case 'document':
      return visitDocument(value, walk);
    case 'timestamp':
      if (typeof value !== 'string') throw wrongKind('a timestamp as text', walk);
      return value;
    default:
      throw new Error(`The shape ${node.name} has the unknown type ${node.shape.type}.`);
  }
}

function visitStructure(node: Node, value: unknown, walk: Walk): unknown {
  if (!isObject(value)) throw wrongKind('a JSON object', walk);
  for (const key of Object.keys(value)) {
    if (!node.memberOf.has(key)) throw extraneous(key, walk);
  }
  if (node.shape.union) return visitUnion(node, value, walk);
  let checked: Record<string, unknown> | undefined;
  // In the order of the model, which is the order in which violations are told.
  for (const member of node.members) {
    const inner = value[member.name];
    if (inner === undefined && !member.required) continue;
    const strict = visitMember(member, inner, walk);
    if (strict === inner) continue;
    checked ??= { ...value };
    if (strict === undefined) delete checked[member.name];
    else checked[member.name] = strict;
  }
  return checked ?? value;
}

/** Undefined for a member that is null, which means absent. */
function visitMember({ name, required, node }: MemberNode, inner: unknown, walk: Walk): unknown {
  walk.keys.push(name);
  let strict: unknown;
  if (inner !== undefined && inner !== null) strict = visit(node, inner, walk);
  else if (required) violateNull(walk);
  walk.keys.pop();
  return strict;
}

/** Exactly one member: there is no order to keep, so only what is there is looked at. */
function visitUnion(node: Node, value: Record<string, unknown>, walk: Walk): unknown {
  let name = '';
  let present = 0;
  let absent = 0;
  for (const key of Object.keys(value)) {
    if (value[key] === null || value[key] === undefined) {
      absent += 1;
    } else {
      present += 1;
      name = key;
    }
  }
  const member = node.memberOf.get(name);
  if (present !== 1 || member === undefined) throw notOneMember(node, present, walk);
  const strict = visitMember(member, value[name], walk);
  return strict === value[name] && absent === 0 ? value : { [name]: strict };
}

function visitList(node: Node, value: unknown, walk: Walk): unknown {
  if (!Array.isArray(value)) throw wrongKind('a list', walk);
  checkLength(node, value.length, { value, walk });
  let checked: unknown[] | undefined;
  for (let index = 0; index < value.length; index += 1) {
    const inner: unknown = value[index];
    walk.keys.push(index);
    if (inner === null || inner === undefined) {
      violateNull(walk);
    } else if (node.item !== undefined) {
      const strict = visit(node.item, inner, walk);
      if (strict !== inner) (checked ??= [...value])[index] = strict;
    }
    walk.keys.pop();
  }
  return checked ?? value;
}

function visitMap(node: Node, value: unknown, walk: Walk): unknown {
  if (!isObject(value)) throw wrongKind('a JSON object', walk);
  const keys = Object.keys(value);
  checkLength(node, keys.length, { value, walk });
  for (const key of keys) {
    walk.keys.push(key);
    if (node.key !== undefined) visit(node.key, key, walk);
    if (node.value !== undefined) visit(node.value, value[key], walk);
    walk.keys.pop();
  }
  return value;
}

function visitString(node: Node, value: unknown, walk: Walk): unknown {
  if (typeof value !== 'string') throw wrongKind('a string', walk);
  const { shape, pattern } = node;
  if (shape.enum !== undefined && !shape.enum.includes(value)) {
    violate({ value, walk }, `satisfy enum value set: [${shape.enum.join(', ')}]`);
  }
  if (pattern !== undefined && !pattern.test(value)) {
    violate({ value, walk }, `satisfy regular expression pattern: ${shape.pattern}`);
  }
  if (shape.min !== undefined || shape.max !== undefined) {
    checkLength(node, characters(value), { value, walk });
  }
  return value;
}

/** Length in Unicode code points, as the service model counts. */
function characters(text: string): number {
  let count = text.length;
  for (let index = 0; index < text.length - 1; index += 1) {
    const isHigh = (text.charCodeAt(index) & 0xfc00) === 0xd800;
    if (isHigh && (text.charCodeAt(index + 1) & 0xfc00) === 0xdc00) count -= 1;
  }
  return count;
}

function visitNumber(node: Node, value: number, walk: Walk): unknown {
  const { min, max } = node.shape;
  if (min !== undefined && value < min) {
    violate({ value, walk }, `have value greater than or equal to ${min}`);
  }
  if (max !== undefined && value > max) {
    violate({ value, walk }, `have value less than or equal to ${max}`);
  }
  return value;
}

const base64 = /^[A-Za-z0-9+/]*={0,2}$/;

function visitBlob(node: Node, value: unknown, walk: Walk): unknown {
  const bytes = value instanceof Uint8Array ? value : decodeBase64(value, walk);
  walk.hidden += 1;
  checkLength(node, bytes.length, { value, walk });
  walk.hidden -= 1;
  return bytes;
}

function decodeBase64(value: unknown, walk: Walk): Uint8Array {
  if (typeof value !== 'string' || value.length % 4 !== 0 || !base64.test(value)) {
    throw wrongKind('base64 text', walk);
  }
  return Buffer.from(value, 'base64');
}

function visitDocument(value: unknown, walk: Walk): unknown {
  if (!nestsDeeper(value, jsonDepthMax)) return value;
  throw new ValidationException(
    `The value at ${named(walk)} nests deeper than ${jsonDepthMax} levels. ` +
      'Reduce its depth and try again.',
  );
}

/** A value where the walk stands. */
interface Subject {
  readonly value: unknown;
  readonly walk: Walk;
}

function checkLength(node: Node, length: number, subject: Subject): void {
  const { min, max } = node.shape;
  if (min !== undefined && length < min) {
    violate(subject, `have length greater than or equal to ${min}`);
  }
  if (max !== undefined && length > max) {
    violate(subject, `have length less than or equal to ${max}`);
  }
}

function violate({ value, walk }: Subject, must: string): void {
  addViolation(walk, walk.hidden > 0 ? 'Value' : `Value '${show(value)}'`, must);
}

/** As the service prints them: text bare, lists with commas. A very long value is cut. */
function show(value: unknown): string {
  const items = Array.isArray(value) ? (value as readonly unknown[]) : undefined;
  const shown = items?.slice(0, shownCharsMax).map(showItem).join(', ') ?? showItem(value);
  const text = shown.length > shownCharsMax ? `${shown.slice(0, shownCharsMax)}...` : shown;
  return items === undefined ? text : `[${text}]`;
}

function showItem(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function violateNull(walk: Walk): void {
  addViolation(walk, 'Value null', 'not be null');
}

function addViolation(walk: Walk, subject: string, must: string): void {
  const text = `${subject} at '${path(walk)}' failed to satisfy constraint: Member must ${must}`;
  walk.violations.push(text);
}

function extraneous(key: string, walk: Walk): ValidationException {
  const pointer = ['#', ...walk.keys].join('/');
  // The mix-up that the guide warns of: Claude's native blocks carry a type beside their content.
  const isNative = key === 'type' && walk.keys.includes('content');
  return new ValidationException(
    `Malformed input request: ${pointer}: extraneous key [${key}] is not permitted, ` +
      'please reformat your input and try again.',
    {
      hint: isNative
        ? 'This is the native Claude format. A Converse content block is {"text": "..."}, without type.'
        : `Remove ${key} or correct its spelling: the operation has no such member there.`,
    },
  );
}

function wrongKind(expected: string, walk: Walk): ValidationException {
  return new ValidationException(
    `The value at ${named(walk)} is invalid. Provide ${expected} for the field and try again.`,
  );
}

function notOneMember(node: Node, present: number, walk: Walk): ValidationException {
  const found = present === 0 ? 'has no member' : `has ${present} members`;
  return new ValidationException(
    `The ${node.name} at ${named(walk)} ${found}. ` +
      `Set exactly one of ${[...node.memberOf.keys()].join(', ')} and try again.`,
  );
}

/** `messages.1.member.content`: the form of constraints; steps into a list count from one. */
function path(walk: Walk): string {
  return walk.keys.map((key) => (typeof key === 'number' ? `${key + 1}.member` : key)).join('.');
}

/** `messages.0.content.0`: the form of sentences; steps into a list count from zero. */
function named(walk: Walk): string {
  return walk.keys.length === 0 ? 'the request body' : walk.keys.join('.');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Uint8Array)
  );
}
