// Cases of the rules about documents, cache points and the members that cross families.

import type { Case } from './case.ts';
import {
  asking,
  assistant,
  cachePoint,
  document,
  hello,
  many,
  result,
  textFormat,
  toolConfig,
  use,
  user,
} from './build.ts';
import { inAll, inTwo, type Row } from './in-operations.ts';

const nameText =
  "The document file name can only contain alphanumeric characters, whitespace characters, hyphens, parentheses, and square brackets. The name can't contain more than one consecutive whitespace character. Check that the file name conforms to these restrictions and retry your request.";

const four = [hello, cachePoint, hello, cachePoint];
const pdf = '%PDF-1.7';
const unsupported = (type: string) =>
  `Unsupported MIME type: ${type}. Retry your request with a supported file type: xlsx, txt, pdf, csv, md, doc, html, xls, docx`;

const documents: readonly Row[] = [
  {
    member: 'messages[].content[].document',
    check: 'text beside it',
    source: 'F',
    body: { messages: [user(document('a'))] },
    refused:
      'A text block must be included when using documents. Add a text block and retry your request.',
  },
  ...['report.pdf', 'a  b', 'a\tb', 'a\u3000b', 'résumé', "John's", 'a/b', '报告'].map((name) => ({
    member: 'messages[].content[].document.name',
    check: `not ${JSON.stringify(name)}`,
    source: 'F' as const,
    body: { messages: [user(hello, document(name))] },
    refused: nameText,
  })),
  ...['a', ' a b ', 'a_b', '(1) [x]-y', '2026'].map((name) => ({
    member: 'messages[].content[].document.name',
    check: `${JSON.stringify(name)} passes`,
    source: 'F' as const,
    body: { messages: [user(hello, document(name))] },
  })),
  {
    member: 'messages[].content[].document.name',
    check: 'none twice, in any capitals',
    source: 'F',
    body: { messages: [user(hello, document('a')), assistant(hello), user(hello, document('A'))] },
    refused:
      "Messages can't contain duplicate document names. Rename the document and retry your request.",
  },
  {
    member: 'messages[].content[].toolResult.content[].document.name',
    check: 'none twice, those of results too',
    source: 'F',
    body: {
      toolConfig,
      messages: [user(hello, document('a')), assistant(use('a')), user(result('a', document('a')))],
    },
    refused:
      "Messages can't contain duplicate document names. Rename the document and retry your request.",
  },
  {
    member: 'messages[].content[].document',
    check: 'five pass',
    source: 'F',
    body: { messages: [user(hello, ...many(5, (index) => document(`d${index}`)))] },
  },
  {
    member: 'messages[].content[].document',
    check: 'no sixth',
    source: 'F',
    body: { messages: [user(hello, ...many(6, (index) => document(`d${index}`)))] },
    refused:
      "You can't include more than 5 documents in a request. Reduce the number of documents and retry your request.",
  },
  {
    member: 'messages[].content[].document.source.bytes',
    check: 'text is no pdf',
    source: 'F',
    body: { messages: [user(hello, document('a', 'text', 'pdf'))] },
    refused: 'The detected filetype is PLAIN_TEXT, but the provided filetype was PDF.',
  },
  {
    member: 'messages[].content[].document.source.bytes',
    check: 'pdf is no text',
    source: 'I',
    body: { messages: [user(hello, document('a', pdf, 'txt'))] },
    refused: 'The detected filetype is PDF, but the provided filetype was PLAIN_TEXT.',
  },
  {
    member: 'messages[].content[].document.source.bytes',
    check: 'no unknown bytes',
    source: 'F',
    body: { messages: [user(hello, document('a', new Uint8Array([0, 1, 2, 3]), 'pdf'))] },
    refused: unsupported('application/octet-stream'),
  },
  {
    member: 'messages[].content[].document.source.bytes',
    check: 'no picture',
    source: 'I',
    body: {
      messages: [user(hello, document('a', new Uint8Array([0xff, 0xd8, 0xff, 0xe0]), 'pdf'))],
    },
    refused: unsupported('image/jpeg'),
  },
  {
    member: 'messages[].content[].document.format',
    check: 'may be left out',
    source: 'M',
    body: { messages: [user(hello, { document: { name: 'a', source: { text: 'Once' } } })] },
  },
  {
    member: 'messages[].content[].cachePoint',
    check: 'four pass',
    source: 'D',
    body: { messages: [user(...four, ...four)] },
  },
  {
    member: 'messages[].content[].cachePoint',
    check: 'no fifth',
    source: 'I',
    body: { messages: [user(...four, ...four)], system: [hello, cachePoint] },
    refused:
      'The number of cachePoint blocks in the request is 5, which is more than the maximum of 4. Remove cachePoint blocks and try again.',
  },
  {
    member: 'messages[].content[].cachePoint',
    check: 'not after reasoning',
    source: 'F',
    body: {
      messages: [
        user(hello),
        assistant({ reasoningContent: { reasoningText: { text: 'Hm' } } }, cachePoint),
        user(hello),
      ],
    },
    refused: 'Cache point cannot be inserted after reasoning block.',
  },
];

