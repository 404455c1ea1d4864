// A strict reader of Prometheus' text format, version 0.0.4: what it does not know is an error.

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Family {
  readonly type: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

/** Throws for a line that is none, a family without its type, and a series that comes twice. */
export function parsePrometheus(text: string): ReadonlyMap<string, Family> {
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  const families = new Map<string, { type: string; help: string; samples: Sample[] }>();
  const series = new Set<string>();
  let help: { readonly name: string; readonly text: string } | undefined;
  for (const line of text.split('\n').filter((line) => line !== '')) {
    const [, helpName, helpText] = /^# HELP ([a-zA-Z_:][\w:]*) (.+)$/.exec(line) ?? [];
    if (helpName !== undefined && helpText !== undefined) {
      help = { name: helpName, text: helpText };
      continue;
    }
    const [, typeName, type] =
      /^# TYPE ([a-zA-Z_:][\w:]*) (counter|gauge|histogram|summary|untyped)$/.exec(line) ?? [];
    if (typeName !== undefined && type !== undefined) {
      if (help?.name !== typeName) throw new Error(`${typeName} has no HELP before its TYPE`);
      if (families.has(typeName)) throw new Error(`${typeName} comes twice`);
      families.set(typeName, { type, help: help.text, samples: [] });
      continue;
    }
    const sample = parseSample(line);
    const key = `${sample.name} ${labelsText(sample.labels)}`;
    if (series.has(key)) throw new Error(`the series ${key} comes twice`);
    series.add(key);
    const family = familyOf(sample.name, families);
    if (family === undefined) throw new Error(`${sample.name} has no TYPE`);
    family.samples.push(sample);
  }
  for (const [name, { type, samples }] of families) {
    if (type === 'histogram') checkHistogram(name, samples);
  }
  return families;
}

function labelsText(labels: Sample['labels']): string {
  const names = Object.keys(labels).toSorted((a, b) => (a < b ? -1 : 1));
  return names.map((name) => `${name}=${labels[name]}`).join(' ');
}

function parseSample(line: string): Sample {
  const form = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (-?\d[\d.e+-]*|NaN|[+-]Inf)$/.exec(line);
  const [, name, inside = '', value = ''] = form ?? [];
  if (name === undefined) throw new Error(`no sample: ${line}`);
  const labels: Record<string, string> = {};
  let rest = inside;
  while (rest !== '') {
    const [whole, label, text] =
      /^([a-zA-Z_]\w*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/.exec(rest) ?? [];
    if (whole === undefined || label === undefined || text === undefined) {
      throw new Error(`no labels: ${inside}`);
    }
    if (label in labels) throw new Error(`the label ${label} comes twice: ${line}`);
    labels[label] = text;
    rest = rest.slice(whole.length);
  }
  const number = value.endsWith('Inf') ? Infinity : Number(value);
  return { name, labels, value: number };
}

type Families = ReadonlyMap<string, { readonly type: string; readonly samples: Sample[] }>;

function familyOf(name: string, families: Families): { readonly samples: Sample[] } | undefined {
  const own = families.get(name);
  if (own !== undefined && own.type !== 'histogram') return own;
  const histogram = families.get(name.replace(/_(?:bucket|count|sum)$/, ''));
  return histogram?.type === 'histogram' ? histogram : undefined;
}

/** Its buckets grow, the last of them holds all, and that is what `_count` says. */
function checkHistogram(name: string, samples: readonly Sample[]): void {
  const counts = samples.filter((sample) => sample.name === `${name}_count`);
  for (const { labels, value } of counts) {
    const own = samples.filter(
      (sample) =>
        sample.name === `${name}_bucket` &&
        Object.entries(labels).every(([label, text]) => sample.labels[label] === text) &&
        Object.keys(sample.labels).length === Object.keys(labels).length + 1,
    );
    if (own.at(-1)?.labels['le'] !== '+Inf') throw new Error(`${name} has no last bucket`);
    if (own.at(-1)?.value !== value) throw new Error(`the last bucket of ${name} is not its count`);
    const sizes = own.map((sample) => sample.value);
    if (sizes.some((size, at) => size < (sizes[at - 1] ?? 0))) {
      throw new Error(`the buckets of ${name} do not grow`);
    }
  }
}
