// The default weights under templates that have tools: what is written is valid, whatever a model
// that was never trained for them means by it.

import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, expect, test } from 'vitest';

import type {
  ConverseResponse,
  Message,
  ToolChoice,
  ToolUseBlock,
} from '../../src/protocol/api/types.generated.ts';
import type { DocumentValue } from '../../src/protocol/api/shape.ts';
import { checkOrder } from '../../src/protocol/stream/grammar.ts';
import { createEmbeddedProvider } from '../../src/providers/embedded/provider.ts';
import { compileSchema } from '../../src/providers/embedded/tools/validator.ts';
import { ensureWeights } from '../../src/providers/embedded/weights.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { ask, callOf, environment, modelsFolder, readAll, type TestRequest } from './setup.ts';

const styles = ['hermes', 'llama', 'mistral'] as const;
const providers = new Map<string, Provider>();

beforeAll(async () => {
  const weights = await ensureWeights({ folder: modelsFolder, environment });
  for (const style of styles) {
    const chatTemplate = fileURLToPath(new URL(`templates/${style}.jinja`, import.meta.url));
    providers.set(style, createEmbeddedProvider({ weights, environment, chatTemplate }));
  }
});

afterAll(async () => {
  await Promise.all([...providers.values()].map((provider) => provider.close()));
});

function providerOf(style: string): Provider {
  const provider = providers.get(style);
  if (provider === undefined) throw new Error(`There is no provider of ${style}.`);
  return provider;
}

type Schema = { readonly [key: string]: DocumentValue };

// Of several kinds: flat, with choices, nested, with arrays, alternatives and itself.
const schemas: Readonly<Record<string, Schema>> = {
  get_weather: {
    type: 'object',
    properties: { city: { type: 'string' }, unit: { enum: ['celsius', 'fahrenheit'] } },
    required: ['city', 'unit'],
  },
  order: {
    type: 'object',
    properties: {
      items: {
        type: 'array',
        minItems: 1,
        maxItems: 2,
        items: {
          type: 'object',
          properties: {
            name: { type: 'string', minLength: 1, maxLength: 20 },
            count: { type: 'integer', minimum: 1, maximum: 9 },
          },
          required: ['name', 'count'],
        },
      },
      express: { type: 'boolean' },
    },
    required: ['items', 'express'],
  },
  remind: {
    type: 'object',
    properties: {
      at: { type: 'string', format: 'date' },
      who: { anyOf: [{ type: 'null' }, { enum: ['me', 'all'] }] },
      level: { const: 3 },
    },
    required: ['at', 'who', 'level'],
    additionalProperties: false,
  },
  nothing: { type: 'object', properties: {} },
};

const tools = Object.entries(schemas).map(([name, json]) => ({
  toolSpec: { name, description: `Does ${name}`, inputSchema: { json } },
}));

function requestOf(toolChoice: ToolChoice, text = 'Two teas for Kim, please.'): TestRequest {
  const request = ask(text, { maxTokens: 150, temperature: 0 });
  return { ...request, toolConfig: { tools, toolChoice } };
}

function usesOf({ output }: ConverseResponse): ToolUseBlock[] {
  return output.message.content.flatMap((block) => ('toolUse' in block ? [block.toolUse] : []));
}

function expectValid(uses: readonly ToolUseBlock[]): void {
  for (const { name, input } of uses) {
    const schema = schemas[name];
    expect(schema, name).toBeDefined();
    expect(compileSchema(schema ?? {}).errors(input), JSON.stringify(input)).toEqual([]);
  }
}

test.each(styles)('%s: a forced call is valid against its schema', async (style) => {
  for (const name of Object.keys(schemas)) {
    const response = await providerOf(style).send(callOf(requestOf({ tool: { name } })));
    const uses = usesOf(response);
    expect(response.stopReason).toBe('tool_use');
    expect(uses.length).toBeGreaterThan(0);
    expect(new Set(uses.map((use) => use.name))).toEqual(new Set([name]));
    expectValid(uses);
    expect(uses[0]?.toolUseId).toMatch(/^tooluse_[\w-]{22}$/);
  }
});

test.each(styles)('%s: any calls one of the tools, at any temperature', async (style) => {
  for (const temperature of [0, 1]) {
    const request = requestOf({ any: {} });
    const inferenceConfig = { maxTokens: 300, temperature };
    const response = await providerOf(style).send(callOf({ ...request, inferenceConfig }));
    expect(response.stopReason).toBe('tool_use');
    expect(usesOf(response).length).toBeGreaterThan(0);
    expectValid(usesOf(response));
  }
});

