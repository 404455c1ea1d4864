// Reasoning that a model writes between tags at the start of its text, told apart from the text.

import type { EventWriter } from '../families/event-writer.ts';
import type { Emulation, Stage } from './emulation.ts';
import { beginsAtEnd } from './tag-splitter.ts';
import { createTextStage } from './text-stage.ts';

export const reasoning: Emulation = {
  isNeeded: () => true,
  apply: (request) => ({ value: request, losses: [] }),
  createStage: createReasoningStage,
};

const open = '<think>';
const close = '</think>';

type State = 'after' | 'before' | 'between' | 'inside';

/** The tags count at the very start only: a text about them is a text. */
function createReasoningStage(): Stage {
  let state: State = 'before';
  let held = '';

  /** One step a state; true where the text that is held may say more in the next. */
  const steps: Readonly<Record<State, (writer: EventWriter) => boolean>> = {
    before() {
      const text = held.trimStart();
      if (text.length < open.length && open.startsWith(text)) return false;
      state = text.startsWith(open) ? 'inside' : 'after';
      if (state === 'inside') held = text.slice(open.length);
      return true;
    },
    inside(writer) {
      const at = held.indexOf(close);
      const end = at === -1 ? held.length - beginsAtEnd(held, close) : at;
      writer.reasoning(held.slice(0, end));
      held = held.slice(end);
      if (at === -1) return false;
      writer.close();
      held = held.slice(close.length);
      state = 'between';
      return true;
    },
    between() {
      held = held.trimStart();
      if (held === '') return false;
      state = 'after';
      return true;
    },
    after(writer) {
      writer.text(held);
      held = '';
      return false;
    },
  };

  return createTextStage({
    text(text, writer) {
      held += text;
      while (steps[state](writer));
    },
    close(writer) {
      if (state === 'inside') writer.reasoning(held);
      else writer.text(held);
      held = '';
    },
  });
}
