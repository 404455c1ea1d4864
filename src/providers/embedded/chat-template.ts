// Messages in the form that the model was trained on, by the template in its own file.

import type { ChatHistoryItem, JinjaTemplateChatWrapper, LlamaModel, Token } from 'node-llama-cpp';

import type { PromptMessage } from './prompt.ts';

/** A stretch of a prompt: the template's own tokens, or text that must never become control. */
export type PromptPart = { readonly control: readonly Token[] } | { readonly text: string };

/** The whole prompt's parts, one list a message where the template lets them be told apart. */
export type ChatTemplate = (
  messages: readonly PromptMessage[],
) => readonly (readonly PromptPart[])[];

/**
 * The template writes the opening of an answer itself: only it knows whether reasoning is begun
 * there. Qwen3's, given an empty answer to continue, would write that nothing was to be reasoned.
 */
export const answerOpening = { add_generation_prompt: true };

/** Plain ChatML needs no interpreter; every other template runs in the library's Jinja. */
export function createChatTemplate(
  model: LlamaModel,
  jinja: JinjaTemplateChatWrapper,
): ChatTemplate {
  return isChatml((messages) => render(jinja, messages).toString())
    ? createChatml((text) => model.tokenize(text, true))
    : createJinja(model, jinja);
}

export function createJinja(model: LlamaModel, jinja: JinjaTemplateChatWrapper): ChatTemplate {
  return (messages) => [jinjaParts(model, jinja, messages)];
}

/** Found by writing a conversation with the template: its source may say it in many ways. */
export function isChatml(renderText: (messages: readonly PromptMessage[]) => string): boolean {
  const probe: readonly PromptMessage[] = [
    { role: 'system', text: 'one' },
    { role: 'user', text: 'two' },
    { role: 'assistant', text: 'three' },
    { role: 'user', text: 'four' },
  ];
  return renderText(probe) === chatmlText(probe);
}

function chatmlText(messages: readonly PromptMessage[]): string {
  const written = messages.map(({ role, text }) => `${opening(role)}${text}${closing}`);
  return `${written.join('')}${opening('assistant')}`;
}

const closing = '<|im_end|>\n';

function opening(role: PromptMessage['role']): string {
  return `<|im_start|>${role}\n`;
}

/**
 * The default system message of SmolLM2's template is left out: a caller who sends no system means
 * none. Tried greedily on eight questions the answers with it were no better, one of them plainly
 * wrong (the capital of France), and it did not make the model say its name.
 */
export function createChatml(tokenize: (text: string) => Token[]): ChatTemplate {
  const open = {
    system: { control: tokenize(opening('system')) },
    user: { control: tokenize(opening('user')) },
    assistant: { control: tokenize(opening('assistant')) },
  };
  const close = { control: tokenize(closing) };
  return (messages) => {
    const groups: PromptPart[][] = messages.map(({ role, text }) => [open[role], { text }, close]);
    const last = groups.at(-1) ?? [];
    if (groups.length === 0) groups.push(last);
    // A conversation that ends with the assistant is to be continued, not answered.
    if (messages.at(-1)?.role === 'assistant') last.pop();
    else last.push(open.assistant);
    return groups;
  };
}

function render(jinja: JinjaTemplateChatWrapper, messages: readonly PromptMessage[]) {
  return jinja.generateContextState({ chatHistory: messages.map(toHistoryItem) }).contextText;
}

function toHistoryItem({ role, text }: PromptMessage): ChatHistoryItem {
  return role === 'assistant' ? { type: 'model', response: [text] } : { type: role, text };
}

function jinjaParts(
  model: LlamaModel,
  jinja: JinjaTemplateChatWrapper,
  messages: readonly PromptMessage[],
): PromptPart[] {
  const parts: PromptPart[] = render(jinja, messages).values.map((value) =>
    typeof value === 'string' ? { text: value } : { control: value.tokenize(model.tokenizer) },
  );
  return withBos(model, parts);
}

/** Some templates begin with the token of a text's beginning, others leave it to the model. */
export function withBos(model: LlamaModel, parts: PromptPart[]): PromptPart[] {
  const { bos, shouldPrependBosToken } = model.tokens;
  if (bos === null || !shouldPrependBosToken) return parts;
  const [first] = parts;
  const begun = first !== undefined && 'control' in first && first.control[0] === bos;
  return begun ? parts : [{ control: [bos] }, ...parts];
}
