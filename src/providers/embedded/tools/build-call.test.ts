// Calls built from messages: right where the value stands there, valid always.

import fc from 'fast-check';
import { expect, test } from 'vitest';

import { buildCall } from './build-call.ts';
import { createFakeScorer } from '../../../../test/fake-scorer.ts';
import { isObject, type Json } from './schema.ts';
import { readOffer } from './tool.ts';

/** A Saturday. */
const now = Date.UTC(2026, 10, 21, 9);

function toolOf(schema: Json) {
  const [tool] = readOffer({
    tools: [{ toolSpec: { name: 'do_it', description: 'Do it', inputSchema: { json: schema } } }],
  }).tools;
  if (tool === undefined) throw new Error('There is one tool.');
  return tool;
}

async function build(schema: Json, ...texts: readonly string[]): Promise<Json | undefined> {
  const source = { texts, scorer: createFakeScorer(), now };
  return (await buildCall(toolOf(schema), source))?.input;
}

function object(properties: { [name: string]: Json }, ...required: string[]): Json {
  return { type: 'object', properties, required };
}

test('choices, numbers, flags and lists are taken from the message', async () => {
  const schema = object(
    {
      from: { enum: ['USD', 'EUR'] },
      to: { enum: ['USD', 'EUR'] },
      amount: { type: 'number' },
      urgent: { type: 'boolean' },
    },
    'from',
    'to',
    'amount',
    'urgent',
  );
  const likes = createFakeScorer((text) => (text.includes('"from": "USD"') ? 1 : 0));
  const texts = ['An urgent 100.50 USD to EUR'];
  const call = await buildCall(toolOf(schema), { texts, scorer: likes, now });
  expect(call?.input).toEqual({ from: 'USD', to: 'EUR', amount: 100.5, urgent: true });
});

test('optional members are filled only where their value is literally there', async () => {
  const schema = object(
    {
      city: { type: 'string' },
      unit: { enum: ['celsius', 'fahrenheit'] },
      limit: { type: 'integer' },
    },
    'city',
  );
  expect(await build(schema, 'In Oslo')).toEqual({ city: 'Oslo' });
  expect(await build(schema, 'In Oslo, celsius, at most 3')).toEqual({
    city: 'Oslo',
    unit: 'celsius',
    limit: 3,
  });
});

test('nested objects, references and alternatives are followed', async () => {
  const schema = {
    ...(object({ contact: { $ref: '#/$defs/contact' } }, 'contact') as { [key: string]: Json }),
    $defs: {
      contact: object(
        {
          phone: { anyOf: [{ type: 'string' }, { type: 'null' }] },
          age: { type: ['integer', 'null'] },
        },
        'phone',
        'age',
      ),
    },
  };
  expect(await build(schema, 'Call 555-0142, he is 42')).toEqual({
    contact: { phone: '555-0142', age: 42 },
  });
});

test('what an earlier message says serves where the last says nothing', async () => {
  const schema = object({ order: { type: 'integer' } }, 'order');
  expect(await build(schema, 'cancel it', 'order 17 is late')).toEqual({ order: 17 });
});

test("what nobody said is the schema's own value, and told to be missing", async () => {
  const schema = object(
    { days: { type: 'integer', minimum: 3 }, unit: { default: 'c' } },
    'days',
    'unit',
  );
  const source = { texts: [''], scorer: createFakeScorer(), now };
  const call = await buildCall(toolOf(schema), source);
  expect(call?.input).toEqual({ days: 3, unit: 'c' });
  expect(call?.missing).toEqual(['days']);
});

test('a text that nobody said is written by the model where the schema leaves it free', async () => {
  const schema = object(
    {
      title: { type: 'string' },
      code: { type: 'string', maxLength: 3 },
      mail: { type: 'string', format: 'email' },
      tone: { type: 'string', default: 'kind' },
    },
    'title',
    'code',
    'mail',
    'tone',
  );
  const source = { texts: [''], scorer: createFakeScorer(undefined, 'Hello'), now };
  const call = await buildCall(toolOf(schema), source);
  const mail = 'user@example.com';
  expect(call?.input).toEqual({ title: 'Hello', code: '', mail, tone: 'kind' });
  expect(call?.missing).toEqual(['title', 'code', 'mail']);
});

