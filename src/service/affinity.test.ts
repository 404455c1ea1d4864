// Which place a conversation goes to by its beginning.

import { expect, test } from 'vitest';
import type { Conversation } from '../protocol/validation/rule.ts';
import { inAffinity } from './affinity.ts';
import type { RoutedPlace } from './route.ts';

function placeOf(provider: string, weight?: number): RoutedPlace {
  const model = { id: 'm', template: undefined, maxTokens: 4096 };
  return { provider, model, standIn: false, weight };
}

function about(subject: string, ...more: string[]): Conversation {
  const messages = [subject, ...more].map((text, at) => ({
    role: at % 2 === 0 ? ('user' as const) : ('assistant' as const),
    content: [{ text }],
  }));
  return { system: [{ text: 'Be brief.' }], messages };
}

function firstOf(places: readonly RoutedPlace[], conversation: Conversation): string {
  return inAffinity(places, conversation)[0]?.provider ?? '';
}

const subjects = Array.from({ length: 3_000 }, (_, number) => `subject ${number}`);
const three = [placeOf('a', 1), placeOf('b', 1), placeOf('c', 2)];

test('all requests of a conversation go to one place, and others to others', () => {
  const places = new Set<string>();
  for (const subject of subjects.slice(0, 50)) {
    const first = firstOf(three, about(subject));
    places.add(first);
    expect(firstOf(three, about(subject, 'Yes.', 'And then?'))).toBe(first);
    expect(firstOf(three.toReversed(), about(subject))).toBe(first);
  }
  expect([...places].toSorted()).toEqual(['a', 'b', 'c']);
});

test('system and tools are a part of the beginning', () => {
  const tools = [{ toolSpec: { name: 'a', inputSchema: { json: {} } } }];
  const changes = subjects.slice(0, 60).map((subject) => {
    const plain = about(subject);
    const changed = [
      { ...plain, toolConfig: { tools } },
      { ...plain, system: [{ text: 'Hm' }] },
    ];
    return changed.map((other) => firstOf(three, other) !== firstOf(three, plain));
  });
  expect(changes.some(([byTools]) => byTools)).toBe(true);
  expect(changes.some(([, bySystem]) => bySystem)).toBe(true);
});

test('each place has its share of the beginnings by weight', () => {
  const counts = { a: 0, b: 0, c: 0 };
  for (const subject of subjects) counts[firstOf(three, about(subject)) as 'a'] += 1;
  expect(counts.a / subjects.length).toBeCloseTo(0.25, 1);
  expect(counts.b / subjects.length).toBeCloseTo(0.25, 1);
  expect(counts.c / subjects.length).toBeCloseTo(0.5, 1);
});

test('a place that goes moves only what it had', () => {
  for (const subject of subjects.slice(0, 200)) {
    const before = firstOf(three, about(subject));
    const after = firstOf(three.slice(0, 2), about(subject));
    if (before !== 'c') expect(after).toBe(before);
  }
});

test('without weights all share alike, and beside weights those without come last', () => {
  const alike = [placeOf('a'), placeOf('b')];
  expect(new Set(subjects.map((subject) => firstOf(alike, about(subject)))).size).toBe(2);
  const mixed = [placeOf('last'), placeOf('a', 1), placeOf('b', 1)];
  for (const subject of subjects.slice(0, 20)) {
    const ordered = inAffinity(mixed, about(subject)).map(({ provider }) => provider);
    expect(ordered[2]).toBe('last');
    expect(ordered.toSorted()).toEqual(['a', 'b', 'last']);
  }
});
