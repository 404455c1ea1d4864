// Llama's requests: prompts of three templates, written and read.

import { expect, test } from 'vitest';
import type {
  ContentBlock,
  Message,
  ToolConfiguration,
} from '../../protocol/api/types.generated.ts';
import type { Conversation, FamilyContext } from './family.ts';
import { llama } from './llama.ts';
import type { JsonObject } from './native-json.ts';

const context: FamilyContext = { modelId: 'm', template: 'llama3', maxTokens: 4096 };
const llama2: FamilyContext = { ...context, template: 'llama2' };
const llama4: FamilyContext = { ...context, template: 'llama4' };

const hello = user({ text: 'Hello' });
const call: ContentBlock = {
  toolUse: { toolUseId: 'tooluse_0000000000000000000001', name: 'search', input: { q: 'é' } },
};
const result: ContentBlock = {
  toolResult: { toolUseId: 'tooluse_0000000000000000000001', content: [{ text: 'found' }] },
};
const toolConfig: ToolConfiguration = {
  tools: [
    {
      toolSpec: {
        name: 'search',
        description: 'Searches',
        inputSchema: { json: { type: 'object', properties: { q: { type: 'string' } } } },
      },
    },
  ],
};

const offer = `Answer the user's question by making use of the following functions if needed.
If none of the function can be used, please say so.
Here is a list of functions in JSON format:
{
    "type": "function",
    "function": {
        "name": "search",
        "description": "Searches",
        "parameters": {
            "type": "object",
            "properties": {
                "q": {
                    "type": "string"
                }
            }
        }
    }
}

Return function calls in JSON format.`;
const environment = 'Environment: ipython\n\nCutting Knowledge Date: December 2023\n';

const png = Buffer.from('89504e47', 'hex');
const image: ContentBlock = { image: { format: 'png', source: { bytes: png } } };

/** A prompt and the conversation in it: each becomes the other. */
const both: readonly (readonly [string, FamilyContext, JsonObject, Conversation])[] = [
  [
    'a question',
    context,
    { prompt: `${begin()}${turn('user', 'Hello')}${open()}` },
    { messages: [hello] },
  ],
  [
    'a system text',
    context,
    { prompt: `${begin()}${turn('system', 'Be short.')}${turn('user', 'Hello')}${open()}` },
    { system: [{ text: 'Be short.' }], messages: [hello] },
  ],
  [
    'several turns',
    context,
    {
      prompt: `${begin()}${turn('user', 'Hello')}${turn('assistant', ' Hi\n')}${turn('user', '\n?')}${open()}`,
    },
    { messages: [hello, assistant({ text: ' Hi\n' }), user({ text: '\n?' })] },
  ],
  [
    'a system message between the others',
    context,
    { prompt: `${begin()}${turn('user', 'Hello')}${turn('system', 'Now rhyme.')}${open()}` },
    { messages: [hello, { role: 'system', content: [{ text: 'Now rhyme.' }] }] },
  ],
  [
    'an answer that the caller began',
    context,
    { prompt: `${begin()}${turn('user', 'Hello')}${open()}Once upon` },
    { messages: [hello, assistant({ text: 'Once upon' })] },
  ],
  [
    'tools, a call and its result',
    context,
    {
      prompt:
        begin() +
        turn('system', environment) +
        turn('user', offer) +
        turn('user', 'Hello') +
        message(
          'assistant',
          '{"type": "function", "name": "search", "parameters": {"q": "\\u00e9"}}',
        ) +
        turn('ipython', 'found') +
        open(),
    },
    { messages: [hello, assistant(call), user(result)], toolConfig },
  ],
  [
    'tools and a system text',
    context,
    {
      prompt: `${begin()}${turn('system', `${environment}\nBe short.\n`)}${turn('user', offer)}${turn('user', 'Hello')}${open()}`,
    },
    { system: [{ text: 'Be short.' }], messages: [hello], toolConfig },
  ],
  [
    'a result in JSON',
    context,
    {
      prompt: `${begin()}${turn('system', environment)}${turn('user', offer)}${turn('user', 'Hello')}${message('assistant', '{"type": "function", "name": "search", "parameters": {"q": "\\u00e9"}}')}${turn('ipython', '{"hits":2}')}${open()}`,
    },
    {
      messages: [hello, assistant(call), user(resultOf({ content: [{ json: { hits: 2 } }] }))],
      toolConfig,
    },
  ],
  [
    'a result that failed, and a text after it',
    context,
    {
      prompt: `${begin()}${turn('system', environment)}${turn('user', offer)}${turn('user', 'Hello')}${message('assistant', 'So:<|python_tag|>{"type": "function", "name": "search", "parameters": {"q": "\\u00e9"}}')}${turn('ipython', 'failed\n[stderr]no net[/stderr]')}${turn('user', 'And?')}${open()}`,
    },
    {
      messages: [
        hello,
        assistant({ text: 'So:' }, call),
        user(resultOf({ content: [{ text: 'no net' }], status: 'error' }), { text: 'And?' }),
      ],
      toolConfig,
    },
  ],
  [
    'images where they stand',
    context,
    {
      prompt: `${begin()}${turn('user', '<|image|>Hello<|image|>')}${open()}`,
      images: ['iVBORw==', 'R0lGODdh'],
    },
    {
      messages: [
        user(
          image,
          { text: 'Hello' },
          { image: { format: 'gif', source: { bytes: Buffer.from('GIF87a') } } },
        ),
      ],
    },
  ],
  [
    'tools, a call and its result for Llama 4',
    llama4,
    {
      prompt:
        '<|begin_of_text|><|header_start|>system<|header_end|>\n\nBe short.<|eot|>' +
        `<|header_start|>user<|header_end|>\n\n${offer}<|eot|>` +
        '<|header_start|>user<|header_end|>\n\nHello<|eot|>' +
        '<|header_start|>assistant<|header_end|>\n\n' +
        '{"type": "function", "name": "search", "parameters": {"q": "\\u00e9"}}<|eom|>' +
        '<|header_start|>ipython<|header_end|>\n\nfound<|eom|>' +
        '<|header_start|>assistant<|header_end|>\n\n',
    },
    {
      system: [{ text: 'Be short.' }],
      messages: [hello, assistant(call), user(result)],
      toolConfig,
    },
  ],
  ['a question to Llama 2', llama2, { prompt: '<s>[INST] Hello [/INST]' }, { messages: [hello] }],
  [
    'several turns with Llama 2',
    llama2,
    {
      prompt:
        '<s>[INST] <<SYS>>\nBe short.\n<</SYS>>\n\nHello [/INST] Hi </s>' +
        '<s>[INST] Well? [/INST]',
    },
    {
      system: [{ text: 'Be short.' }],
      messages: [hello, assistant({ text: 'Hi' }), user({ text: 'Well?' })],
    },
  ],
  [
    'an answer that the caller began for Llama 2',
    llama2,
    { prompt: '<s>[INST] Hello [/INST] Once upon' },
    { messages: [hello, assistant({ text: 'Once upon' })] },
  ],
];

