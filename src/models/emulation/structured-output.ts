// An answer in JSON from a route that cannot promise it: asked for in words, cut out of the text.

import { JsonEnd } from '../../protocol/stream/json-end.ts';
import { createLosses } from '../families/losses.ts';
import { parseNative } from '../families/native-json.ts';
import type { Conversation } from '../families/family.ts';
import type { Emulation, Stage } from './emulation.ts';
import { createTextStage } from './text-stage.ts';

export const structuredOutput: Emulation = {
  isNeeded: ({ outputConfig }) => outputConfig?.textFormat !== undefined,
  apply({ outputConfig, system = [], ...rest }) {
    const losses = createLosses();
    losses.add(
      'outputConfig.textFormat',
      'emulated',
      'the model cannot be held to a schema: it is asked to keep to it',
    );
    const { textFormat, ...others } = outputConfig ?? {};
    const schema = textFormat?.structure.jsonSchema.schema ?? '{}';
    const value: Conversation = {
      ...rest,
      ...(Object.keys(others).length > 0 && { outputConfig: others }),
      system: [...system, { text: instructions(schema) }],
    };
    return { value, losses: losses.list };
  },
  createStage: createJsonStage,
};

function instructions(schema: string): string {
  return (
    'Answer with one JSON value and nothing else: no words around it, no code fences. ' +
    `It must be valid against this JSON Schema:\n${schema}`
  );
}

/** The first object or list of the text. Without one the answer is `malformed_model_output`. */
function createJsonStage(): Stage {
  const end = new JsonEnd();
  let state: 'after' | 'before' | 'inside' = 'before';
  let json = '';
  let before = '';
  return createTextStage({
    text(text, writer) {
      if (state === 'after') return;
      let rest = text;
      if (state === 'before') {
        const at = text.search(/[[{]/);
        before += at === -1 ? text : text.slice(0, at);
        if (at === -1) return;
        state = 'inside';
        rest = text.slice(at);
      }
      const part = rest.slice(0, end.push(rest));
      json += part;
      writer.text(part);
      if (end.isWhole) state = 'after';
    },
    close(writer) {
      // There is no JSON in it: what the model said instead is all there is to show.
      if (state === 'before') writer.text(before);
    },
    stopReason(stopReason) {
      const isWhole = state === 'after' && parseNative(json) !== undefined;
      return isWhole || stopReason === 'max_tokens' || stopReason === 'tool_use'
        ? stopReason
        : 'malformed_model_output';
    },
  });
}
