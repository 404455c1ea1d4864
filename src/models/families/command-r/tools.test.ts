import { expect, test } from 'vitest';
import type { DocumentValue } from '../../../protocol/api/shape.ts';
import { createLosses } from '../losses.ts';
import type { JsonObject } from '../native-json.ts';
import { decodeTools, encodeTools } from './tools.ts';

function encode(json: DocumentValue) {
  const losses = createLosses();
  const tools = [{ toolSpec: { name: 'add', description: 'Adds', inputSchema: { json } } }];
  const [tool] = encodeTools({ tools }, losses);
  return { definitions: tool?.['parameter_definitions'], losses: losses.list };
}

function decode(definitions: JsonObject) {
  const losses = createLosses();
  const tool = { name: 'add', description: 'Adds', parameter_definitions: definitions };
  const [decoded] = decodeTools([tool], losses);
  if (decoded === undefined || !('toolSpec' in decoded)) throw new Error('There is one tool.');
  return { json: decoded.toolSpec.inputSchema.json, losses: losses.list };
}

const property = (schema: DocumentValue) => ({ type: 'object', properties: { a: schema } });

test.each<[DocumentValue, JsonObject]>([
  [{ type: 'string' }, { type: 'str', required: false }],
  [{ type: 'integer' }, { type: 'int', required: false }],
  [{ type: 'number' }, { type: 'float', required: false }],
  [{ type: 'boolean' }, { type: 'bool', required: false }],
  [{ type: 'array' }, { type: 'list', required: false }],
  [
    { type: 'array', items: { type: 'string' } },
    { type: 'list[str]', required: false },
  ],
  [{ type: 'object' }, { type: 'dict', required: false }],
  [
    { type: 'string', description: 'A city' },
    { description: 'A city', type: 'str', required: false },
  ],
])('the parameter %j goes there and back', (schema, definition) => {
  const { definitions, losses } = encode(property(schema));
  expect(definitions).toEqual({ a: definition });
  expect(losses).toEqual([]);
  expect(decode({ a: definition })).toEqual({ json: property(schema), losses: [] });
});

test.each<[DocumentValue, JsonObject]>([
  [
    { type: 'string', enum: ['c', 'f'], description: 'The unit' },
    { description: 'The unit Schema: {"enum":["c","f"]}', type: 'str', required: false },
  ],
  [
    { type: 'object', properties: { b: { type: 'string' } } },
    {
      description: 'Schema: {"properties":{"b":{"type":"string"}}}',
      type: 'dict',
      required: false,
    },
  ],
  [
    { type: 'array', items: { type: 'string', enum: ['x'] } },
    {
      description: 'Schema: {"items":{"type":"string","enum":["x"]}}',
      type: 'list',
      required: false,
    },
  ],
  [
    { type: ['string', 'null'] },
    { description: 'Schema: {"type":["string","null"]}', type: 'Any', required: false },
  ],
  [
    { anyOf: [{ type: 'string' }, { type: 'integer' }] },
    {
      description: 'Schema: {"anyOf":[{"type":"string"},{"type":"integer"}]}',
      type: 'Any',
      required: false,
    },
  ],
])('what more the parameter %j says stands in words, and that is told', (schema, definition) => {
  const { definitions, losses } = encode(property(schema));
  expect(definitions).toEqual({ a: definition });
  expect(losses).toEqual([
    {
      member: 'toolConfig.tools.0.toolSpec.inputSchema.json',
      handling: 'changed',
      reason: 'a parameter has a type and a description: what more there is stands in words',
    },
  ]);
});

test.each<[string, DocumentValue, number]>([
  ['nothing further', { ...property({ type: 'string' }), additionalProperties: false }, 0],
  ['its address', { ...property({ type: 'string' }), $schema: 'http://example.com' }, 0],
  ['nothing required', { ...property({ type: 'string' }), required: [] }, 0],
  ['no properties', { type: 'object' }, 0],
  ['anything further', { ...property({ type: 'string' }), additionalProperties: true }, 1],
  ['one of several', { ...property({ type: 'string' }), oneOf: [{ required: ['a'] }] }, 1],
  ['no object', { type: 'string' }, 1],
])('a schema that says %s loses no more than is told', (_name, schema, count) => {
  expect(encode(schema).losses).toHaveLength(count);
});

test('required parameters are required both ways', () => {
  const json = {
    type: 'object',
    properties: { a: { type: 'string' }, b: { type: 'integer' } },
    required: ['b'],
  };
  const { definitions } = encode(json);
  expect(definitions).toEqual({
    a: { type: 'str', required: false },
    b: { type: 'int', required: true },
  });
  expect(decode(definitions as JsonObject).json).toEqual(json);
});

test.each([
  ['List[float]', { type: 'array', items: { type: 'number' } }],
  ['Dict', { type: 'object' }],
  ['Dict[str, int]', { type: 'object' }],
  ['string', { type: 'string' }],
  ['list[list[int]]', { type: 'array', items: { type: 'array', items: { type: 'integer' } } }],
  ['Any', {}],
])('the type %s is read', (type, schema) => {
  expect(decode({ a: { type } })).toEqual({ json: property(schema), losses: [] });
});

test('a type that is not known is told', () => {
  const { json, losses } = decode({ a: { type: 'datetime' } });
  expect(json).toEqual(property({}));
  expect(losses.map(({ member }) => member)).toEqual(['tools.0.parameter_definitions.a.type']);
});

test('choices, strict schemas and cache points are left out, and that is told', () => {
  const losses = createLosses();
  const inputSchema = { json: { type: 'object' } };
  encodeTools(
    {
      tools: [
        { toolSpec: { name: 'add', inputSchema, strict: true } },
        { cachePoint: { type: 'default' } },
      ],
      toolChoice: { any: {} },
    },
    losses,
  );
  expect(losses.list.map(({ member, handling }) => [member, handling])).toEqual([
    ['toolConfig.toolChoice.any', 'left out'],
    ['toolConfig.tools.0.toolSpec.strict', 'left out'],
    ['toolConfig.tools.1.cachePoint', 'left out'],
  ]);
});

test('a tool of the service itself is refused', () => {
  const toolConfig = { tools: [{ systemTool: { name: 'nova_grounding' } }] };
  expect(() => encodeTools(toolConfig, createLosses())).toThrow(
    "This model doesn't support the toolConfig.tools.0.systemTool field.",
  );
});
