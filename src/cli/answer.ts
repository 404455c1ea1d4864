// One answer of a model on the terminal: its text as it comes, or the whole response as JSON.

import type { Converse, ResultMetadata } from '../library/converse.ts';
import type { Loose } from '../protocol/api/input.ts';
import type { ConverseRequest, TokenUsage } from '../protocol/api/types.generated.ts';
import { stringifyJson } from '../protocol/wire/rest-json.ts';

/** Where an answer goes: the text to whoever reads it, notes to the person at the terminal. */
export interface Screen {
  print(text: string): void;
  note(line: string): void;
  /** Shows what the model reasons, in pieces; absent where nobody watches. */
  readonly reason?: ((text: string) => void) | undefined;
}

export interface AnswerStyle {
  /** Print the whole response in place of its text. */
  readonly json: boolean;
  /** Say what it took. */
  readonly usage: boolean;
}

export interface Question {
  readonly request: Loose<ConverseRequest>;
  readonly style: AnswerStyle;
  readonly signal: AbortSignal;
  readonly screen: Screen;
  /** Told each piece of the text, also of an answer that is cut short. */
  readonly onText?: (text: string) => void;
}

export async function answer(converse: Converse, question: Question): Promise<void> {
  if (question.style.json) await answerInJson(converse, question);
  else await answerInText(converse, question);
}

async function answerInJson(converse: Converse, question: Question): Promise<void> {
  const { request, signal, screen, onText } = question;
  const response = await converse.converse(request, { signal });
  screen.print(`${stringifyJson(response)}\n`);
  for (const block of response.output.message.content) if ('text' in block) onText?.(block.text);
  tell(question, response.usage, response.$metadata);
}

async function answerInText(converse: Converse, question: Question): Promise<void> {
  const { request, signal, screen, onText } = question;
  const { stream, $metadata } = await converse.converseStream(request, { signal });
  let usage: TokenUsage | undefined;
  let isReasoning = false;
  try {
    for await (const event of stream) {
      if ('metadata' in event) usage = event.metadata.usage;
      if ('contentBlockStop' in event && isReasoning) {
        isReasoning = false;
        screen.reason?.('\n\n');
      }
      if (!('contentBlockDelta' in event)) continue;
      const { delta } = event.contentBlockDelta;
      if ('reasoningContent' in delta && 'text' in delta.reasoningContent) {
        if (!isReasoning) screen.reason?.('Reasoning: ');
        isReasoning = true;
        screen.reason?.(delta.reasoningContent.text);
      }
      if (!('text' in delta)) continue;
      screen.print(delta.text);
      onText?.(delta.text);
    }
  } finally {
    screen.print('\n');
  }
  tell(question, usage, $metadata);
}

/** What could not be carried is said always; what it took where that was asked for. */
function tell(
  { style, screen }: Question,
  usage: TokenUsage | undefined,
  { losses, servedBy }: ResultMetadata,
): void {
  for (const { member, handling, reason } of losses) {
    screen.note(`${member} was ${handling}: ${reason}`);
  }
  if (!style.usage || usage === undefined) return;
  const counts = `${usage.inputTokens} input tokens, ${usage.outputTokens} output tokens`;
  screen.note(`${counts}, served by ${servedBy ?? 'nobody known'}`);
}
