// `openconverse chat`: one prompt and its answer, or a conversation where there is no prompt.

import { fstatSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import type { Converse } from '../../library/converse.ts';
import { requestBodyBytesMax } from '../../limits.ts';
import type { Loose } from '../../protocol/api/input.ts';
import type { ConverseRequest, Message } from '../../protocol/api/types.generated.ts';
import type { AnswerStyle, Screen } from '../answer.ts';
import { answer } from '../answer.ts';
import { holdConversation } from '../chat-session.ts';
import type { EngineFlags } from '../options.ts';
import { addEngineOptions, openConverse } from '../options.ts';
import { CommandError, exitCodes, onInterrupt, printDimmed, printLine } from '../terminal.ts';

/** What is asked and how it is shown; the rest of the flags is the engine's. */
interface OwnFlags {
  readonly modelId: string;
  readonly system?: string | undefined;
  readonly maxTokens?: number | undefined;
  readonly temperature?: number | undefined;
  readonly json?: boolean | undefined;
  readonly usage?: boolean | undefined;
}

type ChatFlags = OwnFlags & EngineFlags;

export function createChat(): Command {
  const command = new Command('chat')
    .description('answer a prompt on the terminal; without one, hold a conversation')
    .argument('[prompt...]', 'what to say to the model; text on stdin goes before it')
    .option('-m, --model-id <id>', 'the model to ask', 'anthropic.claude-sonnet-4-20250514')
    .option('-s, --system <text>', 'what the model is to keep in mind')
    .option('--max-tokens <count>', 'the longest answer', toCount)
    .option('--temperature <number>', 'how much chance there is in the answer', toNumber)
    .option('--json', 'print the whole response as one line of JSON')
    .option('-u, --usage', 'say on stderr what it took and what answered');
  return addEngineOptions(command).action(chat);
}

async function chat(words: readonly string[], flags: ChatFlags, command: Command): Promise<void> {
  const prompt = await readPrompt(words);
  if (prompt === '' && !process.stdin.isTTY) {
    const error = { exitCode: exitCodes.usage };
    command.error('There is no prompt: give one, as in: openconverse chat "Why?"', error);
  }
  const interrupted = new AbortController();
  onInterrupt(() => interrupted.abort());
  const { signal } = interrupted;
  const { modelId, system, maxTokens, temperature, json, usage, ...engine } = flags;
  const own = { modelId, system, maxTokens, temperature, json, usage };
  const { converse, ready } = openConverse(engine);
  try {
    await ready(signal);
    process.exitCode =
      prompt === ''
        ? await chatAtTerminal(converse, own, signal)
        : await chatOnce(converse, { flags: own, prompt, signal });
  } catch (error) {
    if (!signal.aborted) throw error;
    process.exitCode = exitCodes.interrupted;
  } finally {
    await converse.close();
  }
}

const screen: Screen = {
  print(text) {
    process.stdout.write(text);
  },
  note: printLine,
  reason: process.stderr.isTTY ? printDimmed : undefined,
};

interface Once {
  readonly flags: OwnFlags;
  readonly prompt: string;
  readonly signal: AbortSignal;
}

async function chatOnce(converse: Converse, { flags, prompt, signal }: Once): Promise<number> {
  const request = toRequest(flags, [{ role: 'user', content: [{ text: prompt }] }]);
  await answer(converse, { request, style: styleOf(flags), signal, screen });
  return exitCodes.success;
}

function chatAtTerminal(converse: Converse, flags: OwnFlags, signal: AbortSignal): Promise<number> {
  return holdConversation({
    input: process.stdin,
    output: process.stdout,
    screen,
    signal,
    ask: (messages, signal, onText) =>
      answer(converse, {
        request: toRequest(flags, messages),
        style: styleOf(flags),
        signal,
        screen,
        onText,
      }),
  });
}

function toRequest(flags: OwnFlags, messages: readonly Message[]): Loose<ConverseRequest> {
  const { modelId, system, maxTokens, temperature } = flags;
  return {
    modelId,
    messages,
    system: system === undefined ? undefined : [{ text: system }],
    inferenceConfig: { maxTokens, temperature },
  };
}

function styleOf({ json = false, usage = false }: OwnFlags): AnswerStyle {
  return { json, usage };
}

/** `openconverse chat "Summarise:" < notes.txt`: the context, and then what to do with it. */
async function readPrompt(words: readonly string[]): Promise<string> {
  const parts = [(await readContext()).trimEnd(), words.join(' ')];
  return parts.filter((part) => part.trim() !== '').join('\n\n');
}

/** What was piped in; nothing where stdin is a terminal, closed, or no place for text. */
async function readContext(): Promise<string> {
  if (process.stdin.isTTY || !hasText()) return '';
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > requestBodyBytesMax) {
      throw new CommandError(
        `The text on stdin is longer than ${requestBodyBytesMax} bytes: give less of it.`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function hasText(): boolean {
  try {
    const stdin = fstatSync(0);
    return stdin.isFIFO() || stdin.isFile() || stdin.isSocket();
  } catch {
    // It is closed.
    return false;
  }
}

function toCount(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Give a whole number from 1.');
}

function toNumber(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('Give a number, such as 0.7.');
}
