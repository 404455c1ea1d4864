// What is asked of the servers: the same conversations in Converse and in OpenAI's format.

import { checkChat, checkChatStream, checkConverse, checkConverseStream } from './checks.ts';
import type { Asked } from './load.ts';
import { signer } from './servers/signer.ts';

export type Size = 'small' | 'large' | 'letters';

/** A model of the catalogue, for each way in which the place behind answers. */
export const models = {
  '/at-once/v1': 'meta.llama3-1-8b-instruct-v1:0',
  '/timed/v1': 'meta.llama3-1-70b-instruct-v1:0',
  '/held/v1': 'meta.llama3-8b-instruct-v1:0',
} as const;

/** Where everything goes that Bedrock itself serves. */
export const bedrockModel = 'amazon.nova-pro-v1:0';

export type Pace = keyof typeof models;

export interface Asking {
  readonly size?: Size;
  readonly stream?: boolean;
  readonly pace?: Pace;
}

const conversations = {
  small: conversation(
    1,
    'Say what the tradeoffs between REST and GraphQL are, please. '.repeat(14),
  ),
  large: conversation(101, 'What is said in a turn of a long conversation goes on so. '.repeat(17)),
  // Two bytes each but for blanks and stops, as Greek, Cyrillic, Hebrew and Arabic have them.
  letters: conversation(101, 'Что сказано в ходе долгой беседы, то так и идёт дальше. '.repeat(10)),
};

function conversation(count: number, text: string): readonly Turn[] {
  return Array.from({ length: count }, (_, index) => ({
    role: index % 2 === 0 ? 'user' : 'assistant',
    text: `${index}: ${text}`,
  }));
}

interface Turn {
  readonly role: string;
  readonly text: string;
}

/** As OpenAI's clients ask, for whoever takes that. */
export function chatRequest({
  size = 'small',
  stream = false,
  pace = '/at-once/v1',
}: Asking): Asked {
  const messages = [
    { role: 'system', content: 'You are a helpful assistant.' },
    ...conversations[size].map(({ role, text }) => ({ role, content: text })),
  ];
  const settings = { max_tokens: 512, temperature: 0.5 };
  const streaming = stream ? { stream: true, stream_options: { include_usage: true } } : {};
  return {
    path: `${pace}/chat/completions`,
    headers: { 'content-type': 'application/json', authorization: 'Bearer sk-bench' },
    body: Buffer.from(JSON.stringify({ model: 'bench', messages, ...settings, ...streaming })),
    check: stream ? checkChatStream : checkChat,
  };
}

/** As an AWS SDK asks, but for the signature. */
export function converseRequest(asking: Asking, model?: string): Asked {
  const { size = 'small', stream = false, pace = '/at-once/v1' } = asking;
  const body = {
    messages: conversations[size].map(({ role, text }) => ({ role, content: [{ text }] })),
    system: [{ text: 'You are a helpful assistant.' }],
    inferenceConfig: { maxTokens: 512, temperature: 0.5 },
  };
  const id = encodeURIComponent(model ?? models[pace]);
  return {
    path: `/model/${id}/converse${stream ? '-stream' : ''}`,
    headers: { 'content-type': 'application/json', 'user-agent': userAgent },
    body: Buffer.from(JSON.stringify(body)),
    check: stream ? checkConverseStream : checkConverse,
  };
}

const userAgent = 'aws-sdk-js/3.1162.0 ua/2.1 os/linux#6 lang/js md/nodejs#26 api/bedrock-runtime';

/** The same with the signature that an SDK gives it; good for five minutes. */
export function signed(asked: Asked, url: string): Asked {
  return { ...asked, headers: { ...asked.headers, ...signer(url)(asked.path, asked.body) } };
}
