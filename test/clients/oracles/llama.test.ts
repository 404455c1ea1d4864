// Our prompts for Llama, and how we read its answers, beside the code of its maker.

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { ensureMade, run } from '../../../scripts/clients/cache.ts';
import { ensureVenv } from '../../../scripts/clients/venv.ts';
import type { AnswerContext, Conversation } from '../../../src/models/families/family.ts';
import { llama } from '../../../src/models/families/llama.ts';
import type { DocumentValue } from '../../../src/protocol/api/shape.ts';
import type {
  ContentBlock,
  Message,
  Tool,
  ToolResultBlock,
} from '../../../src/protocol/api/types.generated.ts';
import { runProgram } from '../python.ts';

const system = [{ text: 'Be short.' }];
const ask: Message = { role: 'user', content: [{ text: 'How is the weather in Zürich? 😀' }] };
const answer: Message = { role: 'assistant', content: [{ text: ' Fine.\n\nReally.' }] };
const call = callOf('get_weather', { city: 'Zürich', days: 2, exact: true, other: [null, 1.5] });
const asked: Message = { role: 'assistant', content: [call] };
const told: Message = { role: 'user', content: [resultOf({ text: '7 °C' })] };
const toldJson: Message = { role: 'user', content: [resultOf({ json: { degrees: 7 } })] };

// A pixel.
const png =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const image: ContentBlock = {
  image: { format: 'png', source: { bytes: Buffer.from(png, 'base64') } },
};

const lineBreaks = 'line breaks at the start';

const conversations: Readonly<Record<string, Conversation>> = {
  'a question': { messages: [ask] },
  'a system text': { system, messages: [ask] },
  'several turns': { system, messages: [ask, answer, ask, answer, ask] },
  'a call and its result': { system, messages: [ask, asked, told] },
  'a call, its result and more': { messages: [ask, asked, toldJson, answer, ask] },
  [lineBreaks]: { messages: [{ role: 'user', content: [{ text: '\nwell\n' }] }] },
};

// The images of Llama 4 become tokens by their size, at the place where the model runs.
const withImages: Readonly<Record<string, Conversation>> = {
  'an image': {
    messages: [{ role: 'user', content: [image, { text: 'What is this?' }] }],
  },
  'two images between texts': {
    messages: [{ role: 'user', content: [{ text: 'This ' }, image, { text: ' or that?' }, image] }],
  },
};

const schema: DocumentValue = {
  type: 'object',
  properties: { city: { type: 'string', description: 'Größte' }, days: { type: 'integer' } },
  required: ['city'],
};
const tools = [toolOf('get_weather', 'Gets the weather'), toolOf('search', 'Searches für alle')];

const withTools: Readonly<Record<string, Conversation>> = {
  'one tool': { messages: [ask], toolConfig: { tools: tools.slice(0, 1) } },
  'two tools and a system text': { system, messages: [ask], toolConfig: { tools } },
  // How a call stands in the history has changed since that release: it is held above.
  'tools and several turns': { system, messages: [ask, answer, ask], toolConfig: { tools } },
};

test.each(['llama3', 'llama4'] as const)('%s: prompts are those of the maker', async (template) => {
  const cases = { ...conversations, ...(template === 'llama3' && withImages) };
  const jobs = Object.values(cases).map((request) => renderJob(request, template));
  const rendered = await runOracle(jobs);
  expect(rendered.map(({ prompt }) => prompt)).toEqual(jobs.map(({ ours }) => ours));
  // The maker's code has the header's line breaks as tokens apart from those of a text.
  const isSame = rendered.map(({ isSameTokens }) => isSameTokens === true);
  expect(isSame).toEqual(Object.keys(cases).map((name) => name !== lineBreaks));
});

test('tools are offered in the words of the maker, without the date of the day', async () => {
  const jobs = Object.values(withTools).map(offerJob);
  const rendered = await runOracle(jobs, toolsRelease());
  expect(rendered.map(({ prompt }) => prompt)).toEqual(jobs.map(({ ours }) => ours));
});

// The maker's reader takes the first call only, and nothing that is nested deeper.
const answers = [
  '{"type": "function", "name": "get_weather", "parameters": {"city": "Zürich"}}',
  '{"name": "get_weather", "parameters": {"city": "Zürich", "other": {"a": 1}}}',
  '<function=get_weather>{"city": "Paris"}</function>',
  '<function=get_weather>{}</function>',
  '[get_weather(city="Paris", other=[1, 2.5, True, None])]',
  "[get_weather(city='Paris', other={'a': 'b'})]",
  '[get_weather()]',
  'It is fine.',
  '{"city": "Paris"}',
  '[1, 2]',
];

