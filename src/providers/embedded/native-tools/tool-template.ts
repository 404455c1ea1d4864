// A conversation with tools, calls and results, written by the model's own chat template.

import type { JinjaTemplateChatWrapper, LlamaModel, LlamaText } from 'node-llama-cpp';

import { ValidationException } from '../../../protocol/errors.ts';
import { answerOpening, type PromptPart, withBos } from '../chat-template.ts';
import type { Library } from '../llama.ts';
import type { JsonObject } from '../tools/schema.ts';
import type { OfferedTool } from '../tools/tool.ts';
import { hasTools, learnToolStyle, type ToolStyle } from './call-format.ts';
import { MarkedTexts } from './marked-texts.ts';
import {
  oneCallAtATime,
  systemInUser,
  type TemplateMessage,
  type TemplateTool,
} from './tool-messages.ts';

/** What a template with tools is given. */
export interface ToolPrompt {
  readonly messages: readonly TemplateMessage[];
  readonly tools: readonly OfferedTool[];
  /** Whether the model may reason before it answers. */
  readonly reasons: boolean;
}

export interface ToolTemplate {
  readonly style: ToolStyle;
  /** Throws ValidationException for a conversation that the template refuses. */
  readonly write: (prompt: ToolPrompt) => readonly (readonly PromptPart[])[];
}

export interface TemplateSource {
  readonly template: string;
  readonly library: Library;
  readonly model: LlamaModel;
}

/** Undefined where the template has no tools, or writes calls whose arguments are not JSON. */
export function createToolTemplate(source: TemplateSource): ToolTemplate | undefined {
  if (!hasTools(source.template)) return undefined;
  const run = createRun(source);
  const style = learnToolStyle((messages, tools) =>
    run({ messages, tools, enable_thinking: false }).values.map(String).join(''),
  );
  if (style === undefined) return undefined;
  return { style, write: (prompt) => [write(prompt, { ...source, run, style })] };
}

interface Writer extends TemplateSource {
  readonly run: Run;
  readonly style: ToolStyle;
}

function write(prompt: ToolPrompt, { run, style, model, library }: Writer): PromptPart[] {
  const messages =
    style.format.next === undefined ? oneCallAtATime(prompt.messages) : prompt.messages;
  const tools = prompt.tools.map(toTemplateTool);
  const marked = new MarkedTexts(JSON.stringify([messages, tools]));
  const isControl = (text: string): boolean =>
    model.tokenize(text, true).some((token) => model.isSpecialToken(token));
  const given = {
    messages: messages.map((message) => markMessage(message, style, marked)),
    tools: tools.map((tool) => marked.markAll(tool as unknown as JsonObject, isControl)),
    enable_thinking: prompt.reasons,
  };
  const { values } = runAny(run, given);
  const parts = values.flatMap((value): readonly PromptPart[] => {
    if (typeof value === 'string') return [{ text: value }];
    if (!(value instanceof library.SpecialTokensText)) {
      return [{ control: value.tokenize(model.tokenizer) }];
    }
    return marked.split(value.value, (text) => model.tokenize(text, true));
  });
  return withBos(model, leftOpen(parts, messages));
}

/** An answer that is there already is gone on with: what the template writes behind it is left. */
function leftOpen(parts: PromptPart[], messages: readonly TemplateMessage[]): PromptPart[] {
  const last = messages.at(-1);
  if (last?.role !== 'assistant' || last.tool_calls !== undefined) return parts;
  return parts.slice(0, parts.findLastIndex((part) => 'text' in part) + 1);
}

function toTemplateTool({ name, description, schema }: OfferedTool): TemplateTool {
  return { type: 'function', function: { name, description, parameters: schema } };
}

function markMessage(
  message: TemplateMessage,
  { argumentsAsText }: ToolStyle,
  marked: MarkedTexts,
): TemplateMessage {
  const content = marked.mark(message.content);
  if (message.role !== 'assistant' || message.tool_calls === undefined) {
    return { ...message, content };
  }
  const tool_calls = message.tool_calls.map((call) => {
    const { name, arguments: input } = call.function;
    const given = argumentsAsText ? marked.mark(JSON.stringify(input)) : marked.markAll(input);
    return { ...call, function: { name, arguments: given } };
  });
  return { ...message, content, tool_calls };
}

interface Given {
  readonly messages: readonly TemplateMessage[];
  readonly tools: readonly unknown[];
  /** The name under which templates know whether the model is to reason. */
  readonly enable_thinking: boolean;
}

type Run = (given: Given) => LlamaText;

/** Templates that know no system message refuse one; others refuse what has no cure. */
function runAny(run: Run, given: Given): LlamaText {
  try {
    return run(given);
  } catch {
    // Without its system message the conversation may be one that the template takes.
  }
  try {
    return run({ ...given, messages: systemInUser(given.messages) });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ValidationException(
      `The model's chat template refuses this conversation: ${why.slice(0, reasonCharsMax)}`,
      { cause },
    );
  }
}

const reasonCharsMax = 300;

/**
 * The library's own history knows no end in a result, and would begin the answer itself. Its
 * interpreter is given ours: as a parameter, which the template's first lines put in its place.
 */
function createRun({ template, library, model }: TemplateSource): Run {
  const parameters: Record<string, unknown> = { ...answerOpening };
  const jinja = new library.JinjaTemplateChatWrapper({
    template: `${prelude}${template}`,
    tokenizer: model.tokenizer,
    additionalRenderParameters: parameters,
    functionCallMessageTemplate: 'noJinja',
  });
  return (given) => runWith(jinja, parameters, given);
}

const prelude =
  '{%- if given is defined -%}{%- set messages = given.messages -%}' +
  '{%- set tools = given.tools -%}{%- set enable_thinking = given.enable_thinking -%}{%- endif -%}';

/** Nothing else runs between: the library writes at once. */
function runWith(
  jinja: JinjaTemplateChatWrapper,
  parameters: Record<string, unknown>,
  given: Given,
): LlamaText {
  parameters['given'] = given;
  try {
    return jinja.generateContextState({ chatHistory: [] }).contextText;
  } finally {
    delete parameters['given'];
  }
}
