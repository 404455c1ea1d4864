// What an answer consists of, and in which order: reasoning, text, JSON, calls.

import { expect, test } from 'vitest';

import { createFakeModel, type Say, toTokens } from '../../../test/fake-model.ts';
import { generate, type GenerationEnd, type GenerationOptions } from './generation.ts';
import { usualFormats } from './native-tools/call-format.ts';
import type { CallOptions, CallStep } from './native-tools/write-calls.ts';
import type { Piece } from './reasoning.ts';
import { compileSchema } from './tools/validator.ts';

function toolOf(name: string, properties = {}, required: readonly string[] = []) {
  const schema = { type: 'object', properties, required };
  return { name, description: '', schema, validator: compileSchema(schema) };
}

const weather = toolOf('get_weather', { city: { type: 'string' } }, ['city']);
const bounded = toolOf('set_level', { level: { type: 'number', maximum: 3 } }, ['level']);
const [hermes, , , , llama] = usualFormats;

function callsOf(format = hermes, choice: CallOptions['choice'] = 'auto'): CallOptions {
  if (format === undefined) throw new Error('There are usual formats.');
  return { format, tools: [weather, bounded], choice };
}

interface Answer extends GenerationEnd {
  readonly reasoning: string;
  readonly text: string;
  readonly calls: readonly CallStep['call'][];
}

async function answerOf(say: Say, options: Partial<GenerationOptions> = {}): Promise<Answer> {
  const { loaded, slot } = createFakeModel(say);
  const steps = generate(loaded, slot, {
    prompt: { tokens: toTokens('Q:'), starts: [0] },
    sampling: { temperature: 0, topP: 1, topK: 1, seed: 1 },
    maxTokens: 500,
    stopSequences: [],
    signal: new AbortController().signal,
    ...options,
  });
  const pieces: (Piece | CallStep)[] = [];
  for (;;) {
    const { done, value } = await steps.next();
    if (done === true) {
      return {
        ...value,
        reasoning: pieces.map((piece) => ('reasoning' in piece ? piece.reasoning : '')).join(''),
        text: pieces.map((piece) => ('text' in piece ? piece.text : '')).join(''),
        calls: pieces.flatMap((piece) => ('call' in piece ? [piece.call] : [])),
      };
    }
    pieces.push(value);
  }
}

/** Free text once, then the end; what grammars ask for is told by what stands before. */
function speaker(free: string, inputs: readonly string[] = []): Say {
  const left = [...inputs];
  const texts = [free];
  return (_context, grammar) => (grammar === undefined ? texts.shift() : left.shift()) ?? '';
}

const inParis = { name: 'get_weather', input: { city: 'Paris' } };

test('a call between tags is a call, and what stands before it is text', async () => {
  const written =
    'Let me look.\n<tool_call>\n{"name": "get_weather", "arguments": {"city": "Rome"}}';
  const say = speaker(written, ['get_weather', '{"city": "Paris"}']);
  expect(await answerOf(say, { calls: callsOf() })).toMatchObject({
    text: 'Let me look.',
    calls: [inParis],
    stopReason: 'tool_use',
  });
});

test('bare JSON is a call where it names an offered tool, else text', async () => {
  const say = speaker('{"name": "get_weather", "parameters": {', ['{"city": "Paris"}']);
  expect(await answerOf(say, { calls: callsOf(llama) })).toMatchObject({
    text: '',
    calls: [inParis],
  });
  for (const text of ['{"name": "Kim", "parameters": {}}', '{"name": "get_weather"}', '<tool']) {
    const answer = await answerOf(speaker(text), { calls: callsOf(llama) });
    expect(answer, text).toMatchObject({ text, calls: [], stopReason: 'end_turn' });
  }
});

test('several calls come in one turn, the same one but once', async () => {
  const next = '\n<tool_call>\n{';
  const free = ['<tool_call>\n{', next, next];
  const inputs = ['get_weather', '{"city": "Paris"}', 'set_level', '{"level": 2}'];
  const again = ['get_weather', '{"city": "Paris"}'];
  const left = [...inputs, ...again];
  const say: Say = (_context, grammar) => (grammar === undefined ? free : left).shift() ?? '';
  const { calls, stopReason } = await answerOf(say, { calls: callsOf() });
  expect(calls).toEqual([inParis, { name: 'set_level', input: { level: 2 } }]);
  expect(stopReason).toBe('tool_use');
});

test('a forced call begins without the model, and only its tool is offered', async () => {
  const contexts: string[] = [];
  const say: Say = (context, grammar) => {
    contexts.push(context);
    return grammar === undefined ? 'I am done.' : '{"city": "Paris"}';
  };
  const { calls, text } = await answerOf(say, { calls: callsOf(hermes, weather) });
  expect({ calls, text }).toEqual({ calls: [inParis], text: '' });
  expect(contexts[0]).toBe('Q:<tool_call>\n{"name": "get_weather", "arguments": ');
  expect(contexts[1]).toBe(`${contexts[0]}{"city": "Paris"}}\n</tool_call>`);
});

