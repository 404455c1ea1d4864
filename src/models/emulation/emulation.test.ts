// What a route lacks is made up for: in the request, and undone in answers cut anywhere.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { docx } from '../../../test/documents.ts';
import { createEnvironment } from '../../environment.ts';
import { emulatedCallCharsMax } from '../../limits.ts';
import type { ContentBlock, ConverseResponse } from '../../protocol/api/types.generated.ts';
import { assemble } from '../../protocol/stream/assemble.ts';
import type { ConverseEventStream } from '../../protocol/stream/events.ts';
import { unfold } from '../../protocol/stream/unfold.ts';
import type { Capability } from '../catalog/model.ts';
import type { Conversation } from '../families/family.ts';
import { emulate, emulations } from './index.ts';

const all = Object.keys(emulations) as Capability[];

function emulated(request: Conversation, lacks: Capability) {
  let ids = 0;
  return emulate(request, new Set(all.filter((name) => name !== lacks)), {
    clock: createEnvironment().clock,
    signal: new AbortController().signal,
    createToolUseId: () => `tooluse_${(ids += 1)}`,
  });
}

const asking: Conversation = { messages: [{ role: 'user', content: [{ text: 'Hello' }] }] };
const weather = {
  toolSpec: { name: 'get_weather', description: 'Weather', inputSchema: { json: {} } },
};

function answer(text: string): ConverseResponse {
  return {
    output: { message: { role: 'assistant', content: [{ text }] } },
    stopReason: 'end_turn',
    usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
    metrics: { latencyMs: 1 },
  };
}

async function* eventsOf(response: ConverseResponse, size: number): ConverseEventStream {
  const splitText = (text: string): readonly string[] =>
    text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
  for (const event of unfold(response, { splitText, splitInput: splitText })) yield [event];
}

/** The answer to a text of the model, whole, and in pieces of any size the same. */
async function answered(request: Conversation, lacks: Capability, text: string) {
  const whole = await (await emulated(request, lacks)).response(answer(text));
  for (const size of [1, 2, 3, 5, 7]) {
    const { stream } = await emulated(request, lacks);
    expect(await assemble(stream(eventsOf(answer(text), size)))).toEqual(whole);
  }
  return whole;
}

test('a route that carries everything gets the request as it is', async () => {
  const carried = new Set(all);
  const { request, losses } = await emulate(asking, carried, {
    clock: createEnvironment().clock,
    signal: new AbortController().signal,
    createToolUseId: () => 'id',
  });
  expect(request).toBe(asking);
  expect(losses).toEqual([]);
});

test('system text opens the first message', async () => {
  const { request, losses } = await emulated(
    { ...asking, system: [{ text: 'Be kind.' }] },
    'system',
  );
  expect(request).toEqual({
    messages: [{ role: 'user', content: [{ text: 'Be kind.\n\nHello' }] }],
  });
  expect(losses).toMatchObject([{ member: 'system', handling: 'emulated' }]);
});

test('system text follows the results of tools', async () => {
  const toolResult = { toolUseId: 'a', content: [{ text: '1' }] };
  const { request } = await emulated(
    { messages: [{ role: 'user', content: [{ toolResult }] }], system: [{ text: 'S' }] },
    'system',
  );
  expect(request.messages?.[0]?.content).toEqual([{ toolResult }, { text: 'S' }]);
});

test('documents become their text, in messages and in results of tools', async () => {
  const document = {
    name: 'Letter',
    format: 'docx',
    source: { bytes: docx('Dear', ['x']) },
  } as const;
  const note = { name: 'Note', source: { text: 'short' }, citations: { enabled: true } } as const;
  const { request, losses } = await emulated(
    {
      messages: [
        {
          role: 'user',
          content: [
            { document },
            { toolResult: { toolUseId: 'a', content: [{ document: note }] } },
          ],
        },
      ],
    },
    'documents',
  );
  expect(request.messages?.[0]?.content).toEqual([
    { text: '<document name="Letter" format="docx">\nDear\n\nx\n</document>' },
    {
      toolResult: {
        toolUseId: 'a',
        content: [{ text: '<document name="Note" format="txt">\nshort\n</document>' }],
      },
    },
  ]);
  expect(losses.map(({ member, handling }) => `${member} ${handling}`)).toEqual([
    'messages.0.content.0.document emulated',
    'messages.0.content.1.toolResult.content.0.document emulated',
    'messages.0.content.1.toolResult.content.0.document.citations left out',
  ]);
});

test('a document that only AWS can reach is refused', async () => {
  const document = {
    name: 'D',
    format: 'pdf',
    source: { s3Location: { uri: 's3://bucket/key' } },
  } as const;
  const request = { messages: [{ role: 'user' as const, content: [{ document }] }] };
  await expect(emulated(request, 'documents')).rejects.toThrow("doesn't support the s3Uri field");
});

const stopping = { ...asking, inferenceConfig: { maxTokens: 9, stopSequences: ['END'] } };

test.each([
  ['one two END three', 'one two ', 'stop_sequence'],
  ['one EN two', 'one EN two', 'end_turn'],
  ['one two EN', 'one two EN', 'end_turn'],
])('of %j the stop sequence leaves %j', async (text, left, stopReason) => {
  const { output, ...rest } = await answered(stopping, 'stopSequences', text);
  expect(output.message.content).toEqual([{ text: left }]);
  expect(rest.stopReason).toBe(stopReason);
});

