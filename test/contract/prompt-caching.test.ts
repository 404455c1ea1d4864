// Beginnings of prompts that places keep: cache points, what usage says, and who is asked again.

import { devNull } from 'node:os';
import { expect, onTestFinished, test } from 'vitest';
import { createEnvironment } from '../../src/environment.ts';
import type { ConverseResponse } from '../../src/protocol/api/types.generated.ts';
import type { Loss } from '../../src/protocol/loss.ts';
import type { ConfigInput } from '../../src/service/config.ts';
import { loadConfig } from '../../src/service/config.ts';
import type { Engine } from '../../src/service/engine.ts';
import { createEngine, createNotes } from '../../src/service/engine.ts';
import { answerJson, startPlace } from './providers-server.ts';

const modelId = 'anthropic.claude-sonnet-4-20250514-v1:0';

async function startEngine(
  providers: ConfigInput['providers'],
  places: NonNullable<ConfigInput['models']>[string],
): Promise<Engine> {
  const engine = await createEngine({
    config: loadConfig({ file: devNull, flags: { providers, models: { '*': places } } }),
    environment: createEnvironment({ logLevel: 'silent' }),
    weights: () => Promise.reject(new Error('A place beyond this process needs no weights.')),
  });
  onTestFinished(() => engine.close());
  return engine;
}

interface Answered {
  readonly usage: ConverseResponse['usage'];
  readonly losses: readonly Loss[];
}

async function ask(engine: Engine, request: object): Promise<Answered> {
  const notes = createNotes();
  const { signal } = new AbortController();
  const call = { signal, notes, region: null };
  const output = await engine.run('Converse', { modelId, ...request }, call);
  if (!('body' in output)) throw new Error('Converse answers whole');
  return { usage: (output.body as ConverseResponse).usage, losses: notes.losses };
}

function claudeAnswer(usage: object) {
  return {
    type: 'message',
    role: 'assistant',
    content: [{ type: 'text', text: 'Yes.' }],
    stop_reason: 'end_turn',
    usage: { input_tokens: 3, output_tokens: 2, ...usage },
  };
}

function chatAnswer(usage: object) {
  const message = { role: 'assistant', content: 'Yes.' };
  return {
    choices: [{ index: 0, message, finish_reason: 'stop' }],
    usage: { prompt_tokens: 10, completion_tokens: 2, total_tokens: 12, ...usage },
  };
}

const cachePoint = { cachePoint: { type: 'default' } };
const cached = {
  system: [{ text: 'Be brief.' }, cachePoint],
  messages: [{ role: 'user', content: [{ text: 'Is it?' }, cachePoint] }],
};

test('cache points go to a place that has them, and what it read and wrote is told', async () => {
  const counts = { cache_read_input_tokens: 7, cache_creation_input_tokens: 4 };
  const place = await startPlace(answerJson(claudeAnswer(counts)));
  const there = { type: 'anthropic', baseUrl: place.origin } as const;
  const { usage, losses } = await ask(await startEngine({ there }, { provider: 'there' }), cached);
  const marked = { cache_control: { type: 'ephemeral' } };
  expect(place.got[0]?.body).toMatchObject({
    system: [marked],
    messages: [{ content: [marked] }],
  });
  expect(losses).toEqual([]);
  expect(usage).toEqual({
    inputTokens: 3,
    outputTokens: 2,
    totalTokens: 16,
    cacheReadInputTokens: 7,
    cacheWriteInputTokens: 4,
  });
});

test.each(['openai-compatible', 'mistral'] as const)(
  'cache points that %s has not are losses, and what it read from its own cache is told',
  async (type) => {
    const place = await startPlace(
      answerJson(chatAnswer({ prompt_tokens_details: { cached_tokens: 6 } })),
    );
    const baseUrl = type === 'mistral' ? place.origin : `${place.origin}/v1`;
    const engine = await startEngine({ there: { type, baseUrl } }, { provider: 'there' });
    const { usage, losses } = await ask(engine, cached);
    expect(losses.map(({ member, handling }) => `${member} ${handling}`).toSorted()).toEqual([
      'messages.0.content.1.cachePoint left out',
      'system.1.cachePoint left out',
    ]);
    expect(JSON.stringify(place.got[0]?.body)).not.toMatch(/cache/i);
    expect(usage).toEqual({
      inputTokens: 4,
      outputTokens: 2,
      totalTokens: 12,
      cacheReadInputTokens: 6,
    });
  },
);

test.each(['openai-compatible', 'mistral', 'anthropic'] as const)(
  'where %s says nothing of a cache nothing is told',
  async (type) => {
    const answer = type === 'anthropic' ? claudeAnswer({}) : chatAnswer({});
    const place = await startPlace(answerJson(answer));
    const baseUrl = type === 'openai-compatible' ? `${place.origin}/v1` : place.origin;
    const engine = await startEngine({ there: { type, baseUrl } }, { provider: 'there' });
    const { usage } = await ask(engine, { messages: cached.messages });
    expect(Object.keys(usage).toSorted()).toEqual(['inputTokens', 'outputTokens', 'totalTokens']);
  },
);

test('requests that begin alike go to the same of several places', async () => {
  const one = await startPlace(answerJson(chatAnswer({})));
  const other = await startPlace(answerJson(chatAnswer({})));
  const type = 'openai-compatible';
  const providers = {
    one: { type, baseUrl: `${one.origin}/v1` },
    other: { type, baseUrl: `${other.origin}/v1` },
  } as const;
  const places = [
    { provider: 'one', weight: 1 },
    { provider: 'other', weight: 1 },
  ];
  const engine = await startEngine(providers, { affinity: 'prefix', places });
  const user = (text: string) => ({ role: 'user', content: [{ text }] });
  const sides = new Set<boolean>();
  for (let subject = 0; subject < 20; subject += 1) {
    const before = one.got.length;
    const first = user(`Tell me of subject ${subject}.`);
    await ask(engine, { messages: [first] });
    const isOne = one.got.length > before;
    sides.add(isOne);
    const answer = { role: 'assistant', content: [{ text: 'Yes.' }] };
    await ask(engine, { messages: [first, answer, user('And then?')] });
    expect(one.got.length - before).toBe(isOne ? 2 : 0);
  }
  expect(sides).toEqual(new Set([true, false]));
});

test('when the place of a beginning is down another answers', async () => {
  const there = await startPlace(answerJson(chatAnswer({})));
  const type = 'openai-compatible';
  const providers = {
    gone: { type, baseUrl: 'http://127.0.0.1:1/v1', retries: 0 },
    there: { type, baseUrl: `${there.origin}/v1` },
  } as const;
  const places = [
    { provider: 'gone', weight: 1 },
    { provider: 'there', weight: 1 },
  ];
  const engine = await startEngine(providers, { affinity: 'prefix', places });
  for (let subject = 0; subject < 6; subject += 1) {
    await ask(engine, { messages: [{ role: 'user', content: [{ text: `Of ${subject}?` }] }] });
  }
  expect(there.got).toHaveLength(6);
});
