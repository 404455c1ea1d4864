// Our prompts for Mistral's completion models beside the code of their makers, which renders what
// our chat family writes.

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { ensureVenv } from '../../../scripts/clients/venv.ts';
import type { Template } from '../../../src/models/catalog/model.ts';
import type { Conversation } from '../../../src/models/families/family.ts';
import { mistralChat } from '../../../src/models/families/mistral-chat.ts';
import { mistral } from '../../../src/models/families/mistral.ts';
import type { DocumentValue } from '../../../src/protocol/api/shape.ts';
import type {
  ContentBlock,
  Message,
  Tool,
  ToolResultBlock,
} from '../../../src/protocol/api/types.generated.ts';
import { runProgram } from '../python.ts';

const system = [{ text: 'Be short.' }];
const ask = said('user', 'How is the weather in Zürich? 😀');
const answer = said('assistant', 'Fine.\n\nReally.');
const spaced = said('assistant', '  Fine   ');
const schema: DocumentValue = {
  type: 'object',
  properties: {
    city: { type: 'string', description: 'Größte "Stadt"' },
    days: { type: 'integer' },
  },
  required: ['city'],
};
const toolConfig = { tools: [toolOf('get_weather', 'Gets, it: all'), toolOf('search')] };
const input = { city: 'Zürich: "Nord", Süd', days: 2, exact: true, other: [null, 1.5, {}] };
const asked: Message = { role: 'assistant', content: [callOf('tooluse_a', input)] };
const askedTwice: Message = {
  role: 'assistant',
  content: [callOf('tooluse_a', { city: 'Paris' }), callOf('tooluse_b', {})],
};
const told = results(resultOf('tooluse_a', { text: '7 °C' }));
const toldJson = results(resultOf('tooluse_a', { json: { degrees: 7, sky: ['blue', 'wide'] } }));
const toldTwice = results(
  resultOf('tooluse_a', { text: 'warm' }),
  resultOf('tooluse_b', { text: 'cold' }),
);

const plain: Readonly<Record<string, Conversation>> = {
  'a question': { messages: [ask] },
  'a system text': { system, messages: [ask] },
  'two system texts': { system: [...system, { text: 'Be kind.' }], messages: [ask] },
  'several turns': { system, messages: [ask, answer, ask, spaced, ask] },
  'blanks and line breaks': { messages: [said('user', '\n well \n')] },
  'two texts': { messages: [{ role: 'user', content: [{ text: 'One.' }, { text: 'Two.' }] }] },
  'an answer that is begun': { messages: [ask, said('assistant', 'It is')] },
};

const withTools: Readonly<Record<string, Conversation>> = {
  tools: { messages: [ask], toolConfig },
  'tools, a system text and several turns': { system, messages: [ask, answer, ask], toolConfig },
  'a call and its result': { system, messages: [ask, asked, told], toolConfig },
  'a result that is JSON': { messages: [ask, asked, toldJson], toolConfig },
  'a call of the past': { messages: [ask, asked, told, answer, ask], toolConfig },
  'a result and a question': { messages: [ask, asked, told, ask], toolConfig },
};

const withCallIds: Readonly<Record<string, Conversation>> = {
  'a result that is a long number': {
    messages: [ask, asked, results(resultOf('tooluse_a', { text: '12345678901234567890' }))],
    toolConfig,
  },
  'two calls and their results': { messages: [ask, askedTwice, toldTwice], toolConfig },
};

const besideCalls: Readonly<Record<string, Conversation>> = {
  'text beside a call': {
    messages: [ask, { role: 'assistant', content: [{ text: 'I look.' }, ...asked.content] }, told],
    toolConfig,
  },
  'a system text between': { messages: [ask, said('system', 'Now loud.'), ask] },
};

const cases: readonly (readonly [Template, Readonly<Record<string, Conversation>>])[] = [
  ['mistral-v1', plain],
  ['mistral-v2', { ...plain, ...withTools }],
  ['mistral-v3', { ...plain, ...withTools, ...withCallIds }],
  ['mistral-v7', { ...plain, ...withTools, ...withCallIds, ...besideCalls }],
];

test.each(cases)(
  '%s: prompts are those of the makers, to the token',
  async (template, requests) => {
    const jobs = Object.values(requests).map((request) => jobOf(request, template));
    const rendered = await runOracle(jobs);
    expect(rendered.map(({ prompt }) => prompt)).toEqual(jobs.map(({ ours }) => ours));
    const isSame = rendered.map(({ isSameTokens }) => isSameTokens);
    expect(isSame).toEqual(jobs.map(() => true));
  },
);

interface Job {
  readonly template: Template;
  readonly request: object;
  readonly ours: string;
}

interface Rendered {
  readonly prompt: string;
  readonly isSameTokens: boolean;
}

function jobOf(request: Conversation, template: Template): Job {
  const context = { modelId: 'm', template, maxTokens: 512 };
  return {
    template,
    request: mistralChat.encodeRequest(request, context).value,
    ours: String(mistral.encodeRequest(request, context).value['prompt']),
  };
}

async function runOracle(jobs: readonly Job[]): Promise<readonly Rendered[]> {
  const script = fileURLToPath(new URL('mistral.py', import.meta.url));
  const python = join(ensureVenv('oracles'), 'python');
  const lines = jobs.map((job) => JSON.stringify(job)).join('\n');
  const finished = await runProgram([python, script], {}, lines);
  expect(finished).toMatchObject({ code: 0 });
  return finished.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Rendered);
}

function said(role: Message['role'], text: string): Message {
  return { role, content: [{ text }] };
}

function toolOf(name: string, description?: string): Tool {
  const spec = { name, inputSchema: { json: schema } };
  return { toolSpec: description === undefined ? spec : { ...spec, description } };
}

function callOf(toolUseId: string, input: DocumentValue): ContentBlock {
  return { toolUse: { toolUseId, name: 'get_weather', input } };
}

function results(...content: readonly ContentBlock[]): Message {
  return { role: 'user', content };
}

function resultOf(toolUseId: string, part: ToolResultBlock['content'][number]): ContentBlock {
  return { toolResult: { toolUseId, content: [part] } };
}