test.each<[string, readonly ContentBlock[]]>([
  [
    '<think>hm</think>\n\nHi',
    [{ reasoningContent: { reasoningText: { text: 'hm' } } }, { text: 'Hi' }],
  ],
  ['<think>hm', [{ reasoningContent: { reasoningText: { text: 'hm' } } }]],
  ['The tag <think> opens</think>', [{ text: 'The tag <think> opens</think>' }]],
  ['<thin', [{ text: '<thin' }]],
])('the reasoning of %j is told apart', async (text, content) => {
  const { output } = await answered(asking, 'reasoning', text);
  expect(output.message.content).toEqual(content);
});

const calling = { ...asking, toolConfig: { tools: [weather] } };
const call = '<tool_call>{"name":"get_weather","arguments":{"city":"Paris"}}</tool_call>';
const paris = (toolUseId: string): ContentBlock => ({
  toolUse: { toolUseId, name: 'get_weather', input: { city: 'Paris' } },
});

test.each<[string, readonly ContentBlock[], string]>([
  [call, [paris('tooluse_1')], 'tool_use'],
  [`Let me see.\n${call}`, [{ text: 'Let me see.' }, paris('tooluse_1')], 'tool_use'],
  [`${call}\n${call}\n`, [paris('tooluse_1'), paris('tooluse_2')], 'tool_use'],
  [call.replace('</tool_call>', ''), [paris('tooluse_1')], 'tool_use'],
  ['<tool_call>nonsense</tool_call>', [{ text: '<tool_call>nonsense</tool_call>' }], 'end_turn'],
  [call.replace('get_weather', 'rm'), [{ text: call.replace('get_weather', 'rm') }], 'end_turn'],
])('the calls of %j are read', async (text, content, stopReason) => {
  const { response } = await emulated(calling, 'tools');
  const whole = await response(answer(text));
  expect(whole).toMatchObject({ output: { message: { content } }, stopReason });
  for (const size of [1, 2, 3, 5, 7]) {
    const { stream } = await emulated(calling, 'tools');
    const streamed = await assemble(stream(eventsOf(answer(text), size)));
    expect(streamed.output.message.content).toEqual(content);
    expect(streamed.stopReason).toBe(stopReason);
  }
});

test('a call without end is text, whole', async () => {
  const text = `<tool_call>${'x'.repeat(emulatedCallCharsMax + 5)}</tool_call> and more`;
  const { response } = await emulated(calling, 'tools');
  const { output } = await response(answer(text));
  expect(output.message.content).toEqual([{ text }]);
});

test('tools are told in the system text, calls and results in the messages', async () => {
  const toolUse = { toolUseId: 'a', name: 'get_weather', input: { city: 'Paris' } };
  const toolResult = { toolUseId: 'a', status: 'error' as const, content: [{ json: { code: 1 } }] };
  const { request } = await emulated(
    {
      messages: [
        { role: 'user', content: [{ text: 'Weather?' }] },
        { role: 'assistant', content: [{ toolUse }] },
        { role: 'user', content: [{ toolResult }] },
      ],
      toolConfig: { tools: [weather], toolChoice: { tool: { name: 'get_weather' } } },
    },
    'tools',
  );
  expect(request.toolConfig).toBeUndefined();
  expect(request.system?.[0]).toMatchObject({ text: expect.stringContaining('"get_weather"') });
  expect(request.system?.[0]).toMatchObject({
    text: expect.stringContaining('must call the tool'),
  });
  expect(request.messages?.slice(1).map(({ content }) => content)).toEqual([
    [{ text: call }],
    [{ text: '<tool_result status="error">\n{"code":1}\n</tool_result>' }],
  ]);
});

const structure = { jsonSchema: { schema: '{"type":"object"}' } };
const shaped: Conversation = {
  ...asking,
  outputConfig: { textFormat: { type: 'json_schema', structure } },
};

test.each([
  ['{"a":[1]}', '{"a":[1]}', 'end_turn'],
  ['Sure:\n```json\n{"a":"}"}\n```', '{"a":"}"}', 'end_turn'],
  ['I cannot', 'I cannot', 'malformed_model_output'],
  ['{"a":', '{"a":', 'malformed_model_output'],
])('the JSON of %j is cut out', async (text, json, stopReason) => {
  const response = await answered(shaped, 'structuredOutput', text);
  expect(response.output.message.content).toEqual([{ text: json }]);
  expect(response.stopReason).toBe(stopReason);
});

test('several lacks are made up for together', async () => {
  const { request, response, losses } = await emulate(
    { ...calling, system: [{ text: 'Be kind.' }], inferenceConfig: { stopSequences: ['END'] } },
    new Set(),
    {
      clock: createEnvironment().clock,
      signal: new AbortController().signal,
      createToolUseId: () => 'tooluse_1',
    },
  );
  expect(request.system).toBeUndefined();
  expect(losses.map(({ member }) => member)).toEqual([
    'toolConfig',
    'system',
    'system',
    'inferenceConfig.stopSequences',
  ]);
  const { output, stopReason } = await response(answer(`<think>hm</think>${call} END no`));
  expect(output.message.content).toEqual([
    { reasoningContent: { reasoningText: { text: 'hm' } } },
    paris('tooluse_1'),
  ]);
  expect(stopReason).toBe('tool_use');
});

test('no text is lost in any stage, however it is cut', async () => {
  const tag = fc.constantFrom('<think>', '</think>', '<tool_call>', '</tool_call>', '<', 'a', ' ');
  await fc.assert(
    fc.asyncProperty(fc.array(tag, { minLength: 1 }), fc.nat(5), async (pieces, size) => {
      const text = pieces.join('');
      const { stream } = await emulated(calling, 'tools');
      const { output } = await assemble(stream(eventsOf(answer(text), size + 1)));
      const seen = output.message.content
        .map((block) => ('text' in block ? block.text : ''))
        .join('');
      expect(seen).toBe(text);
    }),
  );
});
