// Schemas as grammars. A small reader of the notation says what a grammar takes.

import { expect, test } from 'vitest';

import { sample } from '../tools/sample.ts';
import type { JsonObject } from '../tools/schema.ts';
import { compileSchema } from '../tools/validator.ts';
import { toChoiceGrammar, toInputGrammar } from './schema-grammar.ts';

/** Whether a text is of the grammar; only what our grammars use is known here. */
function takes(grammar: string, text: string): boolean {
  const rules = new Map(
    grammar.split('\n').map((line) => {
      const [, name = '', body = ''] = /^(\w+) ::= (.*)$/.exec(line) ?? [];
      return [name, body] as const;
    }),
  );
  const named = /"(?:[^"\\]|\\.)*"|\[(?:[^\]\\]|\\.)*\]|\w+(?![\w}])|./g;
  const ends = (body: string, from: ReadonlySet<number>): Set<number> => {
    const parser = new Parser(body.match(named) ?? [], (name, at) =>
      ends(rules.get(name) ?? missing(name), new Set([at])),
    );
    const reached = new Set<number>();
    for (const at of from) for (const end of parser.alternatives(text, at)) reached.add(end);
    return reached;
  };
  return ends(rules.get('root') ?? missing('root'), new Set([0])).has(text.length);
}

function missing(name: string): never {
  throw new Error(`There is no rule ${name}.`);
}

/** Walks one rule's body, from every place at once. */
class Parser {
  readonly #words: readonly string[];
  readonly #rule: (name: string, at: number) => ReadonlySet<number>;
  #next = 0;

  constructor(words: readonly string[], rule: (name: string, at: number) => ReadonlySet<number>) {
    this.#words = words.filter((word) => word !== ' ');
    this.#rule = rule;
  }

  alternatives(text: string, at: number): Set<number> {
    this.#next = 0;
    return this.#choice(text, new Set([at]));
  }

  #choice(text: string, from: ReadonlySet<number>): Set<number> {
    const reached = this.#row(text, from);
    while (this.#words[this.#next] === '|') {
      this.#next += 1;
      for (const end of this.#row(text, from)) reached.add(end);
    }
    return reached;
  }

  #row(text: string, from: ReadonlySet<number>): Set<number> {
    let places = new Set(from);
    while (this.#next < this.#words.length && !'|)'.includes(this.#words[this.#next] ?? '')) {
      places = this.#repeated(text, places);
    }
    return places;
  }

  #repeated(text: string, from: ReadonlySet<number>): Set<number> {
    const start = this.#next;
    let once = this.#one(text, from);
    const after = this.#next;
    const [least, most, length] = bounds(this.#words.slice(after));
    const places = new Set(least === 0 ? from : []);
    for (let count = 1; count <= most && once.size > 0; count += 1) {
      const known = places.size;
      if (count >= least) for (const place of once) places.add(place);
      if (count >= least && places.size === known) break;
      this.#next = start;
      if (count < most) once = this.#one(text, once);
    }
    this.#next = after + length;
    return places;
  }

  #one(text: string, from: ReadonlySet<number>): Set<number> {
    const word = this.#words[this.#next] ?? '';
    this.#next += 1;
    if (word === '(') {
      const reached = this.#choice(text, from);
      this.#next += 1;
      return reached;
    }
    const reached = new Set<number>();
    for (const at of from) {
      if (word.startsWith('"')) {
        const literal = JSON.parse(word) as string;
        if (text.startsWith(literal, at)) reached.add(at + literal.length);
      } else if (word.startsWith('[')) {
        if (new RegExp(`^${word}`).test(text.charAt(at))) reached.add(at + 1);
      } else {
        for (const end of this.#rule(word, at)) reached.add(end);
      }
    }
    return reached;
  }
}

/** What follows a part: `?`, `*`, `+`, `{2,5}`. */
function bounds(words: readonly string[]): readonly [least: number, most: number, length: number] {
  if (words[0] === '?') return [0, 1, 1];
  if (words[0] === '*') return [0, Infinity, 1];
  if (words[0] === '+') return [1, Infinity, 1];
  if (words[0] !== '{') return [1, 1, 0];
  const length = words.indexOf('}') + 1;
  const [least = '', most = least] = words
    .slice(1, length - 1)
    .join('')
    .split(',');
  return [Number(least), most === '' ? Infinity : Number(most), length];
}

