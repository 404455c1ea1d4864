// The form that an answer must have: a JSON Schema, in Converse and in the chat models' format.

import type { OutputConfig } from '../../../protocol/api/types.generated.ts';
import { ValidationException } from '../../../protocol/errors.ts';
import type { JsonObject } from '../native-json.ts';
import { compact, isJsonObject, objectOf, parseNative, stringOf } from '../native-json.ts';

// The native format wants a name, which Converse may leave out.
const defaultName = 'answer';

/** Throws ValidationException where the schema is no JSON object. */
export function toResponseFormat(outputConfig: OutputConfig | undefined): JsonObject | undefined {
  if (outputConfig?.textFormat === undefined) return undefined;
  const {
    schema: text,
    name = defaultName,
    description,
  } = outputConfig.textFormat.structure.jsonSchema;
  const schema = parseNative(text);
  if (!isJsonObject(schema)) {
    throw new ValidationException(
      'The format of the value at outputConfig.textFormat.structure.jsonSchema.schema is ' +
        'invalid. Provide a json object for the field and try again.',
    );
  }
  return { type: 'json_schema', json_schema: compact({ name, description, schema, strict: true }) };
}

export interface ReadFormat {
  readonly outputConfig?: OutputConfig;
  /** What Converse has no member for. */
  readonly remainder?: JsonObject;
}

export function fromResponseFormat(native: unknown): ReadFormat {
  if (!isJsonObject(native)) return {};
  const { name, description, schema, strict } = objectOf(native['json_schema']);
  if (native['type'] !== 'json_schema' || schema === undefined) return { remainder: native };
  const jsonSchema = {
    schema: JSON.stringify(schema),
    ...(typeof name === 'string' && name !== defaultName && { name }),
    ...(typeof description === 'string' && { description: stringOf(description) ?? '' }),
  };
  return {
    outputConfig: { textFormat: { type: 'json_schema', structure: { jsonSchema } } },
    // The maker's API: a schema that is not strict is a wish.
    ...(strict !== true && { remainder: { json_schema: { strict: false } } }),
  };
}
