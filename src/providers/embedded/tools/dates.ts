// Days that a message names outright, as ISO dates.

export const months = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const month =
  '(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|' +
  'sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)';

const forms: readonly (readonly [form: RegExp, order: readonly [number, number, number]])[] = [
  [/(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)/g, [1, 2, 3]],
  [new RegExp(`\\b${month}\\.? (\\d{1,2})(?:st|nd|rd|th)?,? (\\d{4})\\b`, 'gi'), [3, 1, 2]],
  [
    new RegExp(`\\b(\\d{1,2})(?:st|nd|rd|th|\\.)?(?: of)? ${month}\\.?,? (\\d{4})\\b`, 'gi'),
    [3, 2, 1],
  ],
  [/(?<!\d)(\d{1,2})\.(\d{1,2})\.(\d{4})(?!\d)/g, [3, 2, 1]],
];

/** Only whole dates: which year "May 3" means, or what day is tomorrow, is not in the text. */
export function literalDates(text: string): string[] {
  const found = forms.flatMap(([form, [year, middle, day]]) =>
    [...text.matchAll(form)].flatMap((match) => {
      const iso = toIso(match[year], match[middle], match[day]);
      return iso === undefined ? [] : [{ at: match.index, iso }];
    }),
  );
  return [...new Set(found.toSorted((a, b) => a.at - b.at).map(({ iso }) => iso))];
}

function toIso(year = '', middle = '', day = ''): string | undefined {
  const index = months.indexOf(middle.slice(0, 3).toLowerCase());
  const number = index >= 0 ? index + 1 : Number(middle);
  const days = Number(day);
  if (number < 1 || number > 12 || days < 1 || days > 31) return undefined;
  return `${year}-${String(number).padStart(2, '0')}-${String(days).padStart(2, '0')}`;
}
