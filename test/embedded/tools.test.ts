// Tools on the embedded model with its real weights, through the provider.

import { afterAll, beforeAll, expect, test } from 'vitest';

import type {
  ContentBlock,
  ConverseResponse,
  Message,
  ToolChoice,
  ToolUseBlock,
} from '../../src/protocol/api/types.generated.ts';
import type { DocumentValue } from '../../src/protocol/api/shape.ts';
import { checkOrder } from '../../src/protocol/stream/grammar.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { callOf, readAll, startProvider, type TestRequest } from './setup.ts';

let provider: Provider;

beforeAll(async () => {
  provider = await startProvider();
});

afterAll(() => provider.close());

function toolOf(name: string, description: string, properties: { [name: string]: DocumentValue }) {
  const json = { type: 'object', properties, required: Object.keys(properties) };
  return { toolSpec: { name, description, inputSchema: { json } } };
}

// The guide's, to the letter.
const weather = toolOf('get_weather', 'Get the current weather for a given city.', {
  city: { type: 'string', description: "The city name, e.g. 'San Francisco'" },
});
const reminder = toolOf('set_reminder', 'Set a reminder after some minutes', {
  text: { type: 'string', description: 'What to remind about' },
  minutes: { type: 'integer', description: 'Minutes from now' },
});
const phone = toolOf('find_phone', 'Find the phone number of a person', {
  person: { type: 'string', description: 'Name of the person' },
});
const dial = toolOf('dial', 'Call a phone number', {
  number: { type: 'string', description: 'Phone number to call', pattern: '^[0-9-]+$' },
});

function user(...content: readonly ContentBlock[]): Message {
  return { role: 'user', content };
}

function requestOf(
  messages: readonly (Message | string)[],
  tools: readonly ReturnType<typeof toolOf>[] = [weather],
  toolChoice?: ToolChoice,
): TestRequest {
  return {
    messages: messages.map((one) => (typeof one === 'string' ? user({ text: one }) : one)),
    toolConfig: { tools, ...(toolChoice === undefined ? {} : { toolChoice }) },
    inferenceConfig: { maxTokens: 60 },
  };
}

function usesOf({ output }: ConverseResponse): ToolUseBlock[] {
  return output.message.content.flatMap((block) => ('toolUse' in block ? [block.toolUse] : []));
}

async function callsFor(request: TestRequest): Promise<(readonly [string, DocumentValue])[]> {
  const response = await provider.send(callOf(request));
  return usesOf(response).map(({ name, input }) => [name, input]);
}

function resultOf({ toolUseId }: ToolUseBlock, json: DocumentValue): Message {
  return user({ toolResult: { toolUseId, content: [{ json }] } });
}

const seattle = { temperature: '54F', condition: 'cloudy', humidity: '82%' };

test("the guide's weather loop runs to its end, and again for the next city", async () => {
  const question = "What's the weather in Seattle?";
  const first = await provider.send(callOf(requestOf([question])));
  const [use] = usesOf(first);
  if (use === undefined) throw new Error('The tool is called.');
  expect(first.stopReason).toBe('tool_use');
  expect(use).toMatchObject({ name: 'get_weather', input: { city: 'Seattle' } });
  expect(use.toolUseId).toMatch(/^tooluse_[\w-]{22}$/);

  const messages = [user({ text: question }), first.output.message, resultOf(use, seattle)];
  const call = callOf(requestOf(messages));
  const last = await provider.send(call);
  const [block] = last.output.message.content;
  const text = block !== undefined && 'text' in block ? block.text : '';
  expect(last.stopReason).toBe('end_turn');
  for (const value of Object.values(seattle)) expect(text).toContain(value);
  expect(call.notes.losses).toEqual([]);

  const next = [...messages, last.output.message, 'And in Rome?'];
  expect(await callsFor(requestOf(next))).toEqual([['get_weather', { city: 'Rome' }]]);
});

test('no tool is called where none is needed', async () => {
  for (const text of ['Hello!', 'Who wrote Romeo and Juliet?', 'Why is the sky blue?']) {
    expect(await callsFor(requestOf([text], [weather, reminder])), text).toEqual([]);
  }
});