test.each(both)('%s becomes a prompt and is read from it', (...[, place, native, conversation]) => {
  const { value, losses } = llama.encodeRequest(conversation, place);
  expect(value).toEqual({ ...native, max_gen_len: 4096 });
  expect(losses).toEqual([]);
  expect(llama.decodeRequest(native, place)).toEqual({ value: conversation, losses: [] });
});

test('settings have their native names', () => {
  const inferenceConfig = { maxTokens: 7, temperature: 0.5, topP: 0.25 };
  const { value } = llama.encodeRequest({ messages: [hello], inferenceConfig }, context);
  expect(value).toMatchObject({ max_gen_len: 7, temperature: 0.5, top_p: 0.25 });
  expect(llama.decodeRequest(value, context).value).toEqual({ messages: [hello], inferenceConfig });
});

test('the fields of the caller come last', () => {
  const request = { messages: [hello], additionalModelRequestFields: { top_p: 1, prompt: 'x' } };
  const { value } = llama.encodeRequest(request, context);
  expect(value).toEqual({ prompt: 'x', max_gen_len: 4096, top_p: 1 });
});

test.each([
  [{ any: {} }, ' You must call at least one of the functions.'],
  [{ tool: { name: 'search' } }, ' You must call the function search.'],
])('the choice %j is asked for in words', (toolChoice, words) => {
  const request = { messages: [hello], toolConfig: { ...toolConfig, toolChoice } };
  const { value, losses } = llama.encodeRequest(request, context);
  expect(value['prompt']).toContain(`Return function calls in JSON format.${words}<|eot_id|>`);
  expect(losses).toEqual([
    {
      member: 'toolConfig.toolChoice',
      handling: 'emulated',
      reason: 'the prompt asks for the call in words',
    },
  ]);
  expect(llama.decodeRequest(value, context).value.toolConfig).toEqual(request.toolConfig);
});

test.each<[JsonObject, FamilyContext, string]>([
  [{}, context, '#: required key [prompt] not found'],
  [{ prompt: 7 }, context, '#/prompt: expected type: String, found: Integer'],
  [{ prompt: '' }, context, '#/prompt: expected minLength: 1, actual: 0'],
  [{ prompt: 'a', temperature: 1.5 }, context, '#/temperature: 1.5 is not less or equal to 1'],
  [{ prompt: 'a', top_p: -1 }, context, '#/top_p: -1 is not greater or equal to 0'],
  [{ prompt: 'a', max_gen_len: 0 }, context, '#/max_gen_len: 0 is not greater or equal to 1'],
  [{ prompt: 'a', max_gen_len: 8193 }, context, '#/max_gen_len: 8193 is not less or equal to 8192'],
  [
    { prompt: 'a', max_gen_len: 1.5 },
    context,
    '#/max_gen_len: expected type: Integer, found: BigDecimal',
  ],
  [{ prompt: 'a', top_k: 5 }, context, '#: extraneous key [top_k] is not permitted'],
  [{ prompt: 'a', images: 'b' }, context, '#/images: expected type: JSONArray, found: String'],
  [{ prompt: 'a', images: [] }, llama2, '#: extraneous key [images] is not permitted'],
])('the native request %j is refused', (native, place, violation) => {
  expect(() => llama.decodeRequest(native, place)).toThrow(
    expect.objectContaining({
      name: 'ValidationException',
      message: `Malformed input request: ${violation}, please reformat your input and try again.`,
    }),
  );
});

function begin(): string {
  return '<|begin_of_text|>';
}

function turn(role: string, text: string): string {
  return `<|start_header_id|>${role}<|end_header_id|>\n\n${text}<|eot_id|>`;
}

function message(role: string, text: string): string {
  return `<|start_header_id|>${role}<|end_header_id|>\n\n${text}<|eom_id|>`;
}

function open(): string {
  return '<|start_header_id|>assistant<|end_header_id|>\n\n';
}

function user(...content: readonly ContentBlock[]): Message {
  return { role: 'user', content };
}

function assistant(...content: readonly ContentBlock[]): Message {
  return { role: 'assistant', content };
}

function resultOf(
  part: Pick<Extract<ContentBlock, { toolResult: object }>['toolResult'], 'content' | 'status'>,
): ContentBlock {
  return { toolResult: { toolUseId: 'tooluse_0000000000000000000001', ...part } };
}
