// An answer printed while it is made, and what it took: `node examples/stream.ts`, or the same with
// `--simulated`, where the scripted model answers.

import { createConverse } from '../src/index.ts';

await using converse = createConverse({
  simulated: process.argv.includes('--simulated'),
  onNote: console.error,
});

const { stream } = await converse.converseStream({
  modelId: 'meta.llama3-1-8b-instruct-v1:0',
  system: [{ text: 'Answer in one sentence.' }],
  messages: [{ role: 'user', content: [{ text: 'Why is the sky blue?' }] }],
  inferenceConfig: { maxTokens: 128, temperature: 0.2 },
});

for await (const event of stream) {
  if ('contentBlockDelta' in event && 'text' in event.contentBlockDelta.delta) {
    process.stdout.write(event.contentBlockDelta.delta.text);
  }
  if ('metadata' in event) console.log(`\n${event.metadata.usage.outputTokens} tokens`);
}
