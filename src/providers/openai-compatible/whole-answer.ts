// The whole answer that the chunks of a stream come to, in OpenAI's format.

import { isJsonObject } from '../../protocol/api/json-object.ts';
import { ModelErrorException } from '../../protocol/errors.ts';
import type { JsonObject } from '../provider.ts';

/** As the place would have answered without a stream. Throws where its end is missing. */
export function wholeAnswer(chunks: readonly JsonObject[]): JsonObject {
  const choices = new Map<unknown, Record<string, unknown>>();
  for (const choice of chunks.flatMap((chunk) => objectsIn(chunk['choices']))) {
    const index = choice['index'] ?? 0;
    choices.set(index, withDelta(choices.get(index) ?? { index, message: {} }, choice));
  }
  const whole = [...choices.values()];
  if (whole.length === 0 || whole.some((choice) => typeof choice['finish_reason'] !== 'string')) {
    throw new ModelErrorException("The answer of the model's place ended before it was whole.");
  }
  const head = Object.assign({}, ...chunks) as JsonObject;
  return { ...head, object: 'chat.completion', choices: whole };
}

function withDelta(choice: Record<string, unknown>, chunk: JsonObject): Record<string, unknown> {
  const { delta, index: _index, logprobs, ...rest } = chunk;
  const known = choice['message'] as JsonObject;
  const message = isJsonObject(delta) ? joined(known, delta) : known;
  return { ...choice, ...rest, message, ...withLogprobs(choice['logprobs'], logprobs) };
}

/** Texts are continued; what is no text, or comes once, counts as it came last. */
function joined(known: JsonObject, delta: JsonObject): JsonObject {
  const message: Record<string, unknown> = { ...known };
  for (const [name, value] of Object.entries(delta)) {
    const before = message[name];
    if (name === 'tool_calls') message[name] = withCalls(objectsIn(before), objectsIn(value));
    else if (typeof value === 'string' && typeof before === 'string' && !comesOnce.has(name)) {
      message[name] = before + value;
    } else if (value !== null || before === undefined) message[name] = value;
  }
  return message;
}

const comesOnce: ReadonlySet<string> = new Set(['role', 'name', 'id', 'type']);

/** The pieces of a call know it by its place in the list. */
function withCalls(
  known: readonly JsonObject[],
  pieces: readonly JsonObject[],
): readonly JsonObject[] {
  const calls = [...known];
  for (const { index, function: called, ...piece } of pieces) {
    const at = typeof index === 'number' ? index : calls.length;
    const before = calls[at] ?? {};
    const { function: begun } = before;
    calls[at] = {
      ...joined(before, piece),
      function: joined(isJsonObject(begun) ? begun : {}, isJsonObject(called) ? called : {}),
    };
  }
  return calls;
}

function withLogprobs(before: unknown, value: unknown): JsonObject {
  if (!isJsonObject(value)) return {};
  const known = isJsonObject(before) ? objectsIn(before['content']) : [];
  return { logprobs: { ...value, content: [...known, ...objectsIn(value['content'])] } };
}

function objectsIn(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
