// What llama.cpp's server says of its model's chat template: one without tools passes over them.

import { isJsonObject } from '../../protocol/api/json-object.ts';
import { exceptionTable, ServiceException } from '../../protocol/errors.ts';
import type { NativeCall } from '../provider.ts';
import { reportLosses } from '../provider.ts';

/** Asks the place for its properties. */
export type AskProperties = (signal: AbortSignal) => Promise<unknown>;

/** Tells the caller where the tools of a call would be passed over in silence. */
export function createTemplateCheck(ask: AskProperties): (call: NativeCall) => Promise<void> {
  let hasTools = false;
  return async ({ body, notes, signal }) => {
    if (hasTools || body['tools'] === undefined) return;
    // Asked again where there are none: somebody may start it anew with another template.
    hasTools = await templateHasTools(ask, signal);
    if (!hasTools) reportLosses(notes, [withoutTools]);
  };
}

const withoutTools = {
  member: 'toolConfig',
  handling: 'left out',
  reason:
    "the chat template of the place's model has no tools: start it with one that has " +
    '(--chat-template-file)',
} as const;

/** What does not say, has; what cannot be reached, is told as the call itself would be. */
async function templateHasTools(ask: AskProperties, signal: AbortSignal): Promise<boolean> {
  try {
    const properties = await ask(signal);
    const template = isJsonObject(properties) ? properties['chat_template_caps'] : undefined;
    return !isJsonObject(template) || template['supports_tools'] !== false;
  } catch (error) {
    // Another server, or one that keeps its properties to itself.
    if (error instanceof ServiceException && !exceptionTable[error.name].retryable) return true;
    throw error;
  }
}
