import { expect, test } from 'vitest';
import type { ContentBlock, Message } from '../../protocol/api/types.generated.ts';
import type { Template } from '../catalog/model.ts';
import { models } from '../catalog/models.ts';
import type { AnswerContext, Conversation } from './family.ts';
import { mistral } from './mistral.ts';
import type { JsonObject } from './native-json.ts';

const ask: Message = { role: 'user', content: [{ text: 'Hello' }] };
const toolConfig = {
  tools: [{ toolSpec: { name: 'add', inputSchema: { json: { type: 'object' } } } }],
} as const;

function contextOf(template: Template, request: Conversation = { messages: [ask] }): AnswerContext {
  let ids = 0;
  return {
    modelId: 'mistral.mistral-small-2402-v1:0',
    template,
    maxTokens: 8192,
    request,
    responseId: '0123456789abcdef01234567',
    createdSeconds: 1_700_000_000,
    latencyMs: () => 5,
    createToolUseId: () => `tooluse_${(ids += 1)}`,
  };
}

const third = contextOf('mistral-v3');
const withTools = contextOf('mistral-v3', { messages: [ask], toolConfig });

test.each([
  ['mistral.mistral-7b-instruct-v0:2', 'mistral-v1'],
  ['mistral.mixtral-8x7b-instruct-v0:1', 'mistral-v1'],
  ['mistral.mistral-small-2402-v1:0', 'mistral-v2'],
  ['mistral.mistral-large-2402-v1:0', 'mistral-v2'],
])('%s speaks %s', (modelId, template) => {
  const model = models.find((it) => it.modelId === modelId);
  expect(model).toMatchObject({ family: 'mistral', template });
});

test('all settings are carried there and back', () => {
  const native = {
    prompt: '<s>[INST] Hello [/INST]',
    max_tokens: 512,
    stop: ['END'],
    temperature: 0.5,
    top_p: 0.9,
    top_k: 50,
  };
  const context = contextOf('mistral-v1');
  const { value, losses } = mistral.decodeRequest(native, context);
  expect(losses).toEqual([]);
  expect(value).toEqual({
    messages: [ask],
    inferenceConfig: { maxTokens: 512, temperature: 0.5, topP: 0.9, stopSequences: ['END'] },
    additionalModelRequestFields: { top_k: 50 },
  });
  expect(mistral.encodeRequest(value, context)).toEqual({ value: native, losses: [] });
});

const refused: readonly (readonly [JsonObject, string])[] = [
  [{}, '#: required key [prompt] not found'],
  [{ prompt: '' }, '#/prompt: expected minLength: 1, actual: 0'],
  [{ prompt: 1 }, '#/prompt: expected type: String, found: Integer'],
  [{ prompt: 'a', max_tokens: 0 }, '#/max_tokens: 0 is not greater or equal to 1'],
  [{ prompt: 'a', max_tokens: 8193 }, '#/max_tokens: 8193 is not less or equal to 8192'],
  [{ prompt: 'a', temperature: 1.5 }, '#/temperature: 1.5 is not less or equal to 1'],
  [{ prompt: 'a', top_p: -1 }, '#/top_p: -1 is not greater or equal to 0'],
  [{ prompt: 'a', stop: 'END' }, '#/stop: expected type: JSONArray, found: String'],
  [
    { prompt: 'a', stop: Array.from({ length: 11 }, String) },
    '#/stop: expected maximum item count: 10, found: 11',
  ],
  [{ prompt: 'a', top_k: 50 }, '#: extraneous key [top_k] is not permitted'],
  [{ prompt: 'a', messages: [] }, '#: extraneous key [messages] is not permitted'],
];

test.each(refused)('%j is refused in the words of the service', (native, violation) => {
  const message = `Malformed input request: ${violation}, please reformat your input and try again.`;
  expect(() => mistral.decodeRequest(native, third)).toThrow(
    expect.objectContaining({ name: 'ValidationException', message }),
  );
});

test('the first template alone has top_k, and bounds it', () => {
  const message = expect.stringContaining('#/top_k: 201 is not less or equal to 200') as string;
  expect(() => mistral.decodeRequest({ prompt: 'a', top_k: 201 }, contextOf('mistral-v1'))).toThrow(
    expect.objectContaining({ message }),
  );
});

const call: ContentBlock = { toolUse: { toolUseId: 'VvvODy9mT', name: 'add', input: { a: 1 } } };
const image: ContentBlock = {
  image: { format: 'png', source: { bytes: new Uint8Array([1]) } },
};