const place = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const cases: readonly (readonly [
  schema: JsonObject,
  taken: readonly unknown[],
  refused: readonly unknown[],
])[] = [
  [place, [{ city: 'Paris' }], [{}, { city: 1 }, { town: 'Paris' }, { city: 'a', more: 1 }]],
  [
    { properties: { a: { type: 'integer' }, b: { enum: ['x', 2, null] }, c: { const: true } } },
    [{}, { a: -3 }, { b: 'x' }, { a: 1, b: null, c: true }, { b: 2, c: true }],
    [{ a: 1.5 }, { b: 'y' }, { c: false }],
  ],
  [
    { properties: { to: { type: 'array', items: place, minItems: 1, maxItems: 2 } } },
    [{ to: [{ city: 'a' }] }, { to: [{ city: 'a' }, { city: 'b' }] }],
    [{ to: [] }, { to: [{ city: 'a' }, { city: 'b' }, { city: 'c' }] }, { to: [1] }],
  ],
  [
    { properties: { n: { type: 'integer', minimum: 1, maximum: 3 } }, required: ['n'] },
    [{ n: 1 }, { n: 3 }],
    [{ n: 0 }, { n: 4 }, { n: -1 }],
  ],
  [
    { properties: { s: { type: 'string', minLength: 2, maxLength: 3 } } },
    [{ s: 'ab' }, { s: 'äöü' }, { s: '"\n\\' }],
    [{ s: 'a' }, { s: 'abcd' }],
  ],
  [
    { properties: { p: { type: 'string', pattern: '^[A-Z]{2}\\d+(?:-[a-f]|x)?$' } } },
    [{ p: 'AB1' }, { p: 'XY23-c' }, { p: 'AB1x' }],
    [{ p: 'A1' }, { p: 'AB' }, { p: 'AB1-z' }, { p: 'AB1xx' }],
  ],
  [
    { properties: { d: { type: 'string', format: 'date' } } },
    [{ d: '2026-11-21' }],
    [{ d: '2026-13-21' }, { d: 'tomorrow' }],
  ],
  [
    { properties: { v: { anyOf: [{ type: 'number' }, { type: ['string', 'null'] }] } } },
    [{ v: 1.25 }, { v: 'a' }, { v: null }],
    [{ v: true }, { v: [] }],
  ],
  [
    {
      properties: { tree: { $ref: '#/$defs/node' } },
      $defs: {
        node: {
          type: 'object',
          properties: { of: { type: 'array', items: { $ref: '#/$defs/node' } } },
          required: ['of'],
        },
      },
    },
    [{ tree: { of: [] } }, { tree: { of: [{ of: [{ of: [] }] }] } }],
    [{ tree: {} }, { tree: { of: [1] } }],
  ],
  [
    { type: 'object', additionalProperties: { type: 'integer' } },
    [{}, { a: 1 }, { a: 1, b: 2 }],
    [{ a: 'x' }],
  ],
  [{ type: 'object', required: ['any'] }, [{ any: [1, { a: null }] }, { any: 'x' }], [{}]],
  [{ type: 'object', properties: {} }, [{}], [{ a: 1 }]],
];

test('a grammar takes what its schema says, and nothing else', () => {
  for (const [schema, taken, refused] of cases) {
    const grammar = toInputGrammar(schema);
    for (const value of taken) {
      expect(takes(grammar, JSON.stringify(value)), JSON.stringify(value)).toBe(true);
    }
    for (const value of refused) {
      expect(takes(grammar, JSON.stringify(value)), JSON.stringify(value)).toBe(false);
    }
  }
});

test('the least valid input of each schema is of its grammar', () => {
  for (const [schema] of cases) {
    const least = sample({ type: 'object', ...schema }, schema);
    expect(compileSchema(schema).errors(least)).toEqual([]);
    expect(takes(toInputGrammar(schema), JSON.stringify(least)), JSON.stringify(least)).toBe(true);
  }
});

test('a blank may stand behind commas and colons', () => {
  const grammar = toInputGrammar({ properties: { a: {}, b: {} } });
  expect(takes(grammar, '{"a": [1, 2], "b": {"c": 3}}')).toBe(true);
  expect(takes(grammar, '{ "a": 1}')).toBe(false);
});

test('a choice is one of its texts', () => {
  const grammar = toChoiceGrammar(['get', 'get_all']);
  expect(['get', 'get_all', 'get_'].map((text) => takes(grammar, text))).toEqual([
    true,
    true,
    false,
  ]);
});

test('a schema without end makes a grammar with one', () => {
  const properties = Object.fromEntries(
    Array.from({ length: 3_000 }, (_, index) => [
      `p${index}`,
      { type: 'string', title: `${index}` },
    ]),
  );
  const grammar = toInputGrammar({ properties });
  expect(grammar.match(/^r\d+ ::= /gm)?.length).toBeLessThanOrEqual(1_000);
});
