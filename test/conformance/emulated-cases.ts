// Cases of a model that reads and writes plain text only: what it lacks is made up for, which is
// said, and refused with `strict`. The simulated model echoes the last message.

import { docx, pdf } from '../documents.ts';
import { assistant, base64, document, hello, result, toolConfig, use, user } from './build.ts';
import type { Case } from './case.ts';
import { weatherSchema } from './native/build.ts';

const claude = 'anthropic.claude-sonnet-4-20250514-v1:0';
const call = '<tool_call>{"name": "get_weather", "arguments": {"city": "Bern"}}</tool_call>';
const asksForCall = { text: `Weather? ${call}` };
const input = { city: 'Bern' };
const textFormat = {
  type: 'json_schema',
  structure: { jsonSchema: { schema: JSON.stringify(weatherSchema) } },
};
const answerOf = (...content: readonly object[]) => ({
  output: { message: { role: 'assistant', content } },
});
const native = (...content: readonly object[]) => ({
  anthropic_version: 'bedrock-2023-05-31',
  max_tokens: 1000,
  messages: [
    { role: 'user', content: 'Hello' },
    { role: 'assistant', content: 'Hello' },
    { role: 'user', content },
  ],
});
const nativeText = (text: string) => ({ type: 'text', text });
const nativeTools = { tools: [{ name: 'get_weather', input_schema: weatherSchema }] };
const noTools = 'the model has no tools: they are asked for in words';
const noSystem = 'the model has none: it opens the first message';
const noSchema = 'the model cannot be held to a schema: it is asked to keep to it';
const noStops = 'the model has none: its text is cut, and the tokens after that still count';
const textOnly = 'the model reads text only: its text is sent, no layout, no pictures';

interface Row extends Omit<Case, 'mode' | 'operation' | 'source'> {
  /** The first loss; with `strict` it is the refusal. */
  readonly lost: readonly [member: string, reason: string];
  /** What is streamed, in part. */
  readonly events?: readonly object[];
}

const last = (...content: readonly object[]) => ({
  messages: [user(hello), assistant(hello), user(...content)],
});

