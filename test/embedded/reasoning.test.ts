// A model whose template has reasoning: the default weights under templates that begin with it.

import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, expect, test } from 'vitest';

import type { ConverseResponse } from '../../src/protocol/api/types.generated.ts';
import { checkOrder } from '../../src/protocol/stream/grammar.ts';
import { createEmbeddedProvider } from '../../src/providers/embedded/provider.ts';
import { ensureWeights } from '../../src/providers/embedded/weights.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { ask, callOf, environment, modelsFolder, readAll, type TestRequest } from './setup.ts';

let provider: Provider;
/** Its template begins with reasoning whatever it is told. */
let stubborn: Provider;

beforeAll(() => {
  const weights = ensureWeights({ folder: modelsFolder, environment });
  const create = (style: string): Provider => {
    const chatTemplate = fileURLToPath(new URL(`templates/${style}.jinja`, import.meta.url));
    return createEmbeddedProvider({ weights, environment, chatTemplate });
  };
  provider = create('reasoning');
  stubborn = create('always-reasoning');
});

afterAll(async () => {
  await Promise.all([provider.close(), stubborn.close()]);
});

interface Read {
  readonly reasoning: string;
  readonly text: string;
}

function read({ output }: ConverseResponse): Read {
  const blocks = output.message.content;
  const reasoning = blocks.flatMap((block) =>
    'reasoningContent' in block && 'reasoningText' in block.reasoningContent
      ? [block.reasoningContent.reasoningText.text]
      : [],
  );
  const texts = blocks.flatMap((block) => ('text' in block ? [block.text] : []));
  return { reasoning: reasoning.join(''), text: texts.join('') };
}

test('what a model writes inside of the tags is reasoningContent', async () => {
  const request = ask('What is the capital of France?', { temperature: 0, maxTokens: 30 });
  const { events } = await readAll(checkOrder(await provider.stream(callOf(request))));
  const deltas = events.flatMap((event) =>
    'contentBlockDelta' in event ? [event.contentBlockDelta.delta] : [],
  );
  expect(deltas.length).toBeGreaterThan(5);
  expect(deltas.every((delta) => 'reasoningContent' in delta)).toBe(true);
  expect(read(await provider.send(callOf(request))).reasoning).toContain('Paris');
});

test('an answer that continues the closed reasoning is text', async () => {
  const response = await provider.send(
    callOf({
      messages: [
        { role: 'user', content: [{ text: 'What is the capital of France?' }] },
        { role: 'assistant', content: [{ text: 'The capital of France is the city of' }] },
      ],
      inferenceConfig: { temperature: 0, maxTokens: 5 },
    }),
  );
  expect(read(response).text).toMatch(/^\s*Paris/);
});

const schema = JSON.stringify({
  type: 'object',
  properties: { capital: { type: 'string' }, isLarge: { type: 'boolean' } },
  required: ['capital', 'isLarge'],
});

function askForJson(maxTokens: number): TestRequest {
  const request = ask('What is the capital of France?', { temperature: 0, maxTokens });
  const structure = { jsonSchema: { schema, name: 'answer' } };
  return { ...request, outputConfig: { textFormat: { type: 'json_schema', structure } } };
}

test('an answer of a schema begins without reasoning where the template can say so', async () => {
  const call = callOf(askForJson(60));
  const response = await provider.send(call);
  const { reasoning, text } = read(response);
  expect(reasoning).toBe('');
  const { capital, isLarge } = JSON.parse(text) as { capital: unknown; isLarge: unknown };
  expect([typeof capital, typeof isLarge]).toEqual(['string', 'boolean']);
  expect(response.usage.inputTokens).toBe(await provider.countTokens(call));
});

test('else the schema holds behind the reasoning', async () => {
  const { reasoning, text } = read(await stubborn.send(callOf(askForJson(400))));
  expect(reasoning).toContain('Paris');
  expect(Object.keys(JSON.parse(text) as object)).toEqual(['capital', 'isLarge']);
  const cut = await stubborn.send(callOf(askForJson(5)));
  expect(read(cut).text).toBe('');
  expect(cut.stopReason).toBe('max_tokens');
});

test('a forced call comes behind the reasoning', async () => {
  const json = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
  const toolSpec = { name: 'get_weather', description: 'The weather', inputSchema: { json } };
  const request = ask('What is the capital of France?', { temperature: 0, maxTokens: 400 });
  const toolConfig = { tools: [{ toolSpec }], toolChoice: { any: {} } };
  const response = await stubborn.send(callOf({ ...request, toolConfig }));
  expect(response.stopReason).toBe('tool_use');
  const kinds = response.output.message.content.map((block) => Object.keys(block)[0]);
  expect(kinds.slice(0, 2)).toEqual(['reasoningContent', 'toolUse']);
});
