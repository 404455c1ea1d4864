// Cases that use the members that no other accepted case has, so that none goes untried.

import { asking, assistant, base64, hello, result, toolConfig, use, user } from './build.ts';
import type { Case } from './case.ts';

const nova = 'amazon.nova-pro-v1:0';
const tiers = { serviceTier: { type: 'flex' }, performanceConfig: { latency: 'standard' } };
const s3Location = { uri: 's3://bucket/key' };
const video = { video: { format: 'mp4', source: { s3Location } } };
const file = { document: { name: 'report', format: 'pdf', source: { s3Location } } };
const searchResult = {
  source: 'https://example.com',
  title: 'Weather',
  content: [{ text: 'Sunny' }],
  citations: { enabled: true },
};
const toolReference = { type: 'tool', name: 'get_weather' };

export const wholeCases: readonly Case[] = [
  {
    operation: 'Converse',
    member: 'messages[].content[]',
    check: 'every kind that a user may send',
    source: 'M',
    body: {
      messages: [
        user(
          hello,
          file,
          video,
          { audio: { format: 'mp3', source: { s3Location }, error: { message: 'lost' } } },
          { guardContent: { text: { text: 'Hello', qualifiers: ['query'] } } },
          { searchResult },
          { toolAddition: { tool: toolReference } },
          { toolRemoval: { tool: toolReference } },
        ),
      ],
    },
  },
  {
    operation: 'Converse',
    member: 'messages[].content[].toolResult.content[]',
    check: 'every kind',
    source: 'M',
    body: {
      toolConfig: { ...toolConfig, toolChoice: { auto: {} } },
      messages: [
        user(hello),
        assistant(use('a')),
        user(result('a', { json: { degrees: 21 } }, file, video, { searchResult })),
      ],
    },
  },
  {
    operation: 'ConverseStream',
    member: 'messages',
    check: 'with all other members',
    source: 'M',
    modelId: nova,
    body: {
      ...asking,
      ...tiers,
      system: [hello],
      additionalModelRequestFields: { inferenceConfig: { topK: 5 } },
      additionalModelResponseFieldPaths: ['/usage'],
      requestMetadata: { team: 'blue' },
      outputConfig: { effort: 'low' },
    },
  },
  {
    operation: 'CountTokens',
    member: 'input.converse.additionalModelRequestFields',
    check: 'an object',
    source: 'M',
    body: { input: { converse: { ...asking, additionalModelRequestFields: { top_k: 5 } } } },
  },
  {
    operation: 'CountTokens',
    member: 'input.invokeModel',
    modelId: 'amazon.titan-text-express-v1',
    check: "a request in the model's own format",
    source: 'M',
    body: { input: { invokeModel: { body: base64('{"inputText":"Hello"}') } } },
  },
  {
    operation: 'CountTokens',
    member: 'input.invokeModel.body',
    modelId: 'amazon.titan-text-express-v1',
    check: 'no JSON',
    source: 'F',
    body: { input: { invokeModel: { body: base64('{') } } },
    refused: 'Malformed input request, please reformat your input and try again.',
  },
];