test('a day that is named as seen from today is a date', async () => {
  const member = (rest: Json): Json => object({ date: rest }, 'date');
  const date = member({ type: 'string', format: 'date' });
  expect(await build(date, 'Book it for next Monday')).toEqual({ date: '2026-11-23' });
  expect(await build(date, 'Book it for 2027-01-31, not tomorrow')).toEqual({ date: '2027-01-31' });
  const time = member({ type: 'string', format: 'date-time' });
  expect(await build(time, 'Call me tomorrow at 5 pm')).toEqual({ date: '2026-11-22T17:00:00Z' });
  expect(await build(member({ type: 'string' }), 'Call me tomorrow')).toEqual({
    date: '2026-11-22',
  });
  const free = object({ note: { type: 'string' } }, 'note');
  expect(await build(free, 'tomorrow')).toEqual({ note: 'tomorrow' });
});

test('a schema that nothing satisfies gives no call', async () => {
  const schema = object({ a: { type: 'string', pattern: '^[0-9]{4}$' } }, 'a');
  expect(await build(schema, 'code abc')).toBeUndefined();
  expect(await build(schema, 'the a is 1234')).toEqual({ a: '1234' });
});

test('a pattern that could take for ever is not run, and said to be unchecked', () => {
  const schema = object({ a: { type: 'string', pattern: '^(a+)+$' } }, 'a');
  const offer = readOffer({ tools: [{ toolSpec: { name: 'f', inputSchema: { json: schema } } }] });
  expect(offer.losses).toHaveLength(1);
});

test('a schema that is none is refused', () => {
  const offer = () =>
    readOffer({
      tools: [{ toolSpec: { name: 'f', inputSchema: { json: { type: 'nonsense' } } } }],
    });
  expect(offer).toThrow(
    /toolConfig\.tools\.0\.toolSpec\.inputSchema\.json is not a valid JSON Schema/,
  );
});

const leaf: fc.Arbitrary<Json> = fc.oneof(
  fc.record({ type: fc.constant('string'), maxLength: fc.integer({ min: 1, max: 9 }) }),
  fc.record({ type: fc.constant('integer'), minimum: fc.integer({ min: -9, max: 9 }) }),
  fc.constantFrom<Json>(
    { type: 'string' },
    { type: 'string', format: 'date' },
    { type: 'string', format: 'email' },
    { type: 'number', exclusiveMinimum: 2 },
    { type: 'integer', multipleOf: 5 },
    { type: 'boolean' },
    { type: ['string', 'null'] },
    { enum: ['red', 'green', 3] },
    { const: 'x' },
    { anyOf: [{ type: 'integer' }, { type: 'string' }] },
    { type: 'array', items: { type: 'string' }, minItems: 1 },
    { type: 'array', items: { type: 'integer' }, maxItems: 2 },
    {},
  ),
);
const names = fc.stringMatching(/^[a-z_]{1,8}$/);
const { schema: schemas } = fc.letrec<{ schema: Json; member: Json }>((tie) => ({
  member: fc.oneof({ maxDepth: 2 }, leaf, tie('schema')),
  schema: fc
    .tuple(fc.dictionary(names, tie('member'), { maxKeys: 4 }), fc.infiniteStream(fc.boolean()))
    .map(([properties, coin]) => {
      const required = Object.keys(properties).filter(() => coin.next().value);
      return { type: 'object', properties, required, additionalProperties: false };
    }),
}));
const messages = fc.oneof(
  fc.string(),
  fc.constantFrom(
    'Convert 100 USD to EUR on 2026-11-30',
    'Send "hello" to bob@example.com and ann@b.org, red, 5 times',
    'Buy milk, bread and eggs',
  ),
);

test('every call that is built is valid', async () => {
  let built = 0;
  await fc.assert(
    fc.asyncProperty(schemas, messages, async (schema, text) => {
      const tool = toolOf(schema);
      const scorer = createFakeScorer(undefined, text.length > 9 ? 'made up' : undefined);
      const call = await buildCall(tool, { texts: [text], scorer, now });
      if (call === undefined) return;
      built += 1;
      expect(isObject(call.input)).toBe(true);
      expect(tool.validator.errors(call.input)).toEqual([]);
    }),
    { numRuns: 300 },
  );
  // A method that gives up would be valid, too.
  expect(built).toBeGreaterThan(290);
}, 60_000);
