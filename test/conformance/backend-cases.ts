// Cases of structured output, of the last message, and of what the models' own places refuse but
// Claude's, which are in claude-cases.ts.

import { casesOf, both, type Row } from './by-model.ts';
import type { Case } from './case.ts';
import { asking, assistant, hello, result, textFormat, toolConfig, use, user } from './build.ts';

const llama = 'meta.llama3-1-8b-instruct-v1:0';
const mistralLarge = 'mistral.mistral-large-2407-v1:0';
const nova = 'amazon.nova-pro-v1:0';
const titan = 'amazon.titan-text-lite-v1';
const sonnet45 = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const sonnet46 = 'us.anthropic.claude-sonnet-4-6';
const gemma = 'google.gemma-3-12b-it';
const noField = (field: string) =>
  `This model doesn't support the ${field} field. Remove ${field} and try again.`;
const passedOn = (message: string) => `The model returned the following errors: ${message}`;
const mustEnd =
  'The model that you are using requires the last turn in the conversation to be a user message. Add a user message to the conversation and try again.';
const at = 'output_config.format.schema:';

const rows: readonly Row[] = [
  {
    member: 'outputConfig.textFormat',
    check: 'a model with structured output',
    source: 'I',
    models: [nova, gemma],
    operations: both,
    body: { ...asking, ...textFormat('{"type":"object","additionalProperties":false}') },
    refused: noField('outputConfig.textFormat'),
  },
  {
    member: 'outputConfig.textFormat.structure.jsonSchema.schema',
    check: 'closed objects',
    source: 'F',
    models: [sonnet45],
    operations: both,
    body: { ...asking, ...textFormat('{"type":"object"}') },
    refused: passedOn(
      `${at} For 'object' type, 'additionalProperties' must be explicitly set to false`,
    ),
  },
  {
    member: 'outputConfig.textFormat.structure.jsonSchema.schema',
    check: 'no bounds of numbers',
    source: 'F',
    models: [sonnet45],
    operations: both,
    body: {
      ...asking,
      ...textFormat(
        '{"type":"object","additionalProperties":false,"properties":{"a":{"type":"number","minimum":0,"maximum":1}}}',
      ),
    },
    refused: passedOn(`${at} For 'number' type, properties maximum, minimum are not supported`),
  },
  {
    member: 'outputConfig.textFormat.structure.jsonSchema.schema',
    check: 'no bounds of lists',
    source: 'F',
    models: [sonnet45],
    operations: both,
    body: { ...asking, ...textFormat('{"type":"array","maxItems":3}') },
    refused: passedOn(`${at} For 'array' type, properties maxItems are not supported`),
  },
  {
    member: 'messages[].role',
    check: 'the user ends',
    source: 'F',
    models: [llama, sonnet45],
    body: { messages: [user(hello), assistant(hello)] },
    refused: mustEnd,
  },
  {
    member: 'messages[].role',
    check: 'no prefill of the newest Claude',
    source: 'F',
    models: [sonnet46],
    operations: both,
    body: { messages: [user(hello), assistant(hello)] },
    refused: passedOn(
      'This model does not support assistant message prefill. The conversation must end with a user message.',
    ),
  },
  {
    member: 'messages[].content[].toolResult',
    check: 'alone in its message, of Llama and Mistral',
    source: 'F',
    models: [mistralLarge, nova],
    operations: ['Converse'],
    body: { toolConfig, messages: [user(hello), assistant(use('a')), user(result('a'), hello)] },
    refused:
      'messages.2.content: Conversation blocks and tool result blocks cannot be provided in the same turn.',
  },
  {
    member: 'additionalModelRequestFields',
    check: 'what Llama knows',
    source: 'F',
    models: [llama, sonnet45],
    operations: both,
    body: { ...asking, additionalModelRequestFields: { top_k: 5 } },
    refused: passedOn(
      'Malformed input request: #: extraneous key [top_k] is not permitted, please reformat your input and try again.',
    ),
  },
  {
    member: 'additionalModelRequestFields',
    check: 'what Nova knows',
    source: 'F',
    models: [nova],
    operations: both,
    body: { ...asking, additionalModelRequestFields: { inferenceConfig: { topK: 5 }, top_k: 5 } },
    refused: passedOn(
      'Malformed input request: #: extraneous key [top_k] is not permitted, please reformat your input and try again.',
    ),
  },
  {
    member: 'additionalModelRequestFields',
    check: 'what Titan knows',
    source: 'F',
    models: [titan],
    operations: both,
    body: { ...asking, additionalModelRequestFields: { top_k: 5 } },
    refused: passedOn(
      'Malformed input request: #: extraneous key [top_k] is not permitted, please reformat your input and try again.',
    ),
  },
  {
    member: 'inferenceConfig.topP',
    check: 'not beside temperature, of Claude from 4.5 on',
    source: 'F',
    models: [sonnet45, 'anthropic.claude-3-5-sonnet-20241022-v2:0'],
    body: { ...asking, inferenceConfig: { temperature: 0.5, topP: 0.9 } },
    refused: passedOn(
      '`temperature` and `top_p` cannot both be specified for this model. Please use only one.',
    ),
  },
];

export const backendCases: readonly Case[] = rows.flatMap(casesOf);
