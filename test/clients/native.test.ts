// The native format of each family under an unmodified boto3: one question, `prompt` or `messages`,
// `max_gen_len` or `max_tokens`, answered whole and streamed in the format that it was asked in.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { families } from '../../src/models/families/index.ts';
import type { Case } from '../conformance/case.ts';
import { isNative } from '../conformance/case.ts';
import { cases } from '../conformance/cases.ts';
import type { Outcome } from './job.ts';
import { environmentSettings, removeHomes, runPython } from './python.ts';
import { showStderrOfFailures, startEmbedded, startServer } from './server-process.ts';
import type { ServerProcess } from './server-process.ts';

const metrics = 'amazon-bedrock-invocationMetrics';

/** The first question of each family, as the conformance cases have it. */
const questions = cases.filter(
  (item) => isNative(item) && item.member in families && item.check === 'answered',
);
const whole = questions.filter(({ operation }) => operation === 'InvokeModel');
const streamed = questions.filter(({ operation }) => operation !== 'InvokeModel');
/** The same question under the bound of two tokens, as each family calls it. */
const bounded = cases.filter(
  (item) =>
    isNative(item) && /max_?(?:token|gen)/i.test(item.member) && item.check === 'ends the answer',
);

let simulated: ServerProcess;
let embedded: ServerProcess;

beforeAll(async () => {
  [simulated, embedded] = await Promise.all([
    startServer({ flags: ['--simulated'] }),
    startEmbedded(),
  ]);
});

afterAll(async () => {
  removeHomes();
  await simulated.stop();
  await embedded.stop();
});

showStderrOfFailures(() => simulated);
showStderrOfFailures(() => embedded);

test('each family has its question', () => {
  const names = Object.keys(families).toSorted();
  expect(whole.map(({ member }) => member).toSorted()).toEqual(names);
  expect(streamed.map(({ member }) => member).toSorted()).toEqual(names);
  expect(bounded.map(({ member }) => member.replace(/:.*/, '')).toSorted()).toEqual(names);
});

test('each family answers in its own format', async () => {
  const outcomes = await outcomesOf(simulated, 'invoke_model', whole);
  expect(outcomes).toMatchObject(
    whole.map(({ answer }) => ({ native: answer, head: { contentType: 'application/json' } })),
  );
});

test('each family streams in its own format, the metrics in the last chunk only', async () => {
  const operation = 'invoke_model_with_response_stream';
  const outcomes = await outcomesOf(simulated, operation, streamed);
  expect(outcomes).toMatchObject(streamed.map(({ answer = {} }) => answer));
  for (const { chunks = [] } of outcomes) expect(placesOfMetrics(chunks)).toEqual([chunks.length]);
});

test('the embedded model answers in the format of each family, within its bound', async () => {
  const outcomes = await outcomesOf(embedded, 'invoke_model', bounded);
  for (const [index, { native = {} }] of outcomes.entries()) {
    const { answer = {}, member } = bounded[index] ?? {};
    expect(Object.keys(native), member).toEqual(expect.arrayContaining(Object.keys(answer)));
  }
});

test('the embedded model streams in the format of each family, within its bound', async () => {
  const operation = 'invoke_model_with_response_stream';
  const outcomes = await outcomesOf(embedded, operation, bounded);
  for (const { chunks = [] } of outcomes) {
    expect(placesOfMetrics(chunks)).toEqual([chunks.length]);
    expect(chunks.at(-1)).toMatchObject({ [metrics]: { outputTokenCount: 2 } });
  }
});

async function outcomesOf(
  server: ServerProcess,
  operation: string,
  items: readonly Case[],
): Promise<readonly Outcome[]> {
  const calls = items.map(({ modelId, body }) => ({ operation, input: { modelId, body } }));
  const job = JSON.stringify({ service: 'bedrock-runtime', calls });
  const finished = await runPython(['boto3/calls.py'], environmentSettings(server.url), job);
  expect(finished).toMatchObject({ code: 0, stderr: '' });
  const lines = finished.stdout.trim().split('\n');
  const outcomes = lines.map((line) => JSON.parse(line) as Outcome);
  expect(outcomes.filter(({ error }) => error !== undefined)).toEqual([]);
  return outcomes;
}

/** Which chunks have them, from the first. */
function placesOfMetrics(chunks: readonly object[]): readonly number[] {
  return chunks.flatMap((chunk, index) => (metrics in chunk ? [index + 1] : []));
}
