import { expect, test } from 'vitest';
import type { Conversation } from '../../protocol/validation/rule.ts';
import { models } from '../catalog/models.ts';
import type { FoundationModel } from '../catalog/model.ts';
import { checkCapabilities } from './check.ts';

const chat = models.filter(({ features }) => features.includes('converse'));
const hello: Conversation = { messages: [{ role: 'user', content: [{ text: 'Hello' }] }] };

function refusals(model: FoundationModel, conversation: Conversation, isStream = false) {
  const { modelId } = model;
  return checkCapabilities({
    conversation,
    model,
    modelId,
    isProfile: false,
    isStream,
    region: 'us-east-1',
  });
}

test.each(chat.map((model) => [model.modelId, model] as const))(
  '%s takes a plain question, whole and in a stream',
  (_modelId, model) => {
    expect(refusals(model, hello)).toEqual([]);
    expect(refusals(model, hello, true)).toEqual([]);
  },
);

test('a model refuses exactly the kinds that its row lacks', () => {
  expect(chat.length).toBeGreaterThan(50);
  const { messages = [] } = hello;
  const asks: Readonly<Record<string, Conversation>> = {
    system: { ...hello, system: [{ text: 'Be brief.' }] },
    tools: {
      ...hello,
      toolConfig: { tools: [{ toolSpec: { name: 'a', inputSchema: { json: {} } } }] },
    },
    promptCaching: {
      messages: [{ role: 'user', content: [{ text: 'a' }, { cachePoint: { type: 'default' } }] }],
    },
    assistantPrefill: {
      messages: [...messages, { role: 'assistant', content: [{ text: 'Well' }] }],
    },
  };
  for (const model of chat) {
    for (const [feature, conversation] of Object.entries(asks)) {
      const has = model.features.some((name) => name === feature);
      const found = refusals(model, conversation);
      expect(found.length, `${model.modelId} ${feature}`).toBe(has ? 0 : 1);
      expect(found[0]?.exception, model.modelId).toBe(
        feature === 'promptCaching' && !has ? 'AccessDeniedException' : undefined,
      );
    }
  }
});

test('what Bedrock says comes before what the model says, each with a cure', () => {
  const model = chat.find(({ modelId }) => modelId === 'meta.llama3-1-8b-instruct-v1:0');
  const found =
    model &&
    refusals(model, {
      messages: [
        { role: 'user', content: [{ text: 'a' }, { cachePoint: { type: 'default' } }] },
        { role: 'assistant', content: [{ text: 'Well' }] },
      ],
      inferenceConfig: { maxTokens: 100_000 },
      additionalModelRequestFields: { top_k: 5 },
    });
  expect(found?.map(({ message }) => message.slice(0, 24))).toEqual([
    'You invoked an unsupport',
    'The maximum tokens you r',
    'The model that you are u',
    'The model returned the f',
  ]);
  for (const { cure } of found ?? []) expect(cure).toMatch(/^\w.*\.$/);
});
