// One prompt, one answer, in this process: no server and no account. The first run brings a small
// model (98 MB, once); `node examples/chat.ts --simulated` needs none. Elsewhere import from
// 'openconverse'.

import { createConverse } from '../src/index.ts';

await using converse = createConverse({
  simulated: process.argv.includes('--simulated'),
  onNote: console.error,
});

const modelId = 'anthropic.claude-sonnet-4-20250514';
console.log(await converse.chat(modelId, 'What is the capital of France?'));
