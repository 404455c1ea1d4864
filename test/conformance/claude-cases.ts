// Cases of what Claude's own place refuses: media, and requests in which it is to reason.

import { casesOf, both, type Row } from './by-model.ts';
import type { Case } from './case.ts';
import {
  asking,
  assistant,
  document,
  hello,
  image,
  many,
  png,
  result,
  toolConfig,
  use,
  user,
} from './build.ts';

const nova = 'amazon.nova-pro-v1:0';
const sonnet45 = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const passedOn = (message: string) => `The model returned the following errors: ${message}`;

const jpeg = Buffer.from('ffd8ffc0000b080002000301011100', 'hex');
const pages = (count: number) => `%PDF-1.7\n2 0 obj <</Type/Pages/Kids[]/Count ${count}>> endobj\n`;
const locked = '%PDF-1.7\ntrailer <</Root 1 0 R/Encrypt 8 0 R>>\n';

const media: readonly Row[] = [
  {
    member: 'messages[].content[].image',
    check: 'twenty of Claude, with documents',
    source: 'F',
    models: [sonnet45, nova],
    operations: ['Converse'],
    body: { messages: [user(hello, ...many(19, () => image()), document('a'), document('b'))] },
    refused: passedOn('messages: too many images and documents: 19 + 2 > 20'),
  },
  {
    member: 'messages[].content[].image.source.bytes',
    check: '5 MiB of base64, of Claude',
    source: 'F',
    models: [sonnet45, nova],
    operations: ['Converse'],
    body: { messages: [user(hello, image(png(1, 1, 3_932_161)))] },
    refused: passedOn(
      'messages.0.content.1.image.source.base64: image exceeds 5 MB maximum: 5242884 bytes > 5242880 bytes',
    ),
  },
  {
    member: 'messages[].content[].image.source.bytes',
    check: '8000 pixels a side, of Claude',
    source: 'F',
    models: [sonnet45, nova],
    operations: both,
    body: { messages: [user(hello, image(png(1, 8001)))] },
    refused: passedOn(
      'messages.0.content.1.image.source.base64.data: At least one of the image dimensions exceed max allowed size: 8000 pixels',
    ),
  },
  {
    member: 'messages[].content[].image.source.bytes',
    check: 'an image at all, of Claude',
    source: 'F',
    models: [sonnet45, nova],
    operations: ['Converse'],
    body: { messages: [user(hello, image('no image'))] },
    refused: passedOn('Could not process image'),
  },
  {
    member: 'messages[].content[].image.format',
    check: 'what the bytes say, of Claude',
    source: 'F',
    models: [sonnet45, nova],
    operations: ['Converse'],
    body: { messages: [user(hello, image(jpeg))] },
    refused: passedOn(
      'messages.0.content.1.image.source.base64: The image was specified using the image/png media type, but the image appears to be a image/jpeg image',
    ),
  },
  {
    member: 'messages[].content[].toolResult.content[].image.format',
    check: 'what the bytes say, of Claude',
    source: 'F',
    models: [sonnet45],
    operations: ['Converse'],
    body: {
      toolConfig,
      messages: [user(hello), assistant(use('a')), user(result('a', image(png(), 'gif')))],
    },
    refused: passedOn(
      'messages.2.content.0.tool_result.content.0.image.source.base64: The image was specified using the image/gif media type, but the image appears to be a image/png image',
    ),
  },
  {
    member: 'messages[].content[].document.source.bytes',
    check: 'a hundred pages of PDF in all, of Claude',
    source: 'F',
    models: [sonnet45, nova],
    operations: both,
    body: { messages: [user(hello, ...[60, 41].map((count) => pdf(count)))] },
    refused: passedOn('A maximum of 100 PDF pages may be provided.'),
  },
  {
    member: 'messages[].content[].document.source.bytes',
    check: 'no PDF with a password, of Claude',
    source: 'F',
    models: [sonnet45, nova],
    operations: ['Converse'],
    body: { messages: [user(hello, document('a', locked, 'pdf'))] },
    refused: passedOn(
      'messages.0.content.1.pdf.source.base64.data: The PDF specified is password protected.',
    ),
  },
];

const page = 'https://docs.claude.com/en/docs/build-with-claude/extended-thinking';
const considerations = `Please consult our documentation at ${page}#important-considerations-when-using-extended-thinking`;
const thinking = { type: 'enabled', budget_tokens: 1024 };
const reasoned = { reasoningContent: { reasoningText: { text: 'Hm', signature: 'c2ln' } } };
const redacted = { reasoningContent: { redactedContent: 'AAAA' } };
const reasons = (...fields: readonly object[]) => ({
  ...asking,
  additionalModelRequestFields: Object.assign({ thinking }, ...fields) as object,
});
const inLoop = (...content: readonly object[]) => ({
  ...reasons(),
  toolConfig,
  messages: [user(hello), assistant(...content, use('a')), user(result('a'))],
});
const lostReasoning = (index: number, found: string) =>
  passedOn(
    `messages.${index}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${found}\`. When \`thinking\` is enabled, a final \`assistant\` message must start with a thinking block (preceeding the lastmost set of \`tool_use\` and \`tool_result\` blocks). We recommend you include thinking blocks from previous turns. To avoid this requirement, disable \`thinking\`. Please consult our documentation at ${page}`,
  );

