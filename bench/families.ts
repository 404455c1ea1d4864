// Measures what a chunk of a stream costs each family, read and written: CPU time on one thread, of
// a long answer of text. `node bench/families.ts` fails over a budget.

import type { AnswerContext } from '../src/models/families/family.ts';
import type { JsonObject } from '../src/models/families/native-json.ts';
import type { ConverseStreamEvent } from '../src/protocol/stream/events.ts';
import type { StreamDecoder } from '../src/protocol/stream/decoder.ts';
import { normalForms } from '../test/contract/families/index.ts';
import type { NormalForm } from '../test/contract/families/normal-form.ts';
import budgets from './budgets.json' with { type: 'json' };
import { median } from './median.ts';

const { cpuPerChunkMicroseconds: budget } = budgets.families;
const deltas = 2_000;
const events = streamOf(deltas);

console.log(`${'family'.padEnd(28)}    decode    encode   µs a chunk, budget ${budget}`);
for (const form of normalForms) {
  const { encode, decode } = measureForm(form);
  const isHeld = Math.max(encode, decode) <= budget;
  if (!isHeld) process.exitCode = 1;
  const figures = [decode, encode].map((figure) => figure.toFixed(2).padStart(9)).join(' ');
  console.log(`${form.name.padEnd(28)} ${figures}   ${isHeld ? 'held' : 'MISSED'}`);
}

function measureForm({ family, context }: NormalForm) {
  const answer: AnswerContext = {
    ...context,
    request: { messages: [{ role: 'user', content: [{ text: 'Tell me something.' }] }] },
    responseId: '0123456789abcdef01234567',
    createdSeconds: 1_700_000_000,
    latencyMs: () => 5,
    createToolUseId: () => 'tooluse_0000000000000000000000',
  };
  const chunks = run(events, family.createStreamEncoder(answer));
  // As they come over the wire: objects that nobody made by hand.
  const parsed = chunks.map((chunk) => JSON.parse(JSON.stringify(chunk)) as JsonObject);
  return {
    encode: measure(() => run(events, family.createStreamEncoder(answer))) / events.length,
    decode: measure(() => run(parsed, family.createStreamDecoder(answer))) / parsed.length,
  };
}

function run<In, Out>(chunks: readonly In[], decoder: StreamDecoder<In, Out>): readonly Out[] {
  const out: Out[] = [];
  for (const chunk of chunks) for (const item of decoder.push(chunk)) out.push(item);
  for (const item of decoder.end()) out.push(item);
  return out;
}

/** Microseconds of CPU a run: the middle of several rounds, after a warm-up. */
function measure(stream: () => unknown): number {
  const runs = 20;
  const rounds = Array.from({ length: 9 }, () => {
    const before = process.cpuUsage();
    for (let index = 0; index < runs; index += 1) stream();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / runs;
  });
  return median(rounds.slice(2));
}

/** An answer as models write them, a word or two at a time. */
function streamOf(count: number): readonly ConverseStreamEvent[] {
  const words = [' the', ' Converse', ' API', ',\n', ' and', ' "so"', ' on', ' [1]', ' <b>', '.'];
  const text = (index: number) => words[index % words.length] ?? '';
  const pieces = Array.from({ length: count }, (_, index): ConverseStreamEvent => {
    return { contentBlockDelta: { delta: { text: text(index) }, contentBlockIndex: 0 } };
  });
  const usage = { inputTokens: 8, outputTokens: count, totalTokens: count + 8 };
  return [
    { messageStart: { role: 'assistant' } },
    ...pieces,
    { contentBlockStop: { contentBlockIndex: 0 } },
    { messageStop: { stopReason: 'end_turn' } },
    { metadata: { usage, metrics: { latencyMs: 5 } } },
  ];
}