test.each(['llama3', 'llama4'] as const)(
  '%s: answers are read as by the maker',
  async (template) => {
    const marked = answers.flatMap((it) => {
      const isCall = !it.startsWith('It') && it.includes('get_weather');
      const marker = template === 'llama3' ? '<|python_tag|>' : '<|python_start|>';
      return isCall ? [it, `${marker}${it}`] : [it];
    });
    const ended = marked.flatMap((it) => [
      it,
      it + (template === 'llama3' ? '<|eot_id|>' : '<|eot|>'),
    ]);
    const read = await runOracle(ended.map((it) => ({ answer: it, template })));
    expect(ended.map((it) => readOurs(it, template))).toEqual(
      read.map(({ calls, text }) => ({ calls, text })),
    );
  },
);

interface Rendered {
  readonly prompt?: string;
  readonly isSameTokens?: boolean;
  readonly calls?: readonly unknown[];
  readonly text?: string;
}

type Template = 'llama3' | 'llama4';

interface RenderJob {
  readonly ours: string;
  readonly [member: string]: unknown;
}

function renderJob(request: Conversation, template: Template): RenderJob {
  const messages = [
    ...(request.system ? [{ role: 'system', content: 'Be short.' }] : []),
    ...(request.messages ?? []).map(toRaw),
  ];
  return { template, messages, ours: promptOf(request, template) };
}

/** Tools and system text go to the code that offers tools, not with the messages. */
function offerJob({ system: texts, messages = [], toolConfig }: Conversation): RenderJob {
  const tools = (toolConfig?.tools ?? []).flatMap((tool) => {
    if (!('toolSpec' in tool)) return [];
    const { name, description, inputSchema } = tool.toolSpec;
    return { name, description, parameters: inputSchema.json };
  });
  const ours = promptOf(
    { messages, ...(texts && { system: texts }), ...(toolConfig && { toolConfig }) },
    'llama3',
  );
  return {
    ...renderJob({ messages }, 'llama3'),
    ours,
    tools,
    ...(texts && { system: 'Be short.' }),
  };
}

function promptOf(request: Conversation, template: Template): string {
  const context = { modelId: 'm', template, maxTokens: 512 };
  return String(llama.encodeRequest(request, context).value['prompt']);
}

/** The message as the maker's code takes it. */
function toRaw({ role, content }: Message): object {
  const [first] = content;
  if (first !== undefined && 'toolResult' in first) {
    const [block] = first.toolResult.content;
    const text =
      block !== undefined && 'text' in block ? block.text : JSON.stringify(jsonOf(block));
    return { role: 'tool', content: text };
  }
  const calls = content.flatMap((block) => ('toolUse' in block ? block.toolUse : []));
  if (calls.length > 0) return { role, content: '', calls };
  return {
    role,
    content: content.map((block) => ('text' in block ? block : { image: png })),
  };
}

function jsonOf(block: ToolResultBlock['content'][number] | undefined): DocumentValue {
  return block !== undefined && 'json' in block ? block.json : null;
}

function readOurs(generation: string, template: Template): object {
  const context: AnswerContext = {
    modelId: 'm',
    template,
    maxTokens: 512,
    request: { messages: [ask], toolConfig: { tools: [toolOf('get_weather', 'Gets')] } },
    responseId: 'r',
    createdSeconds: 0,
    latencyMs: () => 0,
    createToolUseId: () => 'id',
  };
  const native = { generation, stop_reason: 'stop' };
  const { content } = llama.decodeResponse(native, context).value.output.message;
  const calls = content.flatMap((block) =>
    'toolUse' in block ? { name: block.toolUse.name, input: block.toolUse.input } : [],
  );
  return { calls, text: content.map((block) => ('text' in block ? block.text : '')).join('') };
}

async function runOracle(
  jobs: readonly object[],
  variables: Readonly<Record<string, string>> = {},
): Promise<readonly Rendered[]> {
  const script = fileURLToPath(new URL('llama.py', import.meta.url));
  const python = join(ensureVenv('oracles'), 'python');
  const input = jobs.map((job) => JSON.stringify(job)).join('\n');
  const finished = await runProgram([python, script], variables, input);
  expect(finished).toMatchObject({ code: 0 });
  return finished.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Rendered);
}

/** The release that words the offer of tools, before the one that is installed. */
function toolsRelease(): Readonly<Record<string, string>> {
  const file = fileURLToPath(new URL('llama-tools-requirements.txt', import.meta.url));
  const pip = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--disable-pip-version-check'];
  const folder = ensureMade({
    name: 'llama-tools',
    sources: [file],
    make: (made) =>
      run(join(ensureVenv('oracles'), 'python'), [...pip, '--target', made, '-r', file]),
  });
  return { PYTHONPATH: folder };
}

function toolOf(name: string, description: string): Tool {
  return { toolSpec: { name, description, inputSchema: { json: schema } } };
}

function callOf(name: string, input: DocumentValue): ContentBlock {
  return { toolUse: { toolUseId: 't1', name, input } };
}

function resultOf(block: ToolResultBlock['content'][number]): ContentBlock {
  return { toolResult: { toolUseId: 't1', content: [block] } };
}