const member = 'additionalModelRequestFields.thinking';
const models = [sonnet45];

const reasoning: readonly Row[] = [
  {
    member,
    check: 'no forced choice of a tool beside it',
    source: 'F',
    models,
    body: { ...reasons(), toolConfig: { ...toolConfig, toolChoice: { any: {} } } },
    refused: passedOn('Thinking may not be enabled when tool_choice forces tool use.'),
  },
  {
    member,
    check: 'no choice of one tool beside it',
    source: 'F',
    models,
    body: {
      ...reasons(),
      toolConfig: { ...toolConfig, toolChoice: { tool: { name: 'get_weather' } } },
    },
    refused: passedOn('Thinking may not be enabled when tool_choice forces tool use.'),
  },
  {
    member: `${member}.budget_tokens`,
    check: '1024 at least',
    source: 'D',
    models,
    body: reasons({ thinking: { type: 'enabled', budget_tokens: 1023 } }),
    refused: passedOn(
      'thinking.enabled.budget_tokens: Input should be greater than or equal to 1024',
    ),
  },
  {
    member: `${member}.budget_tokens`,
    check: 'less than maxTokens',
    source: 'F',
    models,
    body: { ...reasons(), inferenceConfig: { maxTokens: 1024 } },
    refused: passedOn(
      `\`max_tokens\` must be greater than \`thinking.budget_tokens\`. Please consult our documentation at ${page}#max-tokens-and-context-window-size`,
    ),
  },
  {
    member,
    check: 'no temperature beside it',
    source: 'F',
    models,
    body: { ...reasons(), inferenceConfig: { temperature: 0.5 } },
    refused: passedOn(
      `\`temperature\` may only be set to 1 when thinking is enabled. ${considerations}`,
    ),
  },
  {
    member,
    check: 'no small topP beside it',
    source: 'I',
    models,
    body: { ...reasons(), inferenceConfig: { topP: 0.9 } },
    refused: passedOn(
      `\`top_p\` must be greater than or equal to 0.95 or unset when thinking is enabled. ${considerations}`,
    ),
  },
  {
    member,
    check: 'no top_k beside it',
    source: 'F',
    models,
    body: reasons({ top_k: 5 }),
    refused: passedOn(`\`top_k\` must be unset when thinking is enabled. ${considerations}`),
  },
  {
    member,
    check: 'the reasoning before a call that is answered',
    source: 'F',
    models,
    body: inLoop(),
    refused: lostReasoning(1, 'tool_use'),
  },
  {
    member,
    check: 'the reasoning before the text before a call',
    source: 'F',
    models,
    operations: ['Converse'],
    body: inLoop(hello, reasoned),
    refused: lostReasoning(1, 'text'),
  },
];

const accepted: readonly (readonly [check: string, body: object])[] = [
  ['a temperature of 1', { ...reasons(), inferenceConfig: { temperature: 1 } }],
  ['a topP of 0.95', { ...reasons(), inferenceConfig: { topP: 0.95 } }],
  ['a larger maxTokens', { ...reasons(), inferenceConfig: { maxTokens: 1025 } }],
  [
    'a larger budget between calls, where the beta is asked for',
    {
      ...reasons({ anthropic_beta: ['interleaved-thinking-2025-05-14'] }),
      inferenceConfig: { maxTokens: 1000 },
    },
  ],
  ['a choice that is left to it', { ...reasons(), toolConfig: autoTools() }],
  ['reasoning before a call', inLoop(reasoned)],
  ['redacted reasoning before a call', inLoop(redacted)],
  ['a later call of the same loop without', { ...inLoop(reasoned), messages: longLoop(reasoned) }],
  [
    'an earlier turn without',
    { ...inLoop(), messages: [...inLoop().messages, assistant(hello), user(hello)] },
  ],
  ['disabled, beside all of it', { ...disabled(), inferenceConfig: { temperature: 0.5 } }],
];

export const claudeCases: readonly Case[] = [
  ...[...media, ...reasoning].flatMap(casesOf),
  ...accepted.map(([check, body]): Case => ({
    operation: 'Converse',
    member,
    check: `${check} passes`,
    source: 'D',
    mode: 'aws',
    modelId: sonnet45,
    body,
  })),
  {
    operation: 'Converse',
    member,
    check: 'the reasoning before the first call of a loop',
    source: 'F',
    mode: 'aws',
    modelId: sonnet45,
    body: { ...inLoop(), messages: longLoop() },
    refused: lostReasoning(1, 'tool_use'),
  },
  {
    operation: 'Converse',
    member: 'messages[].content[].image.source.bytes',
    check: '8000 pixels a side pass, of Claude',
    source: 'D',
    mode: 'aws',
    modelId: sonnet45,
    body: { messages: [user(hello, image(png(8000, 8000)), image(jpeg, 'jpeg'), pdf(100))] },
  },
];

function pdf(count: number) {
  return document(`pages ${count}`, pages(count), 'pdf');
}

function longLoop(...first: readonly object[]) {
  return [
    user(hello),
    assistant(...first, use('a')),
    user(result('a')),
    assistant(use('b')),
    user(result('b')),
  ];
}

function autoTools() {
  return { ...toolConfig, toolChoice: { auto: {} } };
}

function disabled() {
  return reasons({ thinking: { type: 'disabled' } }, { top_k: 5 });
}
