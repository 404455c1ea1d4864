// What Anthropic's clients for Bedrock are asked, and what must come of it: one table for both.

import { expect } from 'vitest';
import { ask, model, schema, text, tool, use } from './case.ts';
import type { Case } from './case.ts';
import { failureCases } from './failure-cases.ts';

const toolUse = { toolUseId: use.id, name: use.name, input: use.input };
const reasoned = { reasoningText: { text: 'It is cold.', signature: 'c2lnbmF0dXJl' } };
const thinking = { type: 'thinking', thinking: 'It is cold.', signature: 'c2lnbmF0dXJl' };
const redacted = { type: 'redacted_thinking', data: 'c2VjcmV0' };

const answering = (...content: readonly object[]) => ({
  output: { message: { role: 'assistant', content } },
});

const texts: readonly Case[] = [
  {
    name: 'a message is answered',
    call: ask('create', 'Grüße an alle'),
    expected: {
      message: {
        id: expect.stringMatching(/^msg_bdrk_\w+$/) as unknown,
        type: 'message',
        role: 'assistant',
        content: [text('echo: Grüße an alle')],
        stop_reason: 'end_turn',
        stop_sequence: null,
        usage: { input_tokens: 3, output_tokens: 4 },
      },
    },
    sent: { anthropic_version: expect.any(String) as unknown, max_tokens: 2000 },
  },
  {
    name: 'a message is streamed',
    call: ask('events', 'streamed, ça va?'),
    expected: {
      events: expect.arrayContaining([
        {
          type: 'message_delta',
          delta: { stop_reason: 'end_turn', stop_sequence: null },
          usage: { input_tokens: 3, output_tokens: 4 },
        },
        {
          type: 'message_stop',
          'amazon-bedrock-invocationMetrics': {
            inputTokenCount: 3,
            outputTokenCount: 4,
            invocationLatency: expect.any(Number) as unknown,
            firstByteLatency: expect.any(Number) as unknown,
          },
        },
      ]) as unknown,
    },
    types: [
      ['message_start'],
      ['content_block_start'],
      ['content_block_delta', 4],
      ['content_block_stop'],
      ['message_delta'],
      ['message_stop'],
    ],
  },
  {
    name: 'a stream becomes the message that it is',
    call: ask('accumulate', 'gathered, ça va?'),
    expected: {
      text: 'echo: gathered, ça va?',
      message: {
        content: [text('echo: gathered, ça va?')],
        stop_reason: 'end_turn',
        usage: { input_tokens: 3, output_tokens: 4 },
      },
    },
  },
  {
    name: 'system texts, temperature and metadata go along',
    call: ask('create', 'under a system', {
      system: [{ ...text('Be brief.'), cache_control: { type: 'ephemeral' } }],
      temperature: 0.5,
      top_k: 5,
      metadata: { user_id: 'someone' },
    }),
    // The words of the system text are counted.
    expected: { message: { content: [text('echo: under a system')], usage: { input_tokens: 5 } } },
    sent: { system: [text('Be brief.')], top_k: 5 },
  },
  {
    name: 'max_tokens ends an answer',
    call: ask('create', 'one two three', { max_tokens: 2 }),
    expected: { message: { content: [text('echo: one')], stop_reason: 'max_tokens' } },
  },
  {
    name: 'a stop sequence ends an answer and is named',
    call: ask('create', 'four five six', { stop_sequences: [' five'] }),
    expected: {
      message: {
        content: [text('echo: four')],
        stop_reason: 'stop_sequence',
        stop_sequence: ' five',
      },
    },
  },
  {
    name: 'a stop sequence ends a stream and is named',
    call: ask('accumulate', 'seven eight nine', { stop_sequences: [' eight'] }),
    expected: {
      text: 'echo: seven',
      message: { stop_reason: 'stop_sequence', stop_sequence: ' eight' },
    },
  },
  {
    name: 'the beta namespace is the same, its betas in the body',
    call: ask('beta', 'with a beta', { betas: ['context-1m-2025-08-07'] }),
    expected: { message: { content: [text('echo: with a beta')] } },
    sent: { anthropic_beta: ['context-1m-2025-08-07'] },
  },
  {
    name: 'what the cache read and wrote is counted',
    call: ask('create', 'from the cache'),
    script: [
      {
        text: 'Cached.',
        usage: { inputTokens: 7, cacheReadInputTokens: 5, cacheWriteInputTokens: 2 },
      },
    ],
    expected: {
      message: {
        usage: { input_tokens: 7, cache_read_input_tokens: 5, cache_creation_input_tokens: 2 },
      },
    },
  },
  {
    name: 'an image and a document go along',
    call: ask('create', [
      text('look at both'),
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } },
      { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'Read me.' } },
    ]),
    expected: { message: { content: [text('echo: look at both')] } },
  },
  {
    name: 'an answer has the form that is asked for',
    call: ask('create', 'as JSON', { output_config: { format: { type: 'json_schema', schema } } }),
    expected: { message: { content: [text('{"city":"city"}')] } },
  },
];

