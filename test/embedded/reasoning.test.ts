// A model whose template has reasoning: the default weights under a template that begins with it.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { checkOrder } from '../../src/protocol/stream/grammar.ts';
import { createEmbeddedProvider } from '../../src/providers/embedded/provider.ts';
import { ensureWeights } from '../../src/providers/embedded/weights.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { ask, callOf, environment, modelsFolder, readAll } from './setup.ts';

let provider: Provider;
let folder: string;

// As models that reason have it: the opening tag is the template's, the closing one the model's.
const template =
  "{% for m in messages %}{{'<|im_start|>' + m['role'] + '\\n' + m['content'] + '<|im_end|>\\n'}}" +
  "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n<think>\\n' }}{% endif %}" +
  '{# </think> #}';

/** The file's template begins so; what takes its place has the same length. */
const original = '{% for message in messages %}{% if loop.first and messages[0]';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reasoning-'));
  const bytes = await readFile((await ensureWeights({ folder: modelsFolder, environment })).path);
  const at = bytes.indexOf(original);
  const length = bytes.readUInt32LE(at - 8);
  bytes.write(`${template}{#${' '.repeat(length - template.length - 4)}#}`, at, 'latin1');
  const path = join(folder, 'reasons.gguf');
  await writeFile(path, bytes);
  provider = createEmbeddedProvider({ weights: { name: 'reasons', path }, environment });
});

afterAll(async () => {
  await provider.close();
  await rm(folder, { recursive: true, force: true });
});

test('what a model writes inside of the tags is reasoningContent', async () => {
  const request = ask('What is the capital of France?', { temperature: 0, maxTokens: 30 });
  const { events } = await readAll(checkOrder(await provider.stream(callOf(request))));
  const deltas = events.flatMap((event) =>
    'contentBlockDelta' in event ? [event.contentBlockDelta.delta] : [],
  );
  expect(deltas.length).toBeGreaterThan(5);
  expect(deltas.every((delta) => 'reasoningContent' in delta)).toBe(true);
  const { output } = await provider.send(callOf(request));
  const [block] = output.message.content;
  const text =
    block !== undefined && 'reasoningContent' in block && 'reasoningText' in block.reasoningContent
      ? block.reasoningContent.reasoningText.text
      : '';
  expect(text).toContain('Paris');
});

test('an answer that continues the closed reasoning is text', async () => {
  const { output } = await provider.send(
    callOf({
      messages: [
        { role: 'user', content: [{ text: 'What is the capital of France?' }] },
        { role: 'assistant', content: [{ text: 'The capital of France is the city of' }] },
      ],
      inferenceConfig: { temperature: 0, maxTokens: 5 },
    }),
  );
  const [block] = output.message.content;
  expect(block !== undefined && 'text' in block && block.text).toMatch(/^\s*Paris/);
});
