// Blocks that one of Converse and the Messages format cannot carry as they are.

import { expect, test } from 'vitest';
import type { ContentBlock } from '../../../protocol/api/types.generated.ts';
import { createLosses } from '../losses.ts';
import type { JsonObject } from '../native-json.ts';
import { fromNativeContent } from './content-from-native.ts';
import { toNativeContent } from './content-to-native.ts';

const bytes = Buffer.from('%PDF-1.7');

function nativeBlocksOf(content: readonly ContentBlock[]) {
  const losses = createLosses();
  return { blocks: toNativeContent(content, { path: 'content', losses }), losses: losses.list };
}

function blocksOf(content: unknown) {
  const losses = createLosses();
  return { blocks: fromNativeContent(content, { path: 'content', losses }), losses: losses.list };
}

test('JSON in the result of a tool is text', () => {
  expect(
    nativeBlocksOf([{ toolResult: { toolUseId: 'a', content: [{ json: { a: [1] } }] } }]).blocks,
  ).toEqual([
    { type: 'tool_result', tool_use_id: 'a', content: [{ type: 'text', text: '{"a":[1]}' }] },
  ]);
});

test.each(['csv', 'html', 'md', 'txt'] as const)('a file of %s is sent as plain text', (format) => {
  const source = { bytes: Buffer.from('1,é') };
  const { blocks, losses } = nativeBlocksOf([{ document: { format, name: 'a', source } }]);
  const plain = { type: 'text', media_type: 'text/plain', data: '1,é' };
  expect(blocks).toEqual([{ type: 'document', source: plain, title: 'a' }]);
  expect(losses).toEqual([
    {
      member: 'content.0.document.source',
      handling: 'changed',
      reason: `a ${format} file is sent as plain text`,
    },
  ]);
});

test('the first bytes tell what a document without a format is', () => {
  const [pdf, plain] = ['%PDF-1.7', '%PDF'].map((text) => {
    const document = { name: 'a', source: { bytes: Buffer.from(text) } };
    return nativeBlocksOf([{ document }]).blocks;
  });
  expect(pdf).toMatchObject([{ source: { media_type: 'application/pdf' } }]);
  expect(plain).toMatchObject([{ source: { type: 'text', data: '%PDF' } }]);
});

const toolUse = { type: 'tool_use', id: 'a', name: 'f', input: {} };
const plainSource = { type: 'text', media_type: 'text/plain', data: 'Text' };
const marked = { type: 'text', text: 'a', cache_control: { type: 'ephemeral' } };
const contentSource = { type: 'content', content: [marked] };

// What Converse has no place for.
const fromNativeLosses: readonly (readonly [string, JsonObject, readonly string[]])[] = [
  [
    'who calls a tool',
    { ...toolUse, caller: { type: 'code_execution_20250825' }, toolset_name: 's' },
    ['content.0.caller', 'content.0.toolset_name'],
  ],
  ['a direct caller', { ...toolUse, caller: { type: 'direct' } }, []],
  [
    'a cache point within a result',
    { type: 'tool_result', tool_use_id: 'a', content: [marked] },
    ['content.0.content'],
  ],
  [
    'a cache point within a document',
    { type: 'document', source: contentSource, title: 'a' },
    ['content.0.cache_control'],
  ],
  [
    'that a document has no title',
    { type: 'document', source: plainSource },
    ['content.0.document.name'],
  ],
  [
    'letters of a title',
    { type: 'document', source: plainSource, title: 'report.pdf' },
    ['content.0.document.name'],
  ],
  [
    'redacted data that is not as it would be written',
    { type: 'redacted_thinking', data: 'a-b_' },
    ['content.0'],
  ],
];

test.each(fromNativeLosses)('%s is told where it is lost', (_name, block, members) => {
  expect(blocksOf([block]).losses.map(({ member }) => member)).toEqual(members);
});

test('documents without a usable title are named apart', () => {
  const content = [
    { type: 'document', source: plainSource },
    { type: 'document', source: plainSource, title: null },
    { type: 'document', source: plainSource, title: 'über  das.pdf' },
    { type: 'document', source: plainSource, title: 'x'.repeat(201) },
  ];
  const names = blocksOf(content).blocks?.map((block) =>
    'document' in block ? block.document.name : '',
  );
  expect(names).toEqual(['Document 0', 'Document 1', '-ber- das-pdf', 'x'.repeat(200)]);
});

// What the format has no place for is refused, never dropped.
const refusals: readonly (readonly [string, readonly ContentBlock[], string])[] = [
  [
    'video',
    [{ video: { format: 'mp4', source: { bytes } } }],
    "This model doesn't support the video content block that you provided. " +
      'Update the content block and try again.',
  ],
  [
    'a file that only a program reads',
    [{ document: { format: 'docx', name: 'a', source: { bytes } } }],
    "This model doesn't support the document content block that you provided. " +
      'Update the content block and try again.',
  ],
  [
    'an image in S3',
    [{ image: { format: 'png', source: { s3Location: { uri: 's3://a/b' } } } }],
    "This model doesn't support the s3Uri field. Remove s3Uri and try again.",
  ],
  [
    "the result of another maker's tool",
    [{ toolResult: { toolUseId: 'a', type: 'nova_code_interpreter_result', content: [] } }],
    "This model doesn't support the toolResult.type field. Remove toolResult.type and try again.",
  ],
];

test.each(refusals)('%s is refused', (_name, content, message) => {
  expect(() => nativeBlocksOf(content)).toThrow(
    expect.objectContaining({ name: 'ValidationException', message }),
  );
});

const noBase64 = ['', 'a-b_', 'YQ', 'not base64'];

test.each(noBase64)('bytes written as %j are refused', (data) => {
  const message = 'content.0.image.source.base64: invalid base64 data';
  const source = { type: 'base64', media_type: 'image/png', data };
  expect(() => blocksOf([{ type: 'image', source }])).toThrow(
    expect.objectContaining({ name: 'ValidationException', message }),
  );
});

test('an image of another kind is refused', () => {
  const source = { type: 'base64', media_type: 'image/tiff', data: 'YQ==' };
  expect(() => blocksOf([{ type: 'image', source }])).toThrow(
    "content.0.image.source.base64.media_type: Input should be 'image/jpeg', 'image/png', " +
      "'image/gif' or 'image/webp'",
  );
});
