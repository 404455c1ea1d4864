// The rule that the schema of structured output, which the API carries as text, is JSON.

import { isJsonObject } from '../../api/json-object.ts';
import type { DocumentValue } from '../../api/shape.ts';
import type { Rule } from '../rule.ts';
import { nestsDeeper } from '../depth.ts';
import { jsonDepthMax } from '../../../limits.ts';

const path = 'outputConfig.textFormat.structure.jsonSchema.schema';

/** Documented: the text of a JSON schema. The words are ours. */
export const schemaIsJson: Rule = ({ outputConfig }) => {
  const text = outputConfig?.textFormat?.structure.jsonSchema.schema;
  if (text === undefined) return [];
  const schema = parseSchema(text);
  if (schema === undefined) {
    const message = `The value at ${path} is not valid JSON. Provide a JSON schema as text and try again.`;
    return [{ message, cure: 'The schema is text: JSON.stringify(schema), json.dumps(schema).' }];
  }
  if (nestsDeeper(schema, jsonDepthMax)) {
    const message = `The value at ${path} nests deeper than ${jsonDepthMax} levels. Reduce its depth and try again.`;
    return [{ message, cure: 'Give inner schemas a name under $defs.' }];
  }
  if (isJsonObject(schema)) return [];
  const message = `The value at ${path} is not a JSON object. Provide a JSON schema as text and try again.`;
  return [{ message, cure: 'A schema is an object: {"type": "object", ...}.' }];
};

/** Undefined for text that is no JSON. */
export function parseSchema(text: string): DocumentValue | undefined {
  try {
    return JSON.parse(text) as DocumentValue;
  } catch {
    // Told as a problem of the conversation; the parser's own words add nothing to it.
    return undefined;
  }
}
