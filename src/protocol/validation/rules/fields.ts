// Rules about the members that cross families: native fields, their pointers, guardrails.

import { isJsonObject } from '../../api/json-object.ts';
import type { DocumentValue } from '../../api/shape.ts';
import type { Rule } from '../rule.ts';
import { noObject } from './tools.ts';

/** Documented: a JSON object. The sentence is that of the other JSON members. */
export const requestFieldsAreObject: Rule = ({ additionalModelRequestFields: fields }) => {
  if (fields === undefined || isJsonObject(fields)) return [];
  return [noObject('additionalModelRequestFields')];
};

/** Reported from the field, without its words. */
export const toolChoiceOnce: Rule = ({ toolConfig, additionalModelRequestFields: fields }) => {
  if (toolConfig?.toolChoice === undefined || fields === undefined) return [];
  if (memberOf(memberOf(fields, 'tool_choice'), 'type') === undefined) return [];
  const message =
    'The toolConfig.toolChoice field and additionalModelRequestFields.tool_choice.type ' +
    'cannot be used together. Remove one of them and try again.';
  return [{ message, cure: 'Say it once: toolConfig.toolChoice works with every family.' }];
};

/** Documented: an empty or malformed pointer is refused. The words are ours. */
export const pointersValid: Rule = ({ additionalModelResponseFieldPaths: paths = [] }) =>
  paths.flatMap((path, index) => {
    if (isPointer(path)) return [];
    const message = `The JSON pointer at additionalModelResponseFieldPaths.${index} is invalid.`;
    const cure = 'A JSON pointer begins with a slash: /stop_sequence; in it ~ is ~0, a slash ~1.';
    return [{ message, cure }];
  });

/** Documented: neither means anything alone. The words are ours. */
export const guardrailComplete: Rule = (conversation) => {
  const { guardrailConfig } = conversation;
  if (guardrailConfig === undefined) return [];
  const { guardrailIdentifier = '', guardrailVersion = '' } = guardrailConfig;
  if ((guardrailIdentifier === '') === (guardrailVersion === '')) return [];
  const message =
    'The guardrailIdentifier and guardrailVersion fields of guardrailConfig must be provided ' +
    'together. Provide both and try again.';
  return [{ message, cure: 'The version is a number, or DRAFT.' }];
};

// RFC 6901; the empty pointer, which names the whole, is refused, as the documentation says.
function isPointer(path: string): boolean {
  return path.startsWith('/') && !/~(?![01])/.test(path);
}

function memberOf(value: DocumentValue | undefined, key: string): DocumentValue | undefined {
  return isJsonObject(value) ? value[key] : undefined;
}
