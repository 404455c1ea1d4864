// The journal: what it keeps, how much, and what it never holds.

import { expect, test } from 'vitest';
import { createJournal, type JournalEntry } from './journal.ts';

function entry(more: Partial<JournalEntry> = {}): JournalEntry {
  return {
    operation: 'Converse',
    modelId: 'm',
    httpVersion: '1.1',
    auth: 'none',
    accessKeyId: null,
    status: 200,
    error: null,
    scripted: false,
    headers: {},
    body: null,
    ...more,
  };
}

test('entries are kept oldest first, until they are cleared', () => {
  const journal = createJournal();
  journal.record(entry({ modelId: 'a' }), 0);
  journal.record(entry({ modelId: 'b', body: { messages: [] } }), 15);
  expect(journal.entries()).toEqual([
    entry({ modelId: 'a' }),
    entry({ modelId: 'b', body: { messages: [] } }),
  ]);
  expect(journal.clear()).toBe(2);
  expect(journal.entries()).toEqual([]);
  expect(journal.clear()).toBe(0);
});

test('credentials are left out of the headers', () => {
  const journal = createJournal();
  const headers = {
    'content-type': 'application/json',
    authorization: 'Bearer secret',
    'x-amz-security-token': 'secret',
    'x-amz-date': '20260101T000000Z',
  };
  journal.record(entry({ headers }), 0);
  expect(Object.keys(journal.entries()[0]?.headers ?? {})).toEqual(['content-type', 'x-amz-date']);
});

test('the last 1,000 requests are remembered', () => {
  const journal = createJournal();
  for (let index = 0; index < 1_003; index += 1) {
    journal.record(entry({ modelId: String(index) }), 1);
  }
  const models = journal.entries().map(({ modelId }) => modelId);
  expect([models.length, models[0], models.at(-1)]).toEqual([1_000, '3', '1002']);
});

test('a body beyond 64 MB in sum is only counted, and a smaller one still fits', () => {
  const journal = createJournal();
  const body = { messages: [] };
  for (const bytes of [25_000_000, 25_000_000, 20_000_000, 14_000_000, 1]) {
    journal.record(entry({ body }), bytes);
  }
  expect(journal.entries().map((kept) => kept.body)).toEqual([
    body,
    body,
    { omittedBytes: 20_000_000 },
    body,
    { omittedBytes: 1 },
  ]);
  journal.clear();
  journal.record(entry({ body }), 64_000_000);
  expect(journal.entries()[0]?.body).toBe(body);
});

test('what is forgotten makes room', () => {
  const journal = createJournal();
  journal.record(entry({ body: {} }), 64_000_000);
  for (let index = 0; index < 999; index += 1) journal.record(entry(), 0);
  journal.record(entry({ body: { last: true } }), 64_000_000);
  expect(journal.entries().at(-1)?.body).toEqual({ last: true });
});

test('a body too deep to print is only counted', () => {
  const journal = createJournal();
  let body: unknown = {};
  for (let level = 0; level < 100_000; level += 1) body = [body];
  journal.record(entry({ body }), 200_000);
  expect(journal.entries()[0]?.body).toEqual({ omittedBytes: 200_000 });
});
