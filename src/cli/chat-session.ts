// A conversation at the terminal: lines in, answers out, each with all that was said before.

import { createInterface } from 'node:readline/promises';
import type { Interface } from 'node:readline/promises';
import type { Message } from '../protocol/api/types.generated.ts';
import type { Screen } from './answer.ts';
import { exitCodes, printFailure } from './terminal.ts';

export interface ChatSession {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  readonly screen: Screen;
  /** Answers a conversation and tells its text piece by piece; throws what went wrong. */
  readonly ask: (
    messages: readonly Message[],
    signal: AbortSignal,
    onText: (text: string) => void,
  ) => Promise<void>;
  /** Ends the session. */
  readonly signal: AbortSignal;
}

/** Reads lines until the end of the input; returns the exit code. */
export async function holdConversation(session: ChatSession): Promise<number> {
  const { input, output, screen, signal } = session;
  const lines = createInterface({ input, output, terminal: true, prompt: '> ' });
  const messages: Message[] = [];
  let answering: AbortController | undefined;
  let interrupts = 0;

  // The first Ctrl-C stops the answer, where there is one; the next one leaves.
  lines.on('SIGINT', () => {
    interrupts += 1;
    answering?.abort();
    if (interrupts > 1) lines.close();
    else if (answering === undefined) {
      screen.note('\nCtrl-C again, or Ctrl-D, leaves.');
      lines.prompt();
    }
  });
  const leave = (): void => {
    answering?.abort();
    lines.close();
  };
  signal.addEventListener('abort', leave, { once: true });

  lines.prompt();
  for await (const line of lines) {
    interrupts = 0;
    if (line.trim() !== '') {
      answering = new AbortController();
      await say(line, messages, { session, signal: answering.signal });
      answering = undefined;
    }
    if (isOpen(lines)) lines.prompt();
  }
  signal.removeEventListener('abort', leave);
  return interrupts > 1 || signal.aborted ? exitCodes.interrupted : exitCodes.success;
}

interface Saying {
  readonly session: ChatSession;
  readonly signal: AbortSignal;
}

/** What was said stays in the conversation, also where the answer was stopped half way. */
async function say(line: string, messages: Message[], { session, signal }: Saying): Promise<void> {
  messages.push({ role: 'user', content: [{ text: line }] });
  let said = '';
  try {
    await session.ask(messages, signal, (text) => {
      said += text;
    });
  } catch (error) {
    if (!signal.aborted) printFailure(error, (text) => session.screen.note(text));
  }
  // A question without an answer would make the next request one of two user messages.
  if (said.trim() === '') messages.pop();
  else messages.push({ role: 'assistant', content: [{ text: said }] });
}

// Its type has no word for it, though its own methods throw once it is closed.
function isOpen(lines: Interface): boolean {
  return !('closed' in lines && lines.closed === true);
}
