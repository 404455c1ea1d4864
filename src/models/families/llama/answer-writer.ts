// Writes the blocks of an assistant's message as the one text that Llama would write.

import type { ContentBlock } from '../../../protocol/api/types.generated.ts';
import type { Template } from '../../catalog/model.ts';
import type { Losses } from '../losses.ts';
import { plainBlock } from '../plain-text.ts';
import { unsupportedBlock } from '../unsupported.ts';
import { callSeparator, openCall, toPythonJson } from './call.ts';
import { markersOf, tellMarkers } from './markers.ts';

export interface AnswerPlace {
  readonly template: Template | undefined;
  /** Of the message's content, for losses. */
  readonly path: string;
  /** Whether blanks at the start are lost on the way. */
  readonly isTrimmed: boolean;
}

export interface WrittenAnswer {
  readonly text: string;
  /** A message with a call waits for a result. */
  readonly hasCall: boolean;
}

/** Throws ValidationException for what no text can stand for. */
export function writeAnswer(
  content: readonly ContentBlock[],
  place: AnswerPlace,
  losses: Losses,
): WrittenAnswer {
  const writer = createAnswerWriter(place, losses);
  const texts = content.flatMap((block, at) => {
    if ('toolUse' in block) {
      const input = toPythonJson(block.toolUse.input);
      tellMarkers(input, place, losses);
      return [writer.openCall(block.toolUse.name), input, writer.closeCall()];
    }
    return plainBlock(block, `${place.path}.${at}`, losses).map((text) => {
      tellMarkers(text, place, losses);
      return writer.text(text, true);
    });
  });
  return { text: texts.join(''), hasCall: writer.hasCall };
}

export interface AnswerWriter {
  readonly hasCall: boolean;
  /** A piece of a text; `isFirst` of its block. */
  text(piece: string, isFirst: boolean): string;
  /** The call up to its input, which is to follow as JSON. */
  openCall(name: string): string;
  closeCall(): string;
}

export function createAnswerWriter(place: AnswerPlace, losses: Losses): AnswerWriter {
  const markers = markersOf(place.template);
  let last: 'call' | 'nothing' | 'text' = 'nothing';
  let hasCall = false;

  function tell(reason: string): void {
    losses.add(place.path, 'changed', reason);
  }

  return {
    get hasCall() {
      return hasCall;
    },
    text(piece, isFirst) {
      if (!isFirst) return piece;
      const before = last;
      last = 'text';
      if (before === 'text') {
        tell('its texts are joined into one');
        return `\n${piece}`;
      }
      // What a reader skips there.
      const skipped = before === 'call' ? /^[\s;,]/ : /^\s/;
      const isSkipped = (before === 'call' || place.isTrimmed) && skipped.test(piece);
      if (isSkipped) tell('blanks at the start of its text are lost');
      return piece;
    },
    openCall(name) {
      if (markers === undefined) throw unsupportedBlock({ toolUse: name });
      const before = { nothing: '', text: markers.call, call: callSeparator }[last];
      last = 'call';
      hasCall = true;
      return before + openCall(name);
    },
    closeCall: () => '}',
  };
}