test('any and tool force a call, whatever was said', async () => {
  const any = await callsFor(requestOf(['Hello!'], [weather, reminder], { any: {} }));
  expect(any).toHaveLength(1);
  const forced = { tool: { name: 'set_reminder' } };
  const [[name, input] = []] = await callsFor(requestOf(['Hi'], [weather, reminder], forced));
  expect(name).toBe('set_reminder');
  expect(input).toMatchObject({ minutes: expect.any(Number), text: expect.any(String) });
});

test('a message that asks twice gets two calls', async () => {
  const cities = await callsFor(requestOf(["What's the weather in Paris and in Rome?"]));
  expect(cities).toEqual([
    ['get_weather', { city: 'Paris' }],
    ['get_weather', { city: 'Rome' }],
  ]);
});

test('a result leads to the call that was asked for with it', async () => {
  const text = 'Find the phone number of Kim Lopez, then call it.';
  const first = await provider.send(callOf(requestOf([text], [phone, dial])));
  const [use] = usesOf(first);
  if (use === undefined) throw new Error('The number is looked up.');
  expect(usesOf(first).map(({ name }) => name)).toEqual(['find_phone']);
  const messages = [user({ text }), first.output.message, resultOf(use, { number: '555-0142' })];
  expect(await callsFor(requestOf(messages, [phone, dial]))).toEqual([
    ['dial', { number: '555-0142' }],
  ]);
});

test('a call streams as a block of its own, and is counted', async () => {
  const request = requestOf(["What's the weather in Seattle?"]);
  const { events } = await readAll(checkOrder(await provider.stream(callOf(request))));
  expect(events.map((event) => Object.keys(event)[0])).toEqual([
    'messageStart',
    'contentBlockStart',
    'contentBlockDelta',
    'contentBlockStop',
    'messageStop',
    'metadata',
  ]);
  const { usage } = await provider.send(callOf(request));
  expect(usage.inputTokens).toBe(await provider.countTokens(callOf(request)));
  expect(usage.outputTokens).toBeGreaterThan(4);
});

test('a call that maxTokens would cut is left out', async () => {
  const request = requestOf(["What's the weather in Seattle?"]);
  const response = await provider.send(callOf({ ...request, inferenceConfig: { maxTokens: 3 } }));
  expect(response.stopReason).toBe('max_tokens');
  expect(response.output.message.content).toEqual([]);
});

test('an abort in the middle of a decision frees the model for the next', async () => {
  const request = requestOf(['Remind me to call mom in 20 minutes.'], [weather, reminder]);
  for (const after of [0, 20, 100, 300]) {
    const controller = new AbortController();
    const answer = provider.send(callOf(request, controller.signal));
    setTimeout(() => controller.abort(new Error('gone')), after);
    await expect(answer).rejects.toThrow('gone');
  }
  expect(await callsFor(request)).toEqual([['set_reminder', { text: 'call mom', minutes: 20 }]]);
});

test('several requests at once are decided as each alone', async () => {
  const texts = ["What's the weather in Seattle?", 'Hello!', 'Is it raining in London right now?'];
  const together = await Promise.all(texts.map((text) => callsFor(requestOf([text]))));
  expect(together).toEqual([
    [['get_weather', { city: 'Seattle' }]],
    [],
    [['get_weather', { city: 'London' }]],
  ]);
});

test('an answer is held to its schema', async () => {
  const schema = {
    type: 'object',
    properties: { name: { type: 'string' }, age: { type: 'integer' } },
    required: ['name', 'age'],
    additionalProperties: false,
  };
  const structure = { jsonSchema: { schema: JSON.stringify(schema) } };
  const text = 'John Smith is 42 years old. Give me his data.';
  const { output, stopReason } = await provider.send(
    callOf({
      messages: [user({ text })],
      outputConfig: { textFormat: { type: 'json_schema', structure } },
      inferenceConfig: { temperature: 0, maxTokens: 80 },
    }),
  );
  const [block] = output.message.content;
  expect(stopReason).toBe('end_turn');
  expect(JSON.parse(block !== undefined && 'text' in block ? block.text : '')).toEqual({
    name: expect.any(String),
    age: 42,
  });
});