test('an input that no grammar can promise is written once more, then given up', async () => {
  const once = speaker('', ['{"level": 7}', '{"level": 2}']);
  const forced = { calls: callsOf(hermes, bounded) };
  expect((await answerOf(once, forced)).calls).toEqual([
    { name: 'set_level', input: { level: 2 } },
  ]);
  const never = speaker('', ['{"level": 7}', '{"level": 8}']);
  await expect(answerOf(never, forced)).rejects.toMatchObject({
    name: 'ModelErrorException',
    message: expect.stringContaining('invalid sequence as part of ToolUse'),
  });
});

test('a call that has no room left is left out', async () => {
  const say = speaker('', ['{"city": "Paris"}']);
  const options = { calls: callsOf(hermes, weather), maxTokens: 60 };
  expect(await answerOf(say, options)).toMatchObject({
    calls: [],
    stopReason: 'max_tokens',
    outputTokens: 60,
  });
});

test('what is reasoned before a call is reasoning', async () => {
  const free = '<think>\nThe weather.\n</think>\n\n<tool_call>\n{';
  const say = speaker(free, ['get_weather', '{"city": "Paris"}']);
  const options = { calls: callsOf(), startsInReasoning: false };
  expect(await answerOf(say, options)).toMatchObject({
    reasoning: 'The weather.',
    text: '',
    calls: [inParis],
  });
});

test('a schema holds behind the reasoning that the template began', async () => {
  const say = speaker('Hm, so.\n</think>', ['{"a": 1}']);
  const options = { schema: { type: 'object' }, startsInReasoning: true };
  expect(await answerOf(say, options)).toMatchObject({
    reasoning: 'Hm, so.',
    text: '{"a": 1}',
    stopReason: 'end_turn',
  });
});

test('reasoning without an end is closed before JSON and forced calls', async () => {
  const contexts: string[] = [];
  const say: Say = (context, grammar) => {
    contexts.push(context);
    return grammar === undefined ? 'Hm' : '{"city": "Paris"}';
  };
  const calls = callsOf(hermes, weather);
  const { reasoning, calls: made } = await answerOf(say, { calls, startsInReasoning: true });
  expect({ reasoning, made }).toEqual({ reasoning: 'Hm', made: [inParis] });
  expect(contexts[1]).toMatch(/^Q:Hm\n<\/think>\n\n<tool_call>/);
});

test('with a schema the model calls, or its answer is JSON', async () => {
  const options = { calls: callsOf(), schema: { type: 'object' } };
  const called = speaker('<tool_call>\n{', ['get_weather', '{"city": "Paris"}']);
  expect(await answerOf(called, options)).toMatchObject({ text: '', calls: [inParis] });
  const contexts: string[] = [];
  const spoken: Say = (context, grammar) => {
    contexts.push(context);
    return grammar === undefined ? 'It is sunny.' : '{"sky": "clear"}';
  };
  expect(await answerOf(spoken, options)).toMatchObject({ text: '{"sky": "clear"}', calls: [] });
  expect(contexts[1]).toBe('Q:');
});

test('stop sequences end the text before a call, and nothing of a call', async () => {
  const options = { calls: callsOf(), stopSequences: ['STOP', 'Paris'] };
  const stopped = speaker('One STOP <tool_call>{');
  expect(await answerOf(stopped, options)).toMatchObject({
    text: 'One ',
    calls: [],
    stopReason: 'stop_sequence',
  });
  const called = speaker('<tool_call>{', ['get_weather', '{"city": "Paris"}']);
  expect((await answerOf(called, options)).calls).toEqual([inParis]);
});

test('an abort ends the writing within a call', async () => {
  const controller = new AbortController();
  const say: Say = () => {
    controller.abort(new Error('gone'));
    return '{"city": "Paris"}';
  };
  const { signal } = controller;
  const answer = answerOf(say, { calls: callsOf(hermes, weather), signal });
  await expect(answer).rejects.toThrow('gone');
});

test('what a sequence has kept of a prompt is not told in the usage', async () => {
  const { loaded, slot } = createFakeModel(() => 'Yes.');
  const ends: GenerationEnd[] = [];
  for (let round = 0; round < 2; round += 1) {
    const steps = generate(loaded, slot, {
      prompt: { tokens: toTokens('Is it?'), starts: [0] },
      sampling: { temperature: 0, topP: 1, topK: 1, seed: 1 },
      maxTokens: 500,
      stopSequences: [],
      signal: new AbortController().signal,
    });
    for (;;) {
      const step = await steps.next();
      if (step.done !== true) continue;
      ends.push(step.value);
      break;
    }
  }
  const whole = { stopReason: 'end_turn', inputTokens: 6, outputTokens: 4 };
  expect(ends).toEqual([whole, whole]);
});
