// Cases of what a model on AWS lacks: refused under `fidelity: aws`, in its words, else allowed.

import { both, casesOf, type Row } from './by-model.ts';
import type { Case, Refused } from './case.ts';
import {
  asking,
  assistant,
  base64,
  cachePoint,
  document,
  hello,
  image,
  result,
  tool,
  toolConfig,
  use,
  user,
} from './build.ts';

const llama = 'meta.llama3-1-8b-instruct-v1:0';
const llama3 = 'meta.llama3-8b-instruct-v1:0';
const mistral7b = 'mistral.mistral-7b-instruct-v0:2';
const mistralLarge = 'mistral.mistral-large-2407-v1:0';
const nova = 'amazon.nova-pro-v1:0';
const micro = 'amazon.nova-micro-v1:0';
const sonnet45 = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const sonnet46 = 'us.anthropic.claude-sonnet-4-6';
const writer = 'us.writer.palmyra-x5-v1:0';

const noSystem =
  "This model doesn't support system messages. Try again without a system message or use a model that supports system messages.";
const noField = (field: string) =>
  `This model doesn't support the ${field} field. Remove ${field} and try again.`;
const noBlock = (kind: string) =>
  `This model doesn't support the ${kind} content block that you provided. Update the content block and try again.`;
const noCaching: Refused = {
  status: 403,
  error: 'AccessDeniedException',
  message:
    'You invoked an unsupported model or your request did not allow prompt caching. See the documentation for more information.',
};

const signed = { reasoningContent: { reasoningText: { text: 'Hm', signature: 'c2ln' } } };

