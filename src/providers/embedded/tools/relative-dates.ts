// Days that a message names as seen from the day it is sent on: "tomorrow", "next Monday".

import { literalDates, months } from './dates.ts';

/** In the order of the text, as ISO dates; `now` is in milliseconds, and days are those of UTC. */
export function relativeDates(text: string, now: number): string[] {
  const today = Math.floor(now / dayMs);
  const found: { at: number; day: number | undefined }[] = [];
  let rest = text;
  for (const [form, dayOf] of forms) {
    rest = rest.replaceAll(form, (said: string, ...groups: unknown[]) => {
      const at = groups.findIndex((group) => typeof group === 'number');
      const words = groups.slice(0, at).map(String);
      found.push({ at: Number(groups[at]), day: dayOf(today, words) });
      // What one form has read is no longer there for the next.
      return ' '.repeat(said.length);
    });
  }
  const ordered = found.toSorted((a, b) => a.at - b.at);
  return [...new Set(ordered.flatMap(({ day }) => toIso(day)))];
}

/** All days that a text names, the whole dates first. */
export function datesIn(text: string, now: number): string[] {
  const literal = literalDates(text);
  return literal.length > 0 ? literal : relativeDates(text, now);
}

/** Days with the time that the text names, midnight where it names none. */
export function dateTimesIn(text: string, now: number): string[] {
  const whole = text.match(/\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})/g);
  if (whole !== null) return [...new Set(whole)];
  const time = timeIn(text);
  const days = datesIn(text, now);
  const meant = days.length === 0 && time !== undefined ? [toIso(Math.floor(now / dayMs))] : days;
  return meant.flat().map((day) => `${day}T${time ?? '00:00'}:00Z`);
}

const dayMs = 86_400_000;
const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const countWords = 'zero one two three four five six seven eight nine ten'.split(' ');
const count = String.raw`(\d{1,3}|an?|${countWords.join('|')})`;
const unit = '(day|week|fortnight|month|year)s?';

type Form = readonly [
  form: RegExp,
  dayOf: (today: number, words: readonly string[]) => number | undefined,
];

const forms: readonly Form[] = [
  [/\b(?:the )?day after tomorrow\b/gi, (today) => today + 2],
  [/\b(?:the )?day before yesterday\b/gi, (today) => today - 2],
  [/\btomorrow\b/gi, (today) => today + 1],
  [/\byesterday\b/gi, (today) => today - 1],
  [/\b(?:today|tonight|this (?:morning|afternoon|evening))\b/gi, (today) => today],
  [pattern(`in ${count} ${unit}`), (today, words) => after(today, words)],
  [pattern(`${count} ${unit} (?:from (?:now|today)|later)`), (today, words) => after(today, words)],
  [pattern(`${count} ${unit} ago`), (today, words) => after(today, words, -1)],
  [pattern(`next ${unit}`), (today, [what = '']) => after(today, ['1', what])],
  [pattern(`last (${weekdays.join('|')})`), (today, [name = '']) => weekday(today - 8, name)],
  [
    pattern(`(?:on |this |next |coming )*(${weekdays.join('|')})`),
    (today, [name = '']) => {
      return weekday(today, name);
    },
  ],
  [
    pattern(String.raw`(${months.join('|')})[a-z]*\.? (\d{1,2})(?:st|nd|rd|th)?`),
    (today, [name = '', day]) => inYear(today, name, day),
  ],
  [
    pattern(String.raw`(\d{1,2})(?:st|nd|rd|th|\.)?(?: of)? (${months.join('|')})[a-z]*`),
    (today, [day, name = '']) => inYear(today, name, day),
  ],
];

function pattern(source: string): RegExp {
  return new RegExp(String.raw`\b${source}\b`, 'gi');
}

function after(today: number, [howMany = '', what = '']: readonly string[], sign = 1) {
  const word = howMany.toLowerCase();
  const said = /^an?$/.test(word) ? 1 : countWords.indexOf(word);
  const steps = sign * (said >= 0 ? said : Number(howMany));
  switch (what.toLowerCase()) {
    case 'day':
      return today + steps;
    case 'week':
      return today + 7 * steps;
    case 'fortnight':
      return today + 14 * steps;
    default:
      return addMonths(today, what.toLowerCase() === 'year' ? 12 * steps : steps);
  }
}

/** The same day of another month, or that month's last. */
function addMonths(today: number, count: number): number {
  const date = new Date(today * dayMs);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + count);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, last));
  return date.getTime() / dayMs;
}

/** The first such day after this one. */
function weekday(today: number, name: string): number {
  const wanted = weekdays.indexOf(name.toLowerCase());
  const is = (((today + thursday) % 7) + 7) % 7;
  return today + (((wanted - is + 6) % 7) + 1);
}

// 1970-01-01 was one.
const thursday = 4;

/** The first such day from this one on; undefined where the month has no such day. */
function inYear(today: number, name: string, day = ''): number | undefined {
  const month = months.indexOf(name.slice(0, 3).toLowerCase());
  const year = new Date(today * dayMs).getUTCFullYear();
  const candidates = [year, year + 1].map((each) => new Date(Date.UTC(each, month, Number(day))));
  return candidates
    .filter((date) => date.getUTCMonth() === month)
    .map((date) => date.getTime() / dayMs)
    .find((each) => each >= today);
}

function toIso(day: number | undefined): string[] {
  if (day === undefined || !Number.isFinite(day)) return [];
  return [new Date(day * dayMs).toISOString().slice(0, 10)];
}

/** The first time of day, as `HH:MM`. */
function timeIn(text: string): string | undefined {
  if (/\bnoon\b/i.test(text)) return '12:00';
  const match = /(?<![\d-])(\d{1,2})(?::(\d{2}))?\s?([ap])\.?m\b|(?<![\d-])(\d{1,2}):(\d{2})/i.exec(
    text,
  );
  if (match === null) return undefined;
  const [, hour12, minute12 = '00', half, hour24, minute24] = match;
  const hour = half === undefined ? Number(hour24) : toHour(Number(hour12), half);
  const minute = half === undefined ? minute24 : minute12;
  if (hour > 23 || Number(minute) > 59) return undefined;
  return `${String(hour).padStart(2, '0')}:${minute}`;
}

function toHour(hour: number, half: string): number {
  return (hour % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
}
