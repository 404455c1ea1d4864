// Which models answer in the form of a schema, and which schemas they take.

import { jsonDepthMax } from '../../limits.ts';
import type { DocumentValue } from '../../protocol/api/shape.ts';
import { nestsDeeper } from '../../protocol/validation/depth.ts';
import { parseSchema } from '../../protocol/validation/rules/structured-output.ts';
import type { Capability, Refusal } from './capability.ts';
import { fromModel, unsupportedField } from './capability.ts';

/** The sentence of the other fields; for this one it was not seen. */
export const outputFormatSupported: Capability = ({ conversation: { outputConfig }, model }) => {
  if (outputConfig?.textFormat === undefined) return [];
  if (model.features.includes('structuredOutput')) return [];
  return [unsupportedField('outputConfig.textFormat', 'Ask for JSON in the prompt, or by a tool.')];
};

/** Reported from the field; measured, 2026-05, which keywords. */
export const schemaWithin: Capability = ({ conversation: { outputConfig }, model }) => {
  const text = outputConfig?.textFormat?.structure.jsonSchema.schema;
  if (text === undefined || !model.features.includes('structuredOutput')) return [];
  const schema = parseSchema(text);
  // Told by a rule already, and too deep to be walked.
  if (nestsDeeper(schema, jsonDepthMax)) return [];
  const problem = findProblem(schema);
  return problem === undefined ? [] : [problem];
};

const at = 'output_config.format.schema:';
const ranges = ['exclusiveMaximum', 'exclusiveMinimum', 'maximum', 'minimum', 'multipleOf'];

/** The first in the order of the text. */
function findProblem(schema: DocumentValue | undefined): Refusal | undefined {
  if (typeof schema !== 'object' || schema === null) return undefined;
  if (Array.isArray(schema)) return firstProblem(schema as readonly DocumentValue[]);
  const members = schema as Readonly<Record<string, DocumentValue>>;
  return ownProblem(members) ?? firstProblem(Object.values(members));
}

function firstProblem(values: readonly DocumentValue[]): Refusal | undefined {
  for (const value of values) {
    const problem = findProblem(value);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function ownProblem(schema: Readonly<Record<string, DocumentValue>>): Refusal | undefined {
  const { type } = schema;
  if (type === 'object' && schema['additionalProperties'] !== false) {
    const message = `${at} For 'object' type, 'additionalProperties' must be explicitly set to false`;
    return fromModel(message, 'Set additionalProperties to false in each object of the schema.');
  }
  const unsupported = unsupportedKeywords(schema);
  if (unsupported.length === 0) return undefined;
  const list = unsupported.join(', ');
  const name = typeof type === 'string' ? type : 'any';
  const message = `${at} For '${name}' type, properties ${list} are not supported`;
  return fromModel(message, 'Say the bounds in a description instead.');
}

function unsupportedKeywords(schema: Readonly<Record<string, DocumentValue>>): readonly string[] {
  if (schema['type'] === 'number' || schema['type'] === 'integer') {
    // The one report has them as maximum, minimum.
    return ranges.filter((keyword) => typeof schema[keyword] === 'number');
  }
  if (schema['type'] !== 'array') return [];
  const items = schema['minItems'];
  const least = typeof items === 'number' && items > 1 ? ['minItems'] : [];
  return [...('maxItems' in schema ? ['maxItems'] : []), ...least];
}