const tools: readonly Case[] = [
  {
    name: 'a tool is called',
    call: ask('create', 'weather, whole?', { tools: [tool] }),
    script: [answering({ text: 'I will see.' }, { toolUse })],
    expected: { message: { content: [text('I will see.'), use], stop_reason: 'tool_use' } },
  },
  {
    name: 'a call is streamed in pieces',
    call: ask('events', 'weather, in pieces?', { tools: [tool] }),
    script: [{ ...answering({ toolUse }), stream: { chunk: 8 } }],
    expected: {
      events: expect.arrayContaining([
        expect.objectContaining({
          type: 'content_block_start',
          content_block: { type: 'tool_use', id: 'tooluse_1', name: 'get_weather', input: {} },
        }),
      ]) as unknown,
    },
    types: [
      ['message_start'],
      ['content_block_start'],
      ['content_block_delta', 4],
      ['content_block_stop'],
      ['message_delta'],
      ['message_stop'],
    ],
  },
  {
    name: 'a streamed call becomes the block that it is',
    call: ask('accumulate', 'weather, gathered?', { tools: [tool] }),
    script: [{ ...answering({ text: 'I will see.' }, { toolUse }), stream: { chunk: 5 } }],
    expected: {
      text: 'I will see.',
      message: { content: [text('I will see.'), use], stop_reason: 'tool_use' },
    },
  },
  {
    name: 'a tool that is chosen is called',
    call: ask('create', 'the tool that is chosen', {
      tools: [tool],
      tool_choice: { type: 'tool', name: 'get_weather' },
    }),
    expected: {
      message: {
        content: [{ type: 'tool_use', name: 'get_weather', input: { city: 'city' } }],
        stop_reason: 'tool_use',
      },
    },
  },
  {
    name: 'the result of a tool is answered',
    call: {
      kind: 'create',
      input: {
        model,
        max_tokens: 2000,
        tools: [tool],
        messages: [
          { role: 'user', content: 'weather, and its result?' },
          { role: 'assistant', content: [text('I will see.'), use] },
          {
            role: 'user',
            content: [{ type: 'tool_result', tool_use_id: 'tooluse_1', content: '54F' }],
          },
        ],
      },
    },
    expected: { message: { content: [text('result: 54F')], stop_reason: 'end_turn' } },
  },
  {
    name: 'the failure of a tool is answered',
    call: {
      kind: 'accumulate',
      input: {
        model,
        max_tokens: 2000,
        tools: [tool],
        messages: [
          { role: 'user', content: 'weather, and its failure?' },
          { role: 'assistant', content: [use] },
          {
            role: 'user',
            content: [
              {
                type: 'tool_result',
                tool_use_id: 'tooluse_1',
                is_error: true,
                content: [text('no such city')],
              },
            ],
          },
        ],
      },
    },
    expected: { text: 'error: no such city' },
  },
];

const budget = { thinking: { type: 'enabled', budget_tokens: 1024 } };

const thoughts: readonly Case[] = [
  {
    name: 'what the model thinks comes with its signature',
    call: ask('create', 'think, whole', budget),
    script: [answering({ reasoningContent: reasoned }, { text: 'Wear a coat.' })],
    expected: { message: { content: [thinking, text('Wear a coat.')] } },
    sent: budget,
  },
  {
    name: 'what the model thinks is streamed, its signature last',
    call: ask('events', 'think, in pieces', budget),
    script: [{ ...answering({ reasoningContent: reasoned }, { text: 'Wear a coat.' }) }],
    expected: {
      events: expect.arrayContaining([
        expect.objectContaining({ delta: { type: 'thinking_delta', thinking: ' cold.' } }),
        expect.objectContaining({
          delta: { type: 'signature_delta', signature: 'c2lnbmF0dXJl' },
        }),
      ]) as unknown,
    },
    types: [
      ['message_start'],
      ['content_block_start'],
      ['content_block_delta', 4],
      ['content_block_stop'],
      ['content_block_start'],
      ['content_block_delta', 3],
      ['content_block_stop'],
      ['message_delta'],
      ['message_stop'],
    ],
  },
  {
    name: 'streamed thoughts become the block that they are',
    call: ask('accumulate', 'think, gathered', budget),
    script: [answering({ reasoningContent: reasoned }, { text: 'Wear a coat.' })],
    expected: { text: 'Wear a coat.', message: { content: [thinking, text('Wear a coat.')] } },
  },
  {
    name: 'redacted thoughts come as they are',
    call: ask('create', 'think, in secret', budget),
    script: [answering({ reasoningContent: { redactedContent: redacted.data } }, { text: 'Yes.' })],
    expected: { message: { content: [redacted, text('Yes.')] } },
  },
  {
    name: 'thoughts go back before the call that they led to',
    call: {
      kind: 'create',
      input: {
        model,
        max_tokens: 2000,
        ...budget,
        tools: [tool],
        messages: [
          { role: 'user', content: 'weather, thought about?' },
          { role: 'assistant', content: [thinking, redacted, use] },
          {
            role: 'user',
            content: [{ type: 'tool_result', tool_use_id: 'tooluse_1', content: '12C' }],
          },
        ],
      },
    },
    expected: { message: { content: [text('result: 12C')] } },
  },
];

export const cases: readonly Case[] = [...texts, ...tools, ...thoughts, ...failureCases];