const unsupported: readonly (readonly [string, Template, Conversation, string])[] = [
  [
    'an image',
    'mistral-v3',
    { messages: [{ role: 'user', content: [image] }] },
    "This model doesn't support the image content block that you provided. " +
      'Update the content block and try again.',
  ],
  [
    'an image in a result',
    'mistral-v7',
    {
      messages: [
        ask,
        { role: 'assistant', content: [call] },
        { role: 'user', content: [{ toolResult: { toolUseId: 'VvvODy9mT', content: [image] } }] },
      ],
    },
    "This model doesn't support the image content block that you provided. " +
      'Update the content block and try again.',
  ],
  [
    'tools under the first template',
    'mistral-v1',
    { messages: [ask], toolConfig },
    "This model doesn't support tool use.",
  ],
  [
    'a call under the first template',
    'mistral-v1',
    { messages: [ask, { role: 'assistant', content: [call] }] },
    "This model doesn't support the toolUse content block that you provided. " +
      'Update the content block and try again.',
  ],
  [
    'a tool of the service',
    'mistral-v3',
    { messages: [ask], toolConfig: { tools: [{ systemTool: { name: 'code' } }] } },
    "This model doesn't support the systemTool field. Remove systemTool and try again.",
  ],
  [
    'a system text between under the third template',
    'mistral-v3',
    { messages: [ask, { role: 'system', content: [{ text: 'a' }] }] },
    "This model doesn't support the system field. Remove system and try again.",
  ],
];

test.each(unsupported)('%s is refused', (_name, ...[template, request, message]) => {
  expect(() => mistral.encodeRequest(request, contextOf(template))).toThrow(
    expect.objectContaining({ name: 'ValidationException', message }),
  );
});

const called = '[TOOL_CALLS] [{"name": "add", "arguments": {"a": 1}, "id": "VvvODy9mT"}]';

const answers: readonly (readonly [string, JsonObject, readonly ContentBlock[], string])[] = [
  ['a text', { text: ' Hi', stop_reason: 'stop' }, [{ text: 'Hi' }], 'end_turn'],
  ['a cut text', { text: ' Hi', stop_reason: 'length' }, [{ text: 'Hi' }], 'max_tokens'],
  ['a call', { text: called, stop_reason: 'stop' }, [call], 'tool_use'],
  [
    'text beside a call',
    { text: ` I add.${called}`, stop_reason: 'tool_calls' },
    [{ text: 'I add.' }, call],
    'tool_use',
  ],
  [
    'a call without an ID',
    { text: '[TOOL_CALLS] [{"name": "add", "arguments": {"a": 1}}]', stop_reason: 'stop' },
    [{ toolUse: { toolUseId: 'tooluse_1', name: 'add', input: { a: 1 } } }],
    'tool_use',
  ],
  ['nothing', {}, [], 'end_turn'],
];

test.each(answers)('%s is read', (_name, ...[output, content, stopReason]) => {
  const context = contextOf('mistral-v3', { messages: [ask], toolConfig });
  const { value } = mistral.decodeResponse({ outputs: [output] }, context);
  expect(value).toEqual({
    output: { message: { role: 'assistant', content } },
    stopReason,
    usage: { inputTokens: 0, outputTokens: 0, totalTokens: 0 },
    metrics: { latencyMs: 5 },
  });
});

test('a call that was cut is left out, and that is told', () => {
  const native = { outputs: [{ text: '[TOOL_CALLS] [{"name": "a', stop_reason: 'length' }] };
  const { value, losses } = mistral.decodeResponse(native, withTools);
  expect(value).toMatchObject({ output: { message: { content: [] } }, stopReason: 'max_tokens' });
  expect(losses).toEqual([
    expect.objectContaining({ member: 'output.message.content', handling: 'left out' }),
  ]);
});

const malformed =
  'Model produced invalid sequence as part of ToolUse. ' +
  'Please refer to the model tool use troubleshooting guide.';

test.each([
  '[TOOL_CALLS] [{"name": "add", "arguments": [1]}]',
  '[TOOL_CALLS] [{"name": "add", "arguments": "a"}]',
  '[TOOL_CALLS] add(1)',
])('%s is no call: the model is to blame', (text) => {
  const native = { outputs: [{ text, stop_reason: 'stop' }] };
  expect(() => mistral.decodeResponse(native, withTools)).toThrow(
    expect.objectContaining({ name: 'ModelErrorException', message: malformed }),
  );
});

test('the members that the caller points at come with the answer', () => {
  const request = { messages: [ask], additionalModelResponseFieldPaths: ['/outputs'] };
  const native = { outputs: [{ text: ' a', stop_reason: 'stop' }] };
  const { value } = mistral.decodeResponse(native, contextOf('mistral-v3', request));
  expect(value.additionalModelResponseFields).toEqual(native);
});
