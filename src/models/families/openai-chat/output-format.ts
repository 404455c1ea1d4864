// The form of the answer: a JSON schema, as text in Converse and as JSON in OpenAI's format.

import type { OutputConfig } from '../../../protocol/api/types.generated.ts';
import { ValidationException } from '../../../protocol/errors.ts';
import type { JsonObject } from '../native-json.ts';
import { compact, isJsonObject, objectOf, parseNative, stringOf } from '../native-json.ts';
import type { Losses } from '../losses.ts';

type TextFormat = NonNullable<OutputConfig['textFormat']>;

// The native format wants a name.
const nameUnknown = 'answer';

/** Throws ValidationException for a schema that is no JSON object. */
export function toResponseFormat({ structure }: TextFormat): JsonObject {
  const { schema: text, name = nameUnknown, description } = structure.jsonSchema;
  const schema = parseNative(text);
  if (!isJsonObject(schema)) {
    throw new ValidationException(
      'The value at outputConfig.textFormat.structure.jsonSchema.schema is not a JSON object. ' +
        'Provide a JSON schema as text and try again.',
    );
  }
  // Converse promises that the answer keeps to the schema.
  return { type: 'json_schema', json_schema: compact({ name, description, schema, strict: true }) };
}

export interface ResponseFormat {
  readonly textFormat?: TextFormat;
  /** What Converse has no member for. */
  readonly remainder?: JsonObject | undefined;
}

export function fromResponseFormat(native: unknown, losses: Losses): ResponseFormat {
  if (!isJsonObject(native) || native['type'] === 'text') return {};
  const { type, json_schema: format, ...others } = native;
  const { name, description, schema, strict, ...rest } = objectOf(format);
  if (type !== 'json_schema' || !isJsonObject(schema)) return { remainder: native };
  if (strict === false) {
    const reason = 'Converse always holds an answer to its schema';
    losses.add('response_format.json_schema.strict', 'changed', reason);
  }
  const jsonSchema = {
    schema: JSON.stringify(schema),
    ...compact({ name: stringOf(name), description: stringOf(description) }),
  };
  const remainder = {
    ...others,
    ...(Object.keys(rest).length > 0 && { json_schema: rest }),
  };
  return {
    textFormat: { type: 'json_schema', structure: { jsonSchema } },
    remainder: Object.keys(remainder).length > 0 ? remainder : undefined,
  };
}
