// Our server in front of places, and the JavaScript SDK in front of our server.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BedrockClient } from '@aws-sdk/client-bedrock';
import { BedrockRuntimeClient, ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime';
import type {
  ConverseCommandInput,
  ConverseStreamOutput,
  TokenUsage,
} from '@aws-sdk/client-bedrock-runtime';
import { startServer } from '../server-process.ts';
import type { ServerProcess } from '../server-process.ts';

/** `openconverse serve` with a configuration file. */
export async function startWith(config: object): Promise<ServerProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'openconverse-places-'));
  const file = join(folder, 'openconverse.yaml');
  // JSON is YAML.
  writeFileSync(file, JSON.stringify({ discover: false, ...config }));
  const server = await startServer({
    flags: ['--config', file],
    // The file says whether anybody is looked for.
    variables: { OPENCONVERSE_DISCOVER: '' },
  });
  return {
    ...server,
    async stop() {
      const code = await server.stop();
      rmSync(folder, { recursive: true });
      return code;
    },
  };
}

export function createClient(server: ServerProcess): BedrockRuntimeClient {
  return new BedrockRuntimeClient(settingsOf(server));
}

export function createControlClient(server: ServerProcess): BedrockClient {
  return new BedrockClient(settingsOf(server));
}

function settingsOf({ url: endpoint }: ServerProcess) {
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example-secret' };
  return { endpoint, region: 'us-east-1', credentials, maxAttempts: 1 };
}

export type Asked = Omit<ConverseCommandInput, 'modelId'>;

/** A question, with chance out of the game. */
export function ask(text: string, maxTokens = 12): Asked {
  const messages: Asked['messages'] = [{ role: 'user', content: [{ text }] }];
  return { messages, inferenceConfig: { maxTokens, temperature: 0 } };
}

/** What a stream came to. */
export interface Streamed {
  /** The kinds of its events, those in a row told once. */
  readonly kinds: readonly string[];
  readonly texts: readonly string[];
  readonly toolUses: readonly { readonly name: string | undefined; readonly input: unknown }[];
  readonly stopReason: string | undefined;
  readonly usage: TokenUsage | undefined;
}

export async function stream(
  client: BedrockRuntimeClient,
  input: ConverseCommandInput,
): Promise<Streamed> {
  const { stream: source } = await client.send(new ConverseStreamCommand(input));
  const events: ConverseStreamOutput[] = [];
  for await (const event of source ?? []) events.push(event);
  const deltas = events.map((event) => event.contentBlockDelta?.delta);
  return {
    kinds: kindsOf(events),
    texts: deltas.flatMap((delta) => (delta?.text === undefined ? [] : [delta.text])),
    toolUses: toolUsesOf(events),
    stopReason: events.find((event) => event.messageStop)?.messageStop?.stopReason,
    usage: events.find((event) => event.metadata)?.metadata?.usage,
  };
}

function kindsOf(events: readonly ConverseStreamOutput[]): readonly string[] {
  const kinds = events.flatMap((event) => Object.keys(event));
  return kinds.filter((kind, at) => kind !== kinds[at - 1]);
}

function toolUsesOf(events: readonly ConverseStreamOutput[]): Streamed['toolUses'] {
  return events.flatMap(({ contentBlockStart: { start, contentBlockIndex } = {} }) => {
    if (start?.toolUse === undefined) return [];
    const pieces = events.map(({ contentBlockDelta: { delta, contentBlockIndex: at } = {} }) =>
      at === contentBlockIndex ? (delta?.toolUse?.input ?? '') : '',
    );
    return [{ name: start.toolUse.name, input: JSON.parse(pieces.join('')) as unknown }];
  });
}

/** Text begins without a start of its own, as on AWS. */
export const textKinds = [
  'messageStart',
  'contentBlockDelta',
  'contentBlockStop',
  'messageStop',
  'metadata',
];