const metadataPattern = (least: number) => `[a-zA-Z0-9\\s:_@$#=/+,-.]{${least},256}`;
const schemaPath = 'outputConfig.textFormat.structure.jsonSchema.schema';

const fields: readonly Row[] = [
  {
    member: schemaPath,
    check: 'JSON',
    source: 'I',
    body: { ...asking, ...textFormat('{') },
    refused: `The value at ${schemaPath} is not valid JSON. Provide a JSON schema as text and try again.`,
    hint: 'JSON.stringify',
  },
  {
    member: schemaPath,
    check: 'an object',
    source: 'I',
    body: { ...asking, ...textFormat('[]') },
    refused: `The value at ${schemaPath} is not a JSON object. Provide a JSON schema as text and try again.`,
  },
  ...['stop_sequence', '/a~2b', '/a~'].map((pointer) => ({
    member: 'additionalModelResponseFieldPaths[]',
    check: `not ${pointer}`,
    source: 'I' as const,
    body: { ...asking, additionalModelResponseFieldPaths: ['/a', pointer] },
    refused: 'The JSON pointer at additionalModelResponseFieldPaths.1 is invalid.',
  })),
  ...['/stop_sequence', '/a~0b/~1c', '/', '/usage/0'].map((pointer) => ({
    member: 'additionalModelResponseFieldPaths[]',
    check: `${pointer} passes, and is ignored where nothing is`,
    source: 'D' as const,
    body: { ...asking, additionalModelResponseFieldPaths: [pointer] },
  })),
  ...(['open', 'aws'] as const).map((mode) => ({
    member: schemaPath,
    check: 'no deeper than 200 levels',
    source: 'O' as const,
    mode,
    modelId: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    body: { ...asking, ...textFormat(`${'{"a":'.repeat(9_000)}1${'}'.repeat(9_000)}`) },
    refused: `The value at ${schemaPath} nests deeper than 200 levels. Reduce its depth and try again.`,
  })),
  {
    member: 'guardrailConfig',
    check: 'identifier and version together',
    source: 'I',
    body: { ...asking, guardrailConfig: { guardrailVersion: '1' } },
    refused:
      'The guardrailIdentifier and guardrailVersion fields of guardrailConfig must be provided together. Provide both and try again.',
  },
  {
    member: 'guardrailConfig',
    check: 'a guardrail that is there',
    source: 'F',
    body: {
      ...asking,
      guardrailConfig: { guardrailIdentifier: 'abc', guardrailVersion: 'DRAFT', trace: 'enabled' },
    },
    refused: 'The guardrail identifier or version provided in the request does not exist.',
  },
  {
    member: 'promptVariables',
    check: 'ignored without a prompt',
    source: 'D',
    body: { ...asking, promptVariables: { name: { text: 'Ada' } } },
  },
  {
    member: 'requestMetadata',
    check: 'values of the alphabet',
    source: 'F',
    body: { ...asking, requestMetadata: { user: '{"id":"a"}', team: 'a?b' } },
    refused: `1 validation error detected: Value at 'requestMetadata' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 256, Member must have length greater than or equal to 0, Member must satisfy regular expression pattern: ${metadataPattern(0)}]`,
  },
  {
    member: 'requestMetadata',
    check: 'keys of the alphabet, told before the values',
    source: 'I',
    body: { ...asking, requestMetadata: { 'a?b': 'c?d', '': 'blue' } },
    refused: `2 validation errors detected: Value at 'requestMetadata' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 256, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: ${metadataPattern(1)}]; Value at 'requestMetadata' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 256, Member must have length greater than or equal to 0, Member must satisfy regular expression pattern: ${metadataPattern(0)}]`,
  },
  {
    member: 'requestMetadata',
    check: 'pairs pass',
    source: 'M',
    body: { ...asking, requestMetadata: { team: 'blue', 'cost center': '4711' } },
  },
];

export const documentCases: readonly Case[] = [
  ...documents.flatMap(inAll),
  ...fields.flatMap(inTwo),
];
