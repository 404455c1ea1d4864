// How what is wrong with a request is said: violations of constraints, and what is refused at once.

import { shownCharsMax, shownViolationsMax } from '../../limits.ts';
import { ValidationException } from '../errors.ts';

export interface Walk {
  /** The first of them, as text. */
  readonly violations: string[];
  /** How many there are: a large request can have millions, too many to be kept. */
  told: number;
  /** Where the walk stands; turned into a path only when something is wrong there. */
  readonly keys: (string | number)[];
  /** How many of the shapes above are sensitive: below them values are not repeated. */
  hidden: number;
}

/** A value where the walk stands. */
export interface Subject {
  readonly value: unknown;
  readonly walk: Walk;
}

/** All violations in one message, as the service counts them. */
export function describe({ violations, told }: Walk): string {
  return `${told} validation error${told === 1 ? '' : 's'} detected: ${violations.join('; ')}`;
}

export function violate(subject: Subject, must: string): void {
  addViolation(subject.walk, subjectOf(subject), `Member must ${must}`);
}

/** `Value 'x'`, or `Value` alone below what is sensitive. */
export function subjectOf({ value, walk }: Subject): string {
  return walk.hidden > 0 ? 'Value' : `Value '${show(value)}'`;
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

export function violateNull(walk: Walk): void {
  addViolation(walk, 'Value null', 'Member must not be null');
}

export function addViolation(walk: Walk, subject: string, requirement: string): void {
  walk.told += 1;
  // How many the service prints of very many is not known.
  if (walk.violations.length >= shownViolationsMax) return;
  walk.violations.push(
    `${subject} at '${path(walk)}' failed to satisfy constraint: ${requirement}`,
  );
}

export function extraneous(key: string, walk: Walk): ValidationException {
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

export function wrongKind(expected: string, walk: Walk): ValidationException {
  return new ValidationException(
    `The value at ${named(walk)} is invalid. Provide ${expected} for the field and try again.`,
  );
}

export interface UnionDescription {
  readonly name: string;
  readonly members: readonly string[];
}

export function notOneMember(
  { name, members }: UnionDescription,
  present: number,
  walk: Walk,
): ValidationException {
  const found = present === 0 ? 'has no member' : `has ${present} members`;
  return new ValidationException(
    `The ${name} at ${named(walk)} ${found}. ` +
      `Set exactly one of ${members.join(', ')} and try again.`,
  );
}

/** `messages.1.member.content`: the form of constraints; steps into a list count from one. */
function path(walk: Walk): string {
  return walk.keys.map((key) => (typeof key === 'number' ? `${key + 1}.member` : key)).join('.');
}

/** `messages.0.content.0`: the form of sentences; steps into a list count from zero. */
export function named(walk: Walk): string {
  return walk.keys.length === 0 ? 'the request body' : walk.keys.join('.');
}