test.each(styles)('%s: auto answers, and the prompt is counted as it is read', async (style) => {
  const provider = providerOf(style);
  const call = callOf(requestOf({ auto: {} }, 'What is the capital of France?'));
  const response = await provider.send(call);
  expect(response.output.message.content.length).toBeGreaterThan(0);
  expectValid(usesOf(response));
  expect(response.usage.inputTokens).toBe(await provider.countTokens(call));
  const alone = callOf(ask('What is the capital of France?'));
  expect(await provider.countTokens(alone)).toBeLessThan(response.usage.inputTokens);
});

test.each(styles)('%s: a conversation with calls and results is answered', async (style) => {
  const provider = providerOf(style);
  const input = { city: 'Oslo', unit: 'celsius' };
  const toolUse = { toolUseId: 'one', name: 'get_weather', input };
  const content = [{ json: { degrees: 21 } }];
  const messages: readonly Message[] = [
    { role: 'user', content: [{ text: 'How warm is it in Oslo?' }] },
    { role: 'assistant', content: [{ toolUse }] },
    { role: 'user', content: [{ toolResult: { toolUseId: 'one', content } }] },
  ];
  const inferenceConfig = { maxTokens: 40, temperature: 0 };
  const call = callOf({ messages, toolConfig: { tools }, inferenceConfig });
  const response = await provider.send(call);
  expect(response.usage.inputTokens).toBe(await provider.countTokens(call));
  expect(response.output.message.content.length).toBeGreaterThan(0);
});

test('a template that is not there is named to each request', async () => {
  const weights = ensureWeights({ folder: modelsFolder, environment });
  const provider = createEmbeddedProvider({ weights, environment, chatTemplate: 'no.jinja' });
  await expect(provider.send(callOf(ask('Hello')))).rejects.toMatchObject({
    name: 'ServiceUnavailableException',
    message: expect.stringContaining('The chat template no.jinja cannot be read'),
  });
  await provider.close();
});

test('a call streams as a block of its own', async () => {
  const request = requestOf({ tool: { name: 'order' } });
  const stream = await providerOf('llama').stream(callOf(request));
  const { events } = await readAll(checkOrder(stream));
  const kinds = events.map((event) => Object.keys(event)[0]);
  expect(kinds.slice(0, 3)).toEqual(['messageStart', 'contentBlockStart', 'contentBlockDelta']);
  expect(kinds.slice(-3)).toEqual(['contentBlockStop', 'messageStop', 'metadata']);
});

/** The weights were trained for no tools, but what they have seen three times they write again. */
function examples(pairs: readonly (readonly [string, string])[]): Message[] {
  return pairs.flatMap((cities): Message[] => [
    { role: 'user', content: [{ text: `Weather in ${cities.join(' and ')}?` }] },
    {
      role: 'assistant',
      content: [
        { text: 'Let me look.' },
        ...cities.map((city) => ({
          toolUse: { toolUseId: city, name: 'get_weather', input: { city, unit: 'celsius' } },
        })),
      ],
    },
    {
      role: 'user',
      content: cities.map((city) => ({
        toolResult: { toolUseId: city, content: [{ text: 'sunny' }] },
      })),
    },
    { role: 'assistant', content: [{ text: 'It is sunny.' }] },
  ]);
}

test('what the model says before its own calls is text, and several calls are several', async () => {
  const seen = examples([
    ['Rome', 'Oslo'],
    ['Lima', 'Cairo'],
    ['Bonn', 'Bern'],
  ]);
  const asked: Message = { role: 'user', content: [{ text: 'Weather in Paris and Madrid?' }] };
  const inferenceConfig = { maxTokens: 150, temperature: 0 };
  const toolConfig = { tools: tools.slice(0, 1) };
  const call = callOf({ messages: [...seen, asked], toolConfig, inferenceConfig });
  const { output, stopReason, usage } = await providerOf('hermes').send(call);
  expect(stopReason).toBe('tool_use');
  expect(output.message.content).toEqual([
    { text: 'Let me look.' },
    ...['Paris', 'Madrid'].map((city) => ({
      toolUse: {
        toolUseId: expect.any(String),
        name: 'get_weather',
        input: { city, unit: 'celsius' },
      },
    })),
  ]);
  expect(usage.inputTokens).toBe(await providerOf('hermes').countTokens(call));
});
