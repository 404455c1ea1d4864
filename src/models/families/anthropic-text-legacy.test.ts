// Claude's text completions: prompts of turns, and why a completion ended.

import { expect, test } from 'vitest';
import type { ConverseResponse, Message } from '../../protocol/api/types.generated.ts';
import { pushAll } from '../../protocol/stream/decoder.ts';
import type { ConverseStreamEvent } from '../../protocol/stream/events.ts';
import { anthropicTextLegacy } from './anthropic-text-legacy.ts';
import type { AnswerContext, Conversation } from './family.ts';
import type { JsonObject } from './native-json.ts';

function contextOf(request: Conversation = {}): AnswerContext {
  return {
    modelId: 'anthropic.claude-v2:1',
    maxTokens: 8191,
    request,
    responseId: '0123456789abcdef01234567',
    createdSeconds: 0,
    latencyMs: () => 5,
    createToolUseId: () => 'tooluse_0000000000000000000000',
  };
}

function encode(request: Conversation) {
  return anthropicTextLegacy.encodeRequest(request, contextOf());
}

function decode(native: JsonObject) {
  return anthropicTextLegacy.decodeRequest({ max_tokens_to_sample: 9, ...native }, contextOf());
}

function said(role: Message['role'], text: string): Message {
  return { role, content: [{ text }] };
}

const prompts: readonly (readonly [string, Conversation, string])[] = [
  ['one turn', { messages: [said('user', 'Hi')] }, '\n\nHuman: Hi\n\nAssistant:'],
  [
    'system text and several turns',
    {
      system: [{ text: 'Be kind.' }],
      messages: [said('user', 'Hi'), said('assistant', 'Hello'), said('user', 'How are you?')],
    },
    'Be kind.\n\nHuman: Hi\n\nAssistant: Hello\n\nHuman: How are you?\n\nAssistant:',
  ],
  [
    'an answer that is begun',
    { messages: [said('user', 'Hi'), said('assistant', 'Hel')] },
    '\n\nHuman: Hi\n\nAssistant: Hel',
  ],
];

test.each(prompts)('%s is the same in both formats', (_name, request, prompt) => {
  const { value, losses } = encode(request);
  expect(losses).toEqual([]);
  expect(value).toEqual({ prompt, max_tokens_to_sample: 8191 });
  expect(decode({ prompt }).value).toEqual({ ...request, inferenceConfig: { maxTokens: 9 } });
});

test('the members of a request are the same in both formats', () => {
  const request: Conversation = {
    messages: [said('user', 'Hi')],
    inferenceConfig: { maxTokens: 9, temperature: 0.5, topP: 0.9, stopSequences: ['END'] },
    additionalModelRequestFields: { top_k: 3 },
  };
  const native = {
    prompt: '\n\nHuman: Hi\n\nAssistant:',
    max_tokens_to_sample: 9,
    temperature: 0.5,
    top_p: 0.9,
    top_k: 3,
    stop_sequences: ['END'],
  };
  expect(encode(request).value).toEqual(native);
  const paths = { additionalModelResponseFieldPaths: ['/stop', '/stop_sequence'] };
  const usual = { anthropic_version: 'v', stop_sequences: ['END', '\n\nHuman:'] };
  expect(decode({ ...native, ...usual }).value).toEqual({ ...request, ...paths });
});

test('a text that holds the mark of a turn is told', () => {
  const { value, losses } = encode({ messages: [said('user', 'a\n\nAssistant: b')] });
  expect(value['prompt']).toBe('\n\nHuman: a\n\nAssistant: b\n\nAssistant:');
  const reason = 'its text holds "Assistant:" after an empty line, which begins a turn';
  expect(losses).toEqual([{ member: 'messages.0.content', handling: 'changed', reason }]);
});

const refused: readonly (readonly [JsonObject, string])[] = [
  [{ prompt: 'Hi' }, 'Invalid prompt: prompt must start with "\n\nHuman:" turn'],
  [
    { prompt: '\n\nAssistant: Hi\n\nHuman: Hi' },
    'Invalid prompt: prompt must start with "\n\nHuman:" turn',
  ],
  [{ prompt: '\n\nHuman: Hi' }, 'Invalid prompt: prompt must end with "\n\nAssistant:" turn'],
  [
    { messages: [], prompt: '' },
    'Malformed input request: #: extraneous key [messages] is not permitted, ' +
      'please reformat your input and try again.',
  ],
  [
    {},
    'Malformed input request: #: required key [prompt] not found, ' +
      'please reformat your input and try again.',
  ],
];

test.each(refused)('%j is refused', (native, message) => {
  expect(() => decode(native)).toThrow(
    expect.objectContaining({ name: 'ValidationException', message }),
  );
});

