// Interprets the shape table: every constraint of the service model in the service's own wording.

import { isJsonObject } from '../api/json-object.ts';
import type { Shape } from '../api/shape.ts';
import type { ShapeTypes } from '../api/types.generated.ts';
import { shapes } from '../api/shapes.generated.ts';
import { ValidationException } from '../errors.ts';
import { jsonDepthMax } from '../../limits.ts';
import { nestsDeeper } from './depth.ts';
import {
  addViolation,
  describe,
  extraneous,
  named,
  notOneMember,
  type Subject,
  subjectOf,
  violate,
  type UnionDescription,
  violateNull,
  type Walk,
  wrongKind,
} from './violations.ts';

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
  const walk: Walk = { violations: [], told: 0, keys: [], hidden: 0 };
  const checked = visit(nodeOf(shapeName), value, walk);
  if (walk.told > 0) throw new ValidationException(describe(walk));
  // The shape table and the types are printed from one model: what passes the one is the other.
  // oxlint-disable-next-line typescript/no-unnecessary-type-assertion
  return checked as ShapeTypes[Name];
}

/** A shape with what it refers to at hand: no name is looked up while a request waits. */
interface Node {
  readonly name: string;
  readonly shape: Shape;
  readonly sensitive: boolean;
  readonly isScalar: boolean;
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
    isScalar: shape.type === 'string',
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
  if (!isJsonObject(value)) throw wrongKind('a JSON object', walk);
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
function visitUnion(node: Node, value: Readonly<Record<string, unknown>>, walk: Walk): unknown {
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
  if (present !== 1 || member === undefined) throw notOneMember(describeUnion(node), present, walk);
  const strict = visitMember(member, value[name], walk);
  return strict === value[name] && absent === 0 ? value : { [name]: strict };
}

function describeUnion({ name, memberOf }: Node): UnionDescription {
  return { name, members: [...memberOf.keys()] };
}

function visitList(node: Node, value: unknown, walk: Walk): unknown {
  if (!Array.isArray(value)) throw wrongKind('a list', walk);
  if (!isWithin(node, value.length)) tellLength(node, value.length, { value, walk });
  const { item } = node;
  if (item === undefined) return value;
  let checked: unknown[] | undefined;
  let isBroken = false;
  for (let index = 0; index < value.length; index += 1) {
    const inner: unknown = value[index];
    walk.keys.push(index);
    if (inner === null || inner === undefined) {
      violateNull(walk);
    } else if (item.isScalar) {
      isBroken = visitQuietly(item, inner, walk) || isBroken;
    } else {
      const strict = visit(item, inner, walk);
      if (strict !== inner) (checked ??= [...value])[index] = strict;
    }
    walk.keys.pop();
  }
  if (isBroken) addViolation(walk, subjectOf({ value, walk }), `Member must ${allOf(item)}`);
  return checked ?? value;
}

function visitMap(node: Node, value: unknown, walk: Walk): unknown {
  if (!isJsonObject(value)) throw wrongKind('a JSON object', walk);
  const { key: keyNode, value: valueNode } = node;
  const keys = Object.keys(value);
  if (!isWithin(node, keys.length)) tellLength(node, keys.length, { value, walk });
  let areKeysBroken = false;
  let areValuesBroken = false;
  for (const key of keys) {
    walk.keys.push(key);
    if (keyNode !== undefined) areKeysBroken = visitQuietly(keyNode, key, walk) || areKeysBroken;
    if (valueNode?.isScalar) {
      areValuesBroken = visitQuietly(valueNode, value[key], walk) || areValuesBroken;
    } else if (valueNode !== undefined) {
      visit(valueNode, value[key], walk);
    }
    walk.keys.pop();
  }
  if (areKeysBroken && keyNode !== undefined) {
    addViolation(walk, subjectOf({ value, walk }), `Map keys must ${allOf(keyNode)}`);
  }
  if (areValuesBroken && valueNode !== undefined) {
    addViolation(walk, subjectOf({ value, walk }), `Map value must ${allOf(valueNode)}`);
  }
  return value;
}

/**
 * Whether a key or an item violates its shape. That is told once, of the whole collection, with all
 * that they must: reported of requestMetadata, and of the lists of other services.
 */
function visitQuietly(node: Node, value: unknown, walk: Walk): boolean {
  const { told } = walk;
  const { length } = walk.violations;
  visit(node, value, walk);
  const isBroken = walk.told > told;
  walk.told = told;
  walk.violations.length = length;
  return isBroken;
}

/** `satisfy constraint: [...]`, every constraint of a shape in the order that was seen. */
function allOf({ shape }: Node): string {
  const { min, max, pattern, enum: values } = shape;
  const constraints = [
    max !== undefined && `have length less than or equal to ${max}`,
    min !== undefined && `have length greater than or equal to ${min}`,
    pattern !== undefined && `satisfy regular expression pattern: ${pattern}`,
    values !== undefined && `satisfy enum value set: [${values.join(', ')}]`,
  ].filter((constraint) => constraint !== false);
  return `satisfy constraint: [${constraints.map((text) => `Member must ${text}`).join(', ')}]`;
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
    const length = characters(value);
    if (!isWithin(node, length)) tellLength(node, length, { value, walk });
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
  if (!isWithin(node, bytes.length)) tellLength(node, bytes.length, { value, walk });
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

function isWithin({ shape: { min, max } }: Node, length: number): boolean {
  return (min === undefined || length >= min) && (max === undefined || length <= max);
}

function tellLength({ shape: { min, max } }: Node, length: number, subject: Subject): void {
  if (min !== undefined && length < min) {
    violate(subject, `have length greater than or equal to ${min}`);
  }
  if (max !== undefined && length > max) {
    violate(subject, `have length less than or equal to ${max}`);
  }
}