const converse: readonly Row[] = [
  {
    member: 'system',
    check: 'opens the first message',
    body: { system: [{ text: 'Be brief.' }], messages: [user(hello)] },
    lost: ['system', noSystem],
    answer: answerOf({ text: 'echo: Be brief.\n\nHello' }),
  },
  {
    member: 'toolConfig',
    check: 'offered in words, called in words',
    body: { toolConfig, ...last(asksForCall) },
    lost: ['toolConfig', noTools],
    answer: {
      ...answerOf({ text: 'echo: Weather?' }, { toolUse: { name: 'get_weather', input } }),
      stopReason: 'tool_use',
    },
    events: [
      { messageStart: { role: 'assistant' } },
      { contentBlockDelta: { delta: { text: 'echo:' } } },
      { contentBlockDelta: { delta: { text: ' Weather?' } } },
      { contentBlockStop: { contentBlockIndex: 0 } },
      { contentBlockStart: { start: { toolUse: { name: 'get_weather' } }, contentBlockIndex: 1 } },
      { contentBlockDelta: { delta: { toolUse: { input: '{"city":"Bern"}' } } } },
      { contentBlockStop: { contentBlockIndex: 1 } },
      { messageStop: { stopReason: 'tool_use' } },
      { metadata: {} },
    ],
  },
  {
    member: 'toolConfig',
    check: 'a call of what was not offered is text',
    body: { toolConfig, ...last({ text: '<tool_call>{"name": "other"}</tool_call>' }) },
    lost: ['toolConfig', noTools],
    answer: {
      ...answerOf({ text: 'echo: <tool_call>{"name": "other"}</tool_call>' }),
      stopReason: 'end_turn',
    },
  },
  {
    member: 'messages[].content[].toolResult',
    check: 'told in words',
    body: { toolConfig, messages: [user(hello), assistant(use('a')), user(result('a'))] },
    lost: ['toolConfig', noTools],
    answer: answerOf({ text: 'echo: <tool_result>\nSunny\n</tool_result>' }),
  },
  {
    member: 'outputConfig.textFormat',
    check: 'asked for in words, cut out of the text',
    body: { outputConfig: { textFormat }, ...last({ text: 'Here: {"city": "Bern"}, done' }) },
    lost: ['outputConfig.textFormat', noSchema],
    answer: { ...answerOf({ text: '{"city": "Bern"}' }), stopReason: 'end_turn' },
    events: [
      { messageStart: {} },
      { contentBlockDelta: { delta: { text: '{"city":' } } },
      { contentBlockDelta: { delta: { text: ' "Bern"}' } } },
      { contentBlockStop: {} },
      { messageStop: { stopReason: 'end_turn' } },
      { metadata: {} },
    ],
  },
  {
    member: 'outputConfig.textFormat',
    check: 'a text without JSON says so',
    body: { outputConfig: { textFormat }, ...last({ text: 'No' }) },
    lost: ['outputConfig.textFormat', noSchema],
    answer: { ...answerOf({ text: 'echo: No' }), stopReason: 'malformed_model_output' },
  },
  {
    member: 'inferenceConfig.stopSequences',
    check: 'cut the text',
    body: { ...last({ text: 'one STOP two' }), inferenceConfig: { stopSequences: [' STOP'] } },
    lost: ['inferenceConfig.stopSequences', noStops],
    answer: { ...answerOf({ text: 'echo: one' }), stopReason: 'stop_sequence' },
    events: [
      { messageStart: {} },
      { contentBlockDelta: { delta: { text: 'echo:' } } },
      { contentBlockDelta: { delta: { text: ' one' } } },
      { contentBlockStop: {} },
      { messageStop: { stopReason: 'stop_sequence' } },
      { metadata: {} },
    ],
  },
  {
    member: 'messages[].content[].document',
    check: 'its text in its place',
    body: last({ text: 'Read' }, document('a', 'Inside')),
    lost: ['messages.2.content.1.document', textOnly],
    answer: answerOf({
      text: 'echo: Read\n<document name="a" format="txt">\nInside\n</document>',
    }),
  },
  {
    member: 'messages[].content[].document',
    check: 'the text of a PDF file',
    body: last({ text: 'Read' }, document('a', pdf(['Inside', 'Beside']), 'pdf')),
    lost: ['messages.2.content.1.document', textOnly],
    answer: answerOf({
      text: 'echo: Read\n<document name="a" format="pdf">\nInside\n\nBeside\n</document>',
    }),
  },
  {
    member: 'messages[].content[].document',
    check: 'the text of a docx file',
    body: last({ text: 'Read' }, document('a', docx('Inside', ['x', 'y']), 'docx')),
    lost: ['messages.2.content.1.document', textOnly],
    answer: answerOf({
      text: 'echo: Read\n<document name="a" format="docx">\nInside\n\nx\n\ny\n</document>',
    }),
  },
];