test('tools and system messages within the conversation are refused', () => {
  const toolSpec = { name: 'f', inputSchema: { json: {} } };
  expect(() => encode({ toolConfig: { tools: [{ toolSpec }] } })).toThrow('toolConfig');
  expect(() => encode({ messages: [said('system', 'Be kind.')] })).toThrow('system');
});

const answer: ConverseResponse = {
  output: { message: said('assistant', 'Hi') },
  stopReason: 'end_turn',
  usage: { inputTokens: 0, outputTokens: 0, totalTokens: 0 },
  metrics: { latencyMs: 5 },
};
const stopped = { ...answer, stopReason: 'stop_sequence' } as const;

const answers: readonly (readonly [string, ConverseResponse, JsonObject])[] = [
  ['a turn', answer, { completion: ' Hi', stop_reason: 'stop_sequence', stop: '\n\nHuman:' }],
  [
    'an answer cut short',
    { ...answer, stopReason: 'max_tokens' },
    { completion: ' Hi', stop_reason: 'max_tokens', stop: null },
  ],
  [
    'an answer ended by a sequence',
    { ...stopped, additionalModelResponseFields: { stop: 'END' } },
    { completion: ' Hi', stop_reason: 'stop_sequence', stop: 'END' },
  ],
];

test.each(answers)('%s is the same in both formats', (_name, response, members) => {
  const context = contextOf({ additionalModelResponseFieldPaths: ['/stop'] });
  const native = { type: 'completion', ...members };
  const { value, losses } = anthropicTextLegacy.encodeResponse(response, context);
  expect([value, losses]).toEqual([native, []]);
  const fields = { additionalModelResponseFields: { stop: members['stop'] } };
  const decoded = anthropicTextLegacy.decodeResponse(native, context).value;
  expect(decoded).toEqual({ ...response, ...fields });
});

test('of a stop sequence that is not known is told', () => {
  const request = { inferenceConfig: { stopSequences: ['END', 'STOP'] } };
  const { value, losses } = anthropicTextLegacy.encodeResponse(stopped, contextOf(request));
  expect(value).toMatchObject({ stop_reason: 'stop_sequence', stop: null });
  expect(losses).toMatchObject([{ member: 'stopReason' }]);
});

test('an answer that goes on with what was begun has no space before it', () => {
  const context = contextOf({ messages: [said('user', 'Hi'), said('assistant', 'Hel')] });
  const { value } = anthropicTextLegacy.encodeResponse(answer, context);
  expect(value['completion']).toBe('Hi');
  const native = { completion: ' lo', stop_reason: 'max_tokens' };
  const decoded = anthropicTextLegacy.decodeResponse(native, context).value;
  expect(decoded.output.message.content).toEqual([{ text: ' lo' }]);
});

const completion = ' Hello, world';

test.each(Array.from(completion, (_letter, at) => at))('a stream cut at %i is the same', (at) => {
  const decoder = anthropicTextLegacy.createStreamDecoder(contextOf());
  const pieces = [completion.slice(0, at), completion.slice(at)];
  const metrics = { inputTokenCount: 2, outputTokenCount: 3 };
  const events = pushAll(
    [
      ...pieces.map((piece) => ({ completion: piece, stop_reason: null, stop: null })),
      {
        completion: '',
        stop_reason: 'stop_sequence',
        stop: 'END',
        'amazon-bedrock-invocationMetrics': metrics,
      },
    ],
    decoder,
  );
  const text = events.map((event) => {
    const { delta = {} } = 'contentBlockDelta' in event ? event.contentBlockDelta : {};
    return 'text' in delta ? delta.text : '';
  });
  expect(text.join('')).toBe('Hello, world');
  expect(events.slice(-2)).toMatchObject([
    { messageStop: { stopReason: 'stop_sequence' } },
    { metadata: { usage: { inputTokens: 2, outputTokens: 3, totalTokens: 5 } } },
  ]);
});

test('a stream says the sequence that ended it', () => {
  const encoder = anthropicTextLegacy.createStreamEncoder(contextOf());
  const { usage, metrics } = answer;
  const events: readonly ConverseStreamEvent[] = [
    { messageStart: { role: 'assistant' } },
    { contentBlockDelta: { delta: { text: 'a' }, contentBlockIndex: 0 } },
    { contentBlockDelta: { delta: { text: 'b' }, contentBlockIndex: 0 } },
    { contentBlockStop: { contentBlockIndex: 0 } },
    {
      messageStop: {
        stopReason: 'stop_sequence',
        additionalModelResponseFields: { stop_sequence: 'END' },
      },
    },
    { metadata: { usage, metrics } },
  ];
  expect(pushAll(events, encoder)).toMatchObject([
    { completion: ' a', stop_reason: null, stop: null },
    { completion: 'b', stop_reason: null, stop: null },
    { completion: '', stop_reason: 'stop_sequence', stop: 'END' },
  ]);
  expect(encoder.end()).toEqual([]);
});
