// Days that are named as seen from one Saturday, as a table.

import { expect, test } from 'vitest';

import { datesIn, dateTimesIn, relativeDates } from './relative-dates.ts';

/** A Saturday, 2026-11-21. */
const now = Date.UTC(2026, 10, 21, 23, 59);

test('days are counted from today', () => {
  const cases: readonly (readonly [string, string[]])[] = [
    ['today', ['2026-11-21']],
    ['a table for tonight', ['2026-11-21']],
    ['Tomorrow, please', ['2026-11-22']],
    ['the day after tomorrow', ['2026-11-23']],
    ['yesterday or the day before yesterday', ['2026-11-20', '2026-11-19']],
    ['in three days', ['2026-11-24']],
    ['in 10 days', ['2026-12-01']],
    ['in a week', ['2026-11-28']],
    ['two weeks from now', ['2026-12-05']],
    ['a month ago', ['2026-10-21']],
    ['next week', ['2026-11-28']],
    ['in a year', ['2027-11-21']],
    ['next Monday', ['2026-11-23']],
    ['on Sunday', ['2026-11-22']],
    ['this coming Saturday', ['2026-11-28']],
    ['last Friday', ['2026-11-20']],
    ['last Saturday', ['2026-11-14']],
    ['Monday and Tuesday', ['2026-11-23', '2026-11-24']],
    ['on December 5th', ['2026-12-05']],
    ['the 3rd of May', ['2027-05-03']],
    ['21 Nov', ['2026-11-21']],
    ['30 February', []],
    ['you may go in 20 minutes, some day', []],
  ];
  for (const [text, dates] of cases) expect(relativeDates(text, now), text).toEqual(dates);
});

test('a month later is the same day, or the last of a shorter month', () => {
  expect(relativeDates('in one month', Date.UTC(2027, 0, 31))).toEqual(['2027-02-28']);
  expect(relativeDates('in one month', Date.UTC(2026, 11, 15))).toEqual(['2027-01-15']);
});

test('a whole date is what is meant', () => {
  expect(datesIn('on May 3, 2026, not on Monday', now)).toEqual(['2026-05-03']);
  expect(datesIn('on Monday', now)).toEqual(['2026-11-23']);
});

test('a time of day makes a moment', () => {
  const cases: readonly (readonly [string, string[]])[] = [
    ['tomorrow at 5 pm', ['2026-11-22T17:00:00Z']],
    ['tomorrow at 12:30 a.m.', ['2026-11-22T00:30:00Z']],
    ['Monday at noon', ['2026-11-23T12:00:00Z']],
    ['at 18:45', ['2026-11-21T18:45:00Z']],
    ['2026-12-01', ['2026-12-01T00:00:00Z']],
    ['at 2026-12-01T10:00:00+01:00', ['2026-12-01T10:00:00+01:00']],
    ['at 25:00', []],
    ['whenever', []],
  ];
  for (const [text, moments] of cases) expect(dateTimesIn(text, now), text).toEqual(moments);
});
