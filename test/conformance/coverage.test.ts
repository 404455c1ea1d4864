// The service model, member by member: accepted and used, or in coverage.ts with its reason.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { operationShapes, shapes } from '../../src/protocol/api/shapes.generated.ts';
import { parseInput } from '../../src/protocol/wire/rest-json.ts';
import { operations } from '../../src/service/operations/index.ts';
import { listFiles } from '../tidy/source.ts';
import type { Case } from './case.ts';
import { cases } from './cases.ts';
import { unmadeOutputs, unservedOperations, unusedInputs } from './coverage.ts';

// What a member is called in the code that ships; generated files say nothing of use.
const source = listFiles()
  .filter((path) => /^src\/.*\.ts$/.test(path) && !/(?:\.generated|\.test)\.ts$/.test(path))
  .map((path) => readFileSync(path, 'utf8'))
  .join('\n');
const named = new Set(source.match(/\b\w+\b/g));

type Reasons = Readonly<Record<string, string>>;

/** `Shape.member` of everything below a shape, but for what has its reason. */
function membersBelow(
  root: string,
  reasons: Reasons,
  found = new Set<string>(),
): ReadonlySet<string> {
  const { members = {}, member, key, value } = shapes[root] ?? {};
  for (const [name, { shape }] of Object.entries(members)) {
    const path = `${root}.${name}`;
    if (found.has(path) || path in reasons) continue;
    found.add(path);
    membersBelow(shape, reasons, found);
  }
  for (const inner of [member, key, value])
    if (inner !== undefined) membersBelow(inner, reasons, found);
  return found;
}

function membersBelowAll(roots: readonly string[], reasons: Reasons): readonly string[] {
  const found = new Set<string>();
  for (const root of roots) membersBelow(root, reasons, found);
  return [...found];
}

const served = Object.keys(operations) as (keyof typeof operations)[];
const rootsOf = (side: 'input' | 'output'): readonly string[] =>
  served.flatMap((name) => operationShapes[name][side] ?? []);
const reachable = (side: 'input' | 'output', reasons: Reasons = {}): readonly string[] =>
  membersBelowAll(rootsOf(side), reasons).toSorted();
const unnamed = (path: string): boolean => !named.has(path.split('.')[1] ?? '');

/** The members of the input; of a native request those in its headers. */
function inputOf({ operation, body, headers = {} }: Case): unknown {
  if (!operation.startsWith('InvokeModel')) return body;
  return parseInput(operation, headers, Buffer.from(JSON.stringify(body)));
}

/** `Shape.member` of what a value holds. */
function membersIn(root: string, value: unknown, found: Set<string>): void {
  const { members = {}, member, value: item } = shapes[root] ?? {};
  if (Array.isArray(value)) {
    if (member !== undefined) for (const inner of value) membersIn(member, inner, found);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    if (item !== undefined) membersIn(item, inner, found);
    const shape = members[name]?.shape;
    if (shape === undefined) continue;
    found.add(`${root}.${name}`);
    membersIn(shape, inner, found);
  }
}

test('every operation is served or has its reason', () => {
  const missing = Object.keys(operationShapes).filter((name) => !(name in operations));
  expect(Object.keys(unservedOperations).toSorted()).toEqual(missing.toSorted());
});

test('every member of a request is named in the code that ships or has its reason', () => {
  expect(reachable('input').length).toBeGreaterThan(100);
  expect(reachable('input', unusedInputs).filter(unnamed)).toEqual([]);
});

test('every member of a conversation is accepted in a case', () => {
  const accepted = new Set<string>();
  const roots = new Set<string>();
  for (const item of cases) {
    const root = operationShapes[item.operation].input;
    roots.add(root);
    accepted.add(`${root}.modelId`);
    // No guardrail is kept here yet: refusing it is all that is done with it.
    const isGuardrail = /guardrail(Config|identifier)/.test(JSON.stringify(item));
    if (item.refused === undefined || isGuardrail) membersIn(root, inputOf(item), accepted);
  }
  expect(roots.size).toBe(5);
  const wanted = membersBelowAll([...roots], unusedInputs);
  const missing = wanted.filter((path) => !accepted.has(path));
  expect(missing).toEqual([]);
});

test('every member of an answer is named in the code that ships or has its reason', () => {
  expect(reachable('output').length).toBeGreaterThan(100);
  expect(reachable('output', unmadeOutputs).filter(unnamed)).toEqual([]);
});

test('every reason is of a member that there is', () => {
  const inputs = new Set(reachable('input'));
  const outputs = new Set(reachable('output'));
  expect(Object.keys(unusedInputs).filter((path) => !inputs.has(path))).toEqual([]);
  expect(Object.keys(unmadeOutputs).filter((path) => !outputs.has(path))).toEqual([]);
  const reasons = [unservedOperations, unusedInputs, unmadeOutputs].flatMap(Object.values);
  expect(reasons.length).toBeGreaterThan(10);
  for (const reason of reasons) expect(reason).toMatch(/^[A-Z].*\.$/);
});
