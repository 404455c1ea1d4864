// Clients' own prompts for Llama, which need not be as ours would be.

import { expect, test } from 'vitest';
import type { ContentBlock, Message } from '../../../protocol/api/types.generated.ts';
import type { FamilyContext } from '../family.ts';
import { llama } from '../llama.ts';

const context: FamilyContext = { modelId: 'm', template: 'llama3', maxTokens: 4096 };
const llama2: FamilyContext = { ...context, template: 'llama2' };

const hello = user({ text: 'Hello' });
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

// As the service's own examples write it.
test('a prompt with other line breaks is read all the same', () => {
  const prompt = `
<|begin_of_text|><|start_header_id|>system<|end_header_id|>
Be short.
<|eot_id|>
<|start_header_id|>user<|end_header_id|>
Hello
<|eot_id|>
<|start_header_id|>assistant<|end_header_id|>
`;
  expect(llama.decodeRequest({ prompt }, context).value).toEqual({
    system: [{ text: 'Be short.' }],
    messages: [hello],
  });
});

test.each([
  ['Hello'],
  ['<|begin_of_text|>The sky is'],
  [`${begin()}${turn('user', 'Hello')}`],
  [`${begin()}${turn('user', 'Hello')}${turn('assistant', 'Hi')}`],
  [`${begin()}${turn('robot', 'Hello')}${open()}`],
  [`${begin()}${turn('system', 'Hello')}${open()}`],
  [`${begin()}<|start_header_id|>user<|end_header_id|>\n\nHello${open()}`],
  ['[INST] Hello [/INST]'],
])('the prompt %j is in no template, and is what the user says', (prompt) => {
  const { value } = llama.decodeRequest({ prompt, images: ['iVBORw=='] }, context);
  expect(value).toEqual({ messages: [user(image, { text: prompt })] });
});

test.each([
  ['Hello'],
  ['[INST] Hello'],
  ['[INST] a [/INST] b [INST] c [/INST]'],
  ['[INST] a [/INST] b </s> c [INST] d [/INST]'],
  ['[INST] a [/INST] b [/INST]'],
  ['[INST] a [/INST] b </s>'],
])('the prompt %j is not in the template of Llama 2', (prompt) => {
  expect(llama.decodeRequest({ prompt }, llama2).value).toEqual({
    messages: [user({ text: prompt })],
  });
});

test('a prompt of Llama 2 needs no start, and its blanks are free', () => {
  const prompt = '[INST]<<SYS>>Be short.<</SYS>>Hello[/INST]Hi</s> [INST] Well? [/INST] ';
  expect(llama.decodeRequest({ prompt }, llama2).value).toEqual({
    system: [{ text: 'Be short.' }],
    messages: [hello, assistant({ text: 'Hi' }), user({ text: 'Well?' })],
  });
});

// Rendered by the maker's own code, which knows the names of properties but not their types.
test('the date of the day and a list of properties are kept', () => {
  const listed = offer.replace(
    /"properties": \{[^]*?\n {12}\}/,
    '"properties": [{"q": {"type": "object", "description": "What"}}]',
  );
  const system = `${environment}Today Date: 21 September 2024\n\nBe short.\n`;
  const prompt = `${begin()}${turn('system', system)}${turn('user', listed)}${turn('user', 'Hello')}${open()}`;
  const { value } = llama.decodeRequest({ prompt }, context);
  expect(value.system).toEqual([{ text: 'Today Date: 21 September 2024\n\nBe short.\n' }]);
  expect(value.toolConfig?.tools).toMatchObject([
    { toolSpec: { inputSchema: { json: { properties: { q: { description: 'What' } } } } } },
  ]);
});

test('a result without a known call is what the user says, and that is told', () => {
  const prompt = `${begin()}${turn('user', 'Hello')}${turn('assistant', 'search()')}${turn('ipython', 'found')}${open()}`;
  const { value, losses } = llama.decodeRequest({ prompt }, context);
  expect(value.messages?.at(-1)).toEqual(user({ text: 'found' }));
  expect(losses).toEqual([
    { member: 'messages.2', handling: 'changed', reason: 'no call is known that it answers' },
  ]);
});

test('an offer of tools that is none is what the user says', () => {
  const broken = offer.replace('"name": "search"', '"name": search');
  const prompt = `${begin()}${turn('user', broken)}${open()}`;
  expect(llama.decodeRequest({ prompt }, context).value).toEqual({
    messages: [user({ text: broken })],
  });
});

test('images that no marker stands for belong to the last message', () => {
  const prompt = `${begin()}${turn('user', 'a')}${turn('assistant', 'b')}${turn('user', 'Hello')}${open()}`;
  const { value } = llama.decodeRequest({ prompt, images: ['iVBORw=='] }, context);
  expect(value.messages?.at(-1)).toEqual(user(image, { text: 'Hello' }));
});

test('a marker that no image stands for is text', () => {
  const prompt = `${begin()}${turn('user', 'a <|image|> b')}${open()}`;
  const { value } = llama.decodeRequest({ prompt }, context);
  expect(value.messages).toEqual([user({ text: 'a <|image|> b' })]);
});

function begin(): string {
  return '<|begin_of_text|>';
}

function turn(role: string, text: string): string {
  return `<|start_header_id|>${role}<|end_header_id|>\n\n${text}<|eot_id|>`;
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
