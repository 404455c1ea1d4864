// Tools for a route that has none: asked for in words, and calls read from the text.

import type { DocumentValue } from '../../protocol/api/shape.ts';
import type { ToolConfiguration } from '../../protocol/api/types.generated.ts';
import { emulatedCallCharsMax } from '../../limits.ts';
import type { Conversation } from '../families/family.ts';
import type { EventWriter } from '../families/event-writer.ts';
import { createLosses } from '../families/losses.ts';
import { isJsonObject, parseNative, stringOf } from '../families/native-json.ts';
import type { Emulation, EmulationContext, Stage } from './emulation.ts';
import { createTagSplitter } from './tag-splitter.ts';
import type { TagPiece } from './tag-splitter.ts';
import { createTextStage } from './text-stage.ts';
import { callClose, callOpen, inWords, toolInstructions } from './tool-prompt.ts';

export const tools: Emulation = {
  isNeeded: ({ toolConfig }) => toolConfig !== undefined,
  apply({ toolConfig, messages = [], system = [], ...rest }) {
    const losses = createLosses();
    losses.add('toolConfig', 'emulated', 'the model has no tools: they are asked for in words');
    const instructions = toolConfig === undefined ? [] : [{ text: toolInstructions(toolConfig) }];
    const value: Conversation = {
      ...rest,
      system: [...system, ...instructions],
      messages: inWords(messages),
    };
    return { value, losses: losses.list };
  },
  createStage: ({ toolConfig }, context) => createCallStage(namesOf(toolConfig), context),
};

function namesOf(toolConfig: ToolConfiguration | undefined): ReadonlySet<string> {
  const specs = (toolConfig?.tools ?? []).flatMap((tool) =>
    'toolSpec' in tool ? [tool.toolSpec.name] : [],
  );
  return new Set(specs);
}

/** What is no call of a tool that was offered stays text, as it was written. */
function createCallStage(names: ReadonlySet<string>, context: EmulationContext): Stage {
  const splitter = createTagSplitter(callOpen, callClose);
  let call: string | undefined;
  // Blanks before a call, or after the last, are nobody's text.
  let blanks = '';

  function endCall(writer: EventWriter, close: string): void {
    const text = call ?? '';
    call = undefined;
    const parsed = parseCall(text, names);
    if (parsed === undefined) {
      writer.text(`${blanks}${callOpen}${text}${close}`);
      blanks = '';
      return;
    }
    blanks = '';
    const { name, input } = parsed;
    writer.start('toolUse', { toolUse: { toolUseId: context.createToolUseId(), name } });
    writer.delta('toolUse', { toolUse: { input: JSON.stringify(input) } });
    writer.close();
  }

  function writeText(text: string, writer: EventWriter): void {
    const all = blanks + text;
    const end = all.trimEnd().length;
    writer.text(all.slice(0, end));
    blanks = all.slice(end);
  }

  function write(piece: TagPiece, writer: EventWriter): void {
    if (piece.kind === 'open') call = '';
    else if (piece.kind === 'outside') writeText(piece.text, writer);
    else if (call === undefined) {
      // The call was too long to be one: the rest of it is text as well.
      writeText(piece.kind === 'close' ? callClose : piece.text, writer);
    } else if (piece.kind === 'close') endCall(writer, callClose);
    else {
      call += piece.text;
      if (call.length > emulatedCallCharsMax) endCall(writer, '');
    }
  }

  return createTextStage({
    text(text, writer) {
      for (const piece of splitter.push(text)) write(piece, writer);
    },
    close(writer) {
      for (const piece of splitter.end()) write(piece, writer);
      // A model may end on its call and leave the tag open.
      if (call !== undefined) endCall(writer, '');
      else if (!writer.hasToolUse) writer.text(blanks);
      blanks = '';
    },
    stopReason: (stopReason, writer) =>
      writer.hasToolUse && stopReason !== 'max_tokens' ? 'tool_use' : stopReason,
  });
}

interface ParsedCall {
  readonly name: string;
  readonly input: DocumentValue;
}

function parseCall(text: string, names: ReadonlySet<string>): ParsedCall | undefined {
  const call = parseNative(text.trim());
  if (!isJsonObject(call)) return undefined;
  const name = stringOf(call['name']);
  const input = call['arguments'] ?? call['parameters'] ?? {};
  if (name === undefined || !names.has(name) || !isJsonObject(input)) return undefined;
  return { name, input: input as DocumentValue };
}
