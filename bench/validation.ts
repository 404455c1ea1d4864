// Measures what a request costs before any model sees it: its shape, the rules of its conversation,
// its signature. CPU time on one thread. `node bench/validation.ts` fails over a budget.

import { createHash, createHmac } from 'node:crypto';
import { devNull } from 'node:os';
import { createEnvironment } from '../src/environment.ts';
import { checkShape } from '../src/protocol/validation/constraints.ts';
import { checkConversation } from '../src/protocol/validation/conversation.ts';
import { deriveSigningKey } from '../src/protocol/wire/sigv4.ts';
import { loadConfig } from '../src/service/config.ts';
import { createIdentity } from '../src/service/identity.ts';
import budgets from './budgets.json' with { type: 'json' };

const { validationMicroseconds, signatureMicroseconds } = budgets.validation;
const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const traits = { leadingAssistant: false, strict: false };
const request = { modelId: 'anthropic.claude-sonnet-4-20250514', ...conversation(20) };
const authenticate = signed();

const rows = [
  { what: 'shape of 20 messages', budget: validationMicroseconds, run: () => void shape() },
  { what: 'shape and rules of 20 messages', budget: validationMicroseconds, run: both },
  { what: 'signature of 1 KB', budget: signatureMicroseconds, run: authenticate },
];
for (const { what, budget, run } of rows) {
  const microseconds = measure(run);
  const isHeld = microseconds <= budget;
  if (!isHeld) process.exitCode = 1;
  const figure = `${microseconds.toFixed(2).padStart(8)} µs`;
  console.log(`${what.padEnd(34)} ${figure}   budget ${budget} ${isHeld ? 'held' : 'MISSED'}`);
}

function shape() {
  return checkShape('ConverseRequest', request);
}

function both(): void {
  const { modelId: _, ...checked } = shape();
  if (checkConversation(checked, traits).length > 0) throw new Error('The request has problems.');
}

/** Messages in turn, every fourth pair a call of a tool and its result. */
function conversation(count: number) {
  const messages = Array.from({ length: count - 1 }, (_, index) => {
    const isUser = index % 2 === 0;
    if (index % 8 === 3) return { role: 'assistant', content: [use(index)] };
    if (index % 8 === 4) return { role: 'user', content: [result(index - 1)] };
    const text = `Message ${index} of the conversation, as long as people write.`;
    return { role: isUser ? 'user' : 'assistant', content: [{ text }] };
  });
  return {
    messages: [...messages, { role: 'user', content: [{ text: 'And now?' }] }],
    system: [{ text: 'You are a helpful assistant.' }],
    inferenceConfig: { maxTokens: 512, temperature: 0.5 },
    toolConfig: { tools: [{ toolSpec: { name: 'get_weather', inputSchema: { json: schema } } }] },
  };
}

function use(id: number) {
  return { toolUse: { toolUseId: `tooluse_${id}`, name: 'get_weather', input: { city: 'Bern' } } };
}

function result(id: number) {
  return { toolResult: { toolUseId: `tooluse_${id}`, content: [{ json: { degrees: 21 } }] } };
}

/** A request as an SDK signs it, and the check of it with a signing key that is known by then. */
function signed(): () => void {
  const environment = createEnvironment({ logLevel: 'silent' });
  const [accessKeyId, secretAccessKey] = ['AKIDEXAMPLE', 'secret'];
  const flags = { keys: [{ accessKeyId, secretAccessKey }] };
  const identity = createIdentity(loadConfig({ file: devNull, flags }), environment.clock);
  const body = Buffer.alloc(1_024, 'a');
  const timestamp = new Date(environment.clock.now()).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const parts = { day: timestamp.slice(0, 8), region: 'us-east-1', service: 'bedrock' };
  const headers = { host: '127.0.0.1:8787', 'x-amz-date': timestamp };
  const names = 'host;x-amz-date';
  const target = '/model/amazon.nova-lite-v1%3A0/converse';
  const lines = `host:${headers.host}\nx-amz-date:${timestamp}\n`;
  const path = target.replace('%', '%25');
  const canonical = ['POST', path, '', lines, names, sha256(body)].join('\n');
  const scope = `${parts.day}/${parts.region}/${parts.service}/aws4_request`;
  const text = `AWS4-HMAC-SHA256\n${timestamp}\n${scope}\n${sha256(canonical)}`;
  const key = deriveSigningKey(secretAccessKey, parts);
  const signature = createHmac('sha256', key).update(text).digest('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
  const sent = { method: 'POST', target, headers: { ...headers, authorization } };
  return () => void identity.authenticate(sent, body);
}

function sha256(data: Uint8Array | string): string {
  return createHash('sha256').update(data).digest('hex');
}

/** Microseconds of CPU a run: the best of several rounds, after a warm-up. */
function measure(run: () => void): number {
  const runs = 20_000;
  const rounds = Array.from({ length: 7 }, () => {
    const before = process.cpuUsage();
    for (let index = 0; index < runs; index += 1) run();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / runs;
  });
  return Math.min(...rounds.slice(1));
}