const rows: readonly Row[] = [
  {
    member: 'system',
    check: 'a model with system texts',
    source: 'F',
    models: [mistral7b, llama],
    body: { ...asking, system: [hello] },
    refused: noSystem,
  },
  {
    member: 'messages[].role',
    check: '`system` only of the newest Claude',
    source: 'F',
    models: [nova, sonnet46],
    body: { messages: [user(hello), { role: 'system', content: [hello] }, user(hello)] },
    refused: noSystem,
  },
  {
    member: 'toolConfig',
    check: 'a model with tools',
    source: 'F',
    models: [llama3, nova],
    body: { ...asking, toolConfig },
    refused: "This model doesn't support tool use.",
  },
  {
    member: 'toolConfig',
    check: 'no streams with tools of Llama',
    source: 'F',
    models: [llama, nova],
    operations: ['ConverseStream'],
    body: { ...asking, toolConfig },
    refused: "This model doesn't support tool use in streaming mode.",
  },
  {
    member: 'toolConfig',
    check: 'no streams with tools of Mistral Large 2',
    source: 'F',
    models: [mistralLarge],
    operations: ['ConverseStream'],
    body: { ...asking, toolConfig },
    refused: "This model doesn't support tool use in streaming mode.",
  },
  {
    member: 'toolConfig.toolChoice.any',
    check: 'a model with this choice',
    source: 'F',
    models: [llama, mistralLarge],
    operations: ['Converse'],
    body: { ...asking, toolConfig: { ...toolConfig, toolChoice: { any: {} } } },
    refused: noField('toolConfig.toolChoice.any'),
  },
  {
    member: 'toolConfig.toolChoice.tool',
    check: 'a model with this choice',
    source: 'F',
    models: [mistralLarge, nova],
    operations: ['Converse'],
    body: {
      ...asking,
      toolConfig: { ...toolConfig, toolChoice: { tool: { name: 'get_weather' } } },
    },
    refused: noField('toolConfig.toolChoice.tool'),
  },
  {
    member: 'toolConfig.tools[].systemTool',
    check: 'only of Nova',
    source: 'I',
    models: [sonnet45, nova],
    operations: both,
    body: { ...asking, toolConfig: { tools: [{ systemTool: { name: 'nova_grounding' } }] } },
    refused: noField('systemTool'),
  },
  {
    member: 'toolConfig.tools[].toolSpec.strict',
    check: 'a model with strict tools',
    source: 'F',
    models: ['amazon.nova-2-lite-v1:0', sonnet45],
    operations: both,
    body: {
      ...asking,
      toolConfig: { tools: [{ toolSpec: { ...tool('a').toolSpec, strict: true } }] },
    },
    refused: noField('strict'),
  },
  {
    member: 'messages[].content[].toolResult.status',
    check: 'not of Writer',
    source: 'F',
    models: [writer, nova],
    operations: both,
    body: {
      toolConfig,
      messages: [
        user(hello),
        assistant(use('a')),
        user({ toolResult: { toolUseId: 'a', status: 'error', content: [hello] } }),
      ],
    },
    refused: noField('status'),
  },
  {
    member: 'messages[].content[].image',
    check: 'a model with images',
    source: 'R',
    models: [micro, nova],
    body: { messages: [user(hello, image())] },
    refused: noBlock('image'),
  },
  {
    member: 'messages[].content[].document',
    check: 'a model with documents',
    source: 'R',
    models: [micro, nova],
    body: { messages: [user(hello, document('a'))] },
    refused: noBlock('document'),
  },
  {
    member: 'messages[].content[].video',
    check: 'a model with videos',
    source: 'R',
    models: [llama, nova],
    body: {
      messages: [user(hello, { video: { format: 'mp4', source: { bytes: base64('video') } } })],
    },
    refused: noBlock('video'),
  },
  {
    member: 'messages[].content[].audio',
    check: 'a model with audio',
    source: 'F',
    models: [nova],
    body: {
      messages: [user(hello, { audio: { format: 'mp3', source: { bytes: base64('audio') } } })],
    },
    refused: noBlock('audio'),
  },
  {
    member: 'messages[].content[].toolResult.content[].image',
    check: 'a model with images',
    source: 'I',
    models: [micro, nova],
    body: { toolConfig, messages: [user(hello), assistant(use('a')), user(result('a', image()))] },
    refused: noBlock('image'),
  },
  {
    member: 'messages[].content[].image.source.s3Location',
    check: 'only of Nova',
    source: 'R',
    models: [sonnet45, nova],
    operations: both,
    body: {
      messages: [
        user(hello, {
          image: { format: 'png', source: { s3Location: { uri: 's3://bucket/a.png' } } },
        }),
      ],
    },
    refused: noField('s3Uri'),
  },
  {
    member: 'messages[].content[].reasoningContent.reasoningText.signature',
    check: 'only of Claude',
    source: 'F',
    models: [nova, sonnet45],
    operations: both,
    body: { messages: [user(hello), assistant(signed, hello), user(hello)] },
    refused: noField('reasoningContent.reasoningText.signature'),
  },
  {
    member: 'messages[].content[].cachePoint',
    check: 'a model with caching',
    source: 'F',
    models: [llama, nova],
    body: { messages: [user(hello, cachePoint)] },
    refused: noCaching,
  },
  {
    member: 'system[].cachePoint',
    check: 'a model with caching',
    source: 'F',
    models: [mistralLarge, nova],
    body: { ...asking, system: [hello, cachePoint] },
    refused: noCaching,
  },
  {
    member: 'toolConfig.tools[].cachePoint',
    check: 'a model with caching',
    source: 'F',
    models: [llama],
    operations: ['Converse'],
    body: { ...asking, toolConfig: { tools: [tool('a'), cachePoint] } },
    refused: noCaching,
  },
  {
    member: 'inferenceConfig.maxTokens',
    check: 'what Llama 3.1 can write',
    source: 'F',
    models: [llama],
    operations: both,
    body: { ...asking, inferenceConfig: { maxTokens: 4097 } },
    refused:
      'The maximum tokens you requested exceeds the model limit of 4096. Try again with a maximum tokens value that is lower than 4096.',
  },
  {
    member: 'inferenceConfig.maxTokens',
    check: 'what Nova can write',
    source: 'F',
    models: [nova],
    operations: both,
    body: { ...asking, inferenceConfig: { maxTokens: 10_001 } },
    refused:
      'The maximum tokens you requested exceeds the model limit of 10000. Try again with a maximum tokens value that is lower than 10000.',
  },
  {
    member: 'performanceConfig.latency',
    check: '`optimized` only of some profiles',
    source: 'F',
    models: [micro],
    operations: both,
    body: { ...asking, performanceConfig: { latency: 'optimized' } },
    refused:
      'Latency performance configuration is not supported for amazon.nova-micro-v1:0 in us-east-1',
  },
  {
    member: 'serviceTier.type',
    check: 'a model with tiers',
    source: 'F',
    models: [llama, nova],
    operations: both,
    body: { ...asking, serviceTier: { type: 'flex' } },
    refused: 'The provided service tier is not supported for this model',
  },
];

export const capabilityCases: readonly Case[] = rows.flatMap(casesOf);
