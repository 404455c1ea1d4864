// The calls of a message: their inputs are JSON as text in OpenAI's format.

import type { DocumentValue } from '../../../protocol/api/shape.ts';
import type { ContentBlock, ToolUseBlock } from '../../../protocol/api/types.generated.ts';
import { ModelErrorException, ValidationException } from '../../../protocol/errors.ts';
import type { AnswerContext } from '../family.ts';
import type { JsonObject } from '../native-json.ts';
import { isJsonObject, listOf, objectOf, parseNative, stringOf } from '../native-json.ts';
import { unsupportedField } from '../unsupported.ts';
import type { Place } from './place.ts';
import { tellRest, within } from './place.ts';

export function toNativeCall({ toolUseId, name, input, type }: ToolUseBlock): JsonObject {
  if (type !== undefined) throw unsupportedField('toolUse.type');
  return {
    id: toolUseId,
    type: 'function',
    function: { name, arguments: JSON.stringify(input) },
  };
}

const known = new Set(['id', 'type', 'index', 'function']);

/** The calls of a client's message. Throws ValidationException for an input that is no object. */
export function fromNativeCalls(calls: unknown, place: Place): readonly ContentBlock[] {
  return listOf(calls).map((item, at): ContentBlock => {
    const call = objectOf(item);
    const inner = within(place, at);
    tellRest(call, known, inner);
    const { name, arguments: given } = objectOf(call['function']);
    const input = inputOf(given);
    if (input === undefined) {
      throw new ValidationException(
        `The format of the value at ${inner.path}.function.arguments is invalid. ` +
          'Provide a json object for the field and try again.',
      );
    }
    const toolUseId = stringOf(call['id']) ?? '';
    return { toolUse: { toolUseId, name: stringOf(name) ?? '', input } };
  });
}

// Documented: what a model writes as a tool's input need not be JSON.
const malformed =
  'Model produced invalid sequence as part of ToolUse. ' +
  'Please refer to the model tool use troubleshooting guide.';

/** The calls of an answer. Throws ModelErrorException for an input that is no object. */
export function answeredCalls(message: JsonObject, context: AnswerContext): ContentBlock[] {
  return callsOf(message).map((call): ContentBlock => {
    const { name, arguments: given } = objectOf(call['function']);
    const input = inputOf(given);
    if (!isJsonObject(input)) throw new ModelErrorException(malformed);
    const toolUseId = toolUseIdOf(call['id'], context);
    const whole = isNothing(input) ? {} : input;
    return { toolUse: { toolUseId, name: stringOf(name) ?? '', input: whole } };
  });
}

/** The calls of a message or of a delta; the one of the format's first years is like the others. */
export function callsOf(message: JsonObject): readonly JsonObject[] {
  const calls = listOf(message['tool_calls']).map(objectOf);
  const { function_call: old } = message;
  return calls.length === 0 && isJsonObject(old) ? [{ index: 0, function: old }] : calls;
}

// What Converse takes as an ID, and the caller must send again with the result.
const validId = /^[a-zA-Z0-9_.:-]{1,64}$/;

/** The server's own ID; a new one where it gave none that Converse takes. */
export function toolUseIdOf(id: unknown, context: AnswerContext): string {
  return typeof id === 'string' && validId.test(id) ? id : context.createToolUseId();
}

/** Undefined where the arguments are no object. Some servers write it as JSON, not as its text. */
function inputOf(given: unknown): DocumentValue | undefined {
  if (given === undefined || given === null || given === '') return {};
  const value = typeof given === 'string' ? parseNative(given) : given;
  return isJsonObject(value) ? (value as DocumentValue) : undefined;
}

/** Reported from the field: gpt-oss writes `{"": {}}` where a call has no arguments. */
function isNothing(input: JsonObject): boolean {
  const [name, ...others] = Object.keys(input);
  return name === '' && others.length === 0 && isEmpty(input['']);
}

function isEmpty(value: unknown): boolean {
  return isJsonObject(value) && Object.keys(value).length === 0;
}