const invoked: readonly Row[] = [
  {
    member: 'claude: system',
    check: 'opens the first message',
    body: {
      ...native(nativeText('Hello you')),
      system: 'Be brief.',
      messages: [{ role: 'user', content: 'Hello you' }],
    },
    lost: ['system', noSystem],
    answer: { content: [nativeText('echo: Be brief.\n\nHello you')] },
  },
  {
    member: 'claude: tools',
    check: 'offered in words, called in words',
    body: { ...native(nativeText(asksForCall.text)), ...nativeTools },
    lost: ['toolConfig', noTools],
    answer: {
      content: [nativeText('echo: Weather?'), { type: 'tool_use', name: 'get_weather', input }],
      stop_reason: 'tool_use',
    },
    events: [
      { type: 'message_start' },
      { type: 'content_block_start', content_block: { type: 'text' } },
      { type: 'content_block_delta', delta: { text: 'echo:' } },
      { type: 'content_block_delta', delta: { text: ' Weather?' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'content_block_start', content_block: { type: 'tool_use', name: 'get_weather' } },
      { type: 'content_block_delta', delta: { partial_json: '' } },
      { type: 'content_block_delta', delta: { partial_json: '{"city":"Bern"}' } },
      { type: 'content_block_stop', index: 1 },
      { type: 'message_delta', delta: { stop_reason: 'tool_use' } },
      { type: 'message_stop' },
    ],
  },
  {
    member: 'claude: stop_sequences',
    check: 'cut the text',
    body: { ...native(nativeText('one STOP two')), stop_sequences: [' STOP'] },
    lost: ['inferenceConfig.stopSequences', noStops],
    answer: { content: [nativeText('echo: one')], stop_reason: 'stop_sequence' },
  },
  {
    member: 'claude: output_config.format',
    check: 'asked for in words, cut out of the text',
    body: {
      ...native(nativeText('Here: {"city": "Bern"}, done')),
      output_config: { format: { type: 'json_schema', schema: weatherSchema } },
    },
    lost: ['outputConfig.textFormat', noSchema],
    answer: { content: [nativeText('{"city": "Bern"}')], stop_reason: 'end_turn' },
  },
  {
    member: 'claude: messages.content.document',
    check: 'its text in its place',
    body: native(nativeText('Read'), {
      type: 'document',
      title: 'a',
      source: { type: 'text', media_type: 'text/plain', data: 'Inside' },
    }),
    lost: ['messages.2.content.1.document', textOnly],
    answer: {
      content: [nativeText('echo: Read\n<document name="a" format="txt">\nInside\n</document>')],
    },
  },
  {
    member: 'openai-chat: tools',
    check: 'offered in words, called in words',
    modelId: 'openai.gpt-oss-20b-1:0',
    body: {
      messages: [
        { role: 'user', content: 'Hello' },
        { role: 'assistant', content: 'Hello' },
        { role: 'user', content: asksForCall.text },
      ],
      tools: [{ type: 'function', function: { name: 'get_weather', parameters: weatherSchema } }],
    },
    lost: ['toolConfig', noTools],
    answer: {
      choices: [
        {
          message: {
            content: 'echo: Weather?',
            tool_calls: [{ function: { name: 'get_weather', arguments: '{"city":"Bern"}' } }],
          },
          finish_reason: 'tool_calls',
        },
      ],
    },
  },
  {
    member: 'llama: prompt',
    check: 'its system text opens the first message',
    modelId: 'meta.llama3-1-8b-instruct-v1:0',
    body: {
      prompt:
        '<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nBe brief.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nHello you<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n',
    },
    lost: ['system', noSystem],
    answer: { generation: 'echo: Be brief.\n\nHello you' },
  },
];

/** The first bytes of every file of these formats. */
const compound = Buffer.from('d0cf11e0a1b11ae1', 'hex');

const old = (['doc', 'xls'] as const).flatMap((format): Case[] => {
  const refused = (path: string) =>
    `The document at ${path} is ${format}, which is not read here. Save it as ${format}x and try again.`;
  const nova = { document: { format, name: 'a', source: { bytes: base64(compound) } } };
  const item = { source: 'O', mode: 'limited' } as const;
  return [
    {
      ...item,
      operation: 'Converse',
      member: 'messages[].content[].document.format',
      check: `${format} where a place reads text`,
      body: { messages: [user(hello, document('a', compound, format))] },
      refused: refused('messages.0.content.1.document'),
    },
    {
      ...item,
      operation: 'InvokeModel',
      member: 'nova: messages.content.document.format',
      check: `${format} where a place reads text`,
      modelId: 'amazon.nova-pro-v1:0',
      body: { messages: [{ role: 'user', content: [nova, { text: 'Hello' }] }] },
      refused: refused('messages.0.content.0.document'),
    },
  ];
});

export const emulatedCases: readonly Case[] = [
  ...converse.flatMap((row) => casesOf(row, ['Converse', 'ConverseStream'])),
  ...invoked.flatMap((row) =>
    casesOf({ modelId: claude, ...row }, ['InvokeModel', 'InvokeModelWithResponseStream']),
  ),
  ...old,
];

/** Made up for and said; with `strict` refused, the member named. */
function casesOf(
  { lost: [member, reason], events, answer, ...row }: Row,
  [whole, stream]: readonly [Case['operation'], Case['operation']],
): readonly Case[] {
  const item = { ...row, source: 'O', mode: 'limited', loss: `${member}: ${reason}` } as const;
  const refused = `The member ${member} cannot be carried as it is: ${reason}. Leave it out, choose another model, or set strict to false.`;
  const { loss: _loss, ...rest } = item;
  const streamed = stream === 'ConverseStream' ? { events } : { chunks: events };
  return [
    { ...item, operation: whole, ...(answer && { answer }) },
    { ...item, operation: stream, ...(events && { answer: streamed }) },
    { ...rest, operation: whole, mode: 'strictLimited', refused },
  ];
}
