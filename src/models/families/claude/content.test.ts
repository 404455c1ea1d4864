// Blocks that are the same in Converse and in the Messages format.

import { expect, test } from 'vitest';
import type { ContentBlock } from '../../../protocol/api/types.generated.ts';
import { createLosses } from '../losses.ts';
import type { JsonObject } from '../native-json.ts';
import { fromNativeContent } from './content-from-native.ts';
import { toNativeContent } from './content-to-native.ts';

const bytes = Buffer.from('%PDF-1.7');
const data = bytes.toString('base64');

function nativeBlocksOf(content: readonly ContentBlock[]) {
  const losses = createLosses();
  return { blocks: toNativeContent(content, { path: 'content', losses }), losses: losses.list };
}

function blocksOf(content: unknown) {
  const losses = createLosses();
  return { blocks: fromNativeContent(content, { path: 'content', losses }), losses: losses.list };
}

const charLocation = { document_index: 1, start_char_index: 2, end_char_index: 3 };
const hit = { type: 'web_search_result', url: 'https://example.com', encrypted_content: 'e' };

// Block of Converse, block of the native format: each is the other's exact counterpart.
const pairs: readonly (readonly [string, ContentBlock, JsonObject])[] = [
  ['text', { text: 'Hi' }, { type: 'text', text: 'Hi' }],
  [
    'an image',
    { image: { format: 'png', source: { bytes } } },
    { type: 'image', source: { type: 'base64', media_type: 'image/png', data } },
  ],
  [
    'a PDF file',
    {
      document: {
        format: 'pdf',
        name: 'Report',
        source: { bytes },
        context: 'Of 2024',
        citations: { enabled: true },
      },
    },
    {
      type: 'document',
      source: { type: 'base64', media_type: 'application/pdf', data },
      title: 'Report',
      context: 'Of 2024',
      citations: { enabled: true },
    },
  ],
  [
    'a document of text',
    { document: { name: 'Report', source: { text: 'Text' } } },
    {
      type: 'document',
      source: { type: 'text', media_type: 'text/plain', data: 'Text' },
      title: 'Report',
    },
  ],
  [
    'a document of blocks',
    { document: { name: 'Report', source: { content: [{ text: 'a' }, { text: 'b' }] } } },
    {
      type: 'document',
      source: {
        type: 'content',
        content: [
          { type: 'text', text: 'a' },
          { type: 'text', text: 'b' },
        ],
      },
      title: 'Report',
    },
  ],
  [
    'a search result',
    {
      searchResult: {
        source: 's',
        title: 't',
        content: [{ text: 'a' }],
        citations: { enabled: false },
      },
    },
    {
      type: 'search_result',
      source: 's',
      title: 't',
      content: [{ type: 'text', text: 'a' }],
      citations: { enabled: false },
    },
  ],
  [
    'the use of a tool',
    { toolUse: { toolUseId: 'a', name: 'f', input: { x: null } } },
    { type: 'tool_use', id: 'a', name: 'f', input: { x: null } },
  ],
  [
    "the use of the maker's own tool",
    { toolUse: { toolUseId: 'a', name: 'web_search', input: {}, type: 'server_tool_use' } },
    { type: 'server_tool_use', id: 'a', name: 'web_search', input: {} },
  ],
  [
    'the hits of a search',
    { toolResult: { toolUseId: 'a', type: 'web_search_tool_result', content: [{ json: hit }] } },
    { type: 'web_search_tool_result', tool_use_id: 'a', content: [hit] },
  ],
  [
    'a search without hits',
    { toolResult: { toolUseId: 'a', type: 'web_search_tool_result', content: [] } },
    { type: 'web_search_tool_result', tool_use_id: 'a', content: [] },
  ],
  [
    'a search that failed',
    {
      toolResult: {
        toolUseId: 'a',
        type: 'web_search_tool_result',
        status: 'error',
        content: [{ json: { type: 'web_search_tool_result_error', error_code: 'unavailable' } }],
      },
    },
    {
      type: 'web_search_tool_result',
      tool_use_id: 'a',
      content: { type: 'web_search_tool_result_error', error_code: 'unavailable' },
    },
  ],
  [
    'the result of running code',
    {
      toolResult: {
        toolUseId: 'a',
        type: 'code_execution_tool_result',
        content: [{ json: { type: 'code_execution_result', stdout: '4' } }],
      },
    },
    {
      type: 'code_execution_tool_result',
      tool_use_id: 'a',
      content: { type: 'code_execution_result', stdout: '4' },
    },
  ],
  [
    'a failed result of several parts',
    {
      toolResult: {
        toolUseId: 'a',
        status: 'error',
        content: [
          { text: 'a' },
          { image: { format: 'webp', source: { bytes } } },
          { document: { name: 'Report', source: { text: 'Text' } } },
          { searchResult: { source: 's', title: 't', content: [] } },
        ],
      },
    },
    {
      type: 'tool_result',
      tool_use_id: 'a',
      content: [
        { type: 'text', text: 'a' },
        { type: 'image', source: { type: 'base64', media_type: 'image/webp', data } },
        {
          type: 'document',
          source: { type: 'text', media_type: 'text/plain', data: 'Text' },
          title: 'Report',
        },
        { type: 'search_result', source: 's', title: 't', content: [] },
      ],
      is_error: true,
    },
  ],
  [
    'a result that is said to be one',
    { toolResult: { toolUseId: 'a', status: 'success', content: [] } },
    { type: 'tool_result', tool_use_id: 'a', content: [], is_error: false },
  ],
  [
    'signed reasoning',
    { reasoningContent: { reasoningText: { text: 'Hm', signature: 'c2ln' } } },
    { type: 'thinking', thinking: 'Hm', signature: 'c2ln' },
  ],
  [
    'reasoning that is kept secret',
    { reasoningContent: { redactedContent: bytes } },
    { type: 'redacted_thinking', data },
  ],
  [
    'citations of every place',
    {
      citationsContent: {
        content: [{ text: 'It is so' }],
        citations: [
          {
            title: 'Report',
            sourceContent: [{ text: 'so' }],
            location: { documentChar: { documentIndex: 1, start: 2, end: 3 } },
          },
          { title: 'Report', location: { documentPage: { documentIndex: 0, start: 1, end: 2 } } },
          { title: 'Report', location: { documentChunk: { documentIndex: 0, start: 1, end: 2 } } },
          {
            title: 't',
            source: 's',
            location: { searchResultLocation: { searchResultIndex: 4, start: 0, end: 1 } },
          },
          { title: 't', source: 'Eo8', location: { web: { url: 'https://example.com' } } },
        ],
      },
    },
    {
      type: 'text',
      text: 'It is so',
      citations: [
        { type: 'char_location', cited_text: 'so', document_title: 'Report', ...charLocation },
        {
          type: 'page_location',
          cited_text: '',
          document_index: 0,
          document_title: 'Report',
          start_page_number: 1,
          end_page_number: 2,
        },
        {
          type: 'content_block_location',
          cited_text: '',
          document_index: 0,
          document_title: 'Report',
          start_block_index: 1,
          end_block_index: 2,
        },
        {
          type: 'search_result_location',
          cited_text: '',
          search_result_index: 4,
          source: 's',
          title: 't',
          start_block_index: 0,
          end_block_index: 1,
        },
        {
          type: 'web_search_result_location',
          cited_text: '',
          url: 'https://example.com',
          title: 't',
          encrypted_index: 'Eo8',
        },
      ],
    },
  ],
  [
    'a tool that comes in later',
    { toolAddition: { tool: { type: 'tool_reference', name: 'f' } } },
    { type: 'tool_addition', tool: { type: 'tool_reference', name: 'f' } },
  ],
  [
    'a set of tools that goes',
    { toolRemoval: { tool: { type: 'mcp_toolset_reference', serverName: 's' } } },
    { type: 'tool_removal', tool: { type: 'mcp_toolset_reference', server_name: 's' } },
  ],
];

test.each(pairs)('%s is the same in both formats', (_name, block, native) => {
  expect(nativeBlocksOf([block])).toEqual({ blocks: [native], losses: [] });
  expect(blocksOf([native])).toEqual({ blocks: [block], losses: [] });
});
