// A tool's JSON Schema as Command R's list of parameters, which have Python's types, and back.

import type { Tool, ToolConfiguration } from '../../../protocol/api/types.generated.ts';
import type { DocumentValue } from '../../../protocol/api/shape.ts';
import type { Losses } from '../losses.ts';
import type { JsonObject } from '../native-json.ts';
import { compact, isJsonObject, listOf, objectOf, stringOf, textsOf } from '../native-json.ts';
import { unsupportedField } from '../unsupported.ts';

/** Throws ValidationException for the tools of other services. */
export function encodeTools(
  { tools, toolChoice }: ToolConfiguration,
  losses: Losses,
): readonly JsonObject[] {
  const [choice = 'auto'] = Object.keys(toolChoice ?? {});
  if (choice !== 'auto') {
    const reason = 'the native format leaves the choice of a tool to the model';
    losses.add(`toolConfig.toolChoice.${choice}`, 'left out', reason);
  }
  return tools.flatMap((tool, at) => encodeTool(tool, `toolConfig.tools.${at}`, losses));
}

function encodeTool(tool: Tool, path: string, losses: Losses): readonly JsonObject[] {
  if ('systemTool' in tool) throw unsupportedField(`${path}.systemTool`);
  if ('cachePoint' in tool) {
    losses.add(`${path}.cachePoint`, 'left out', 'the native format has no cache points');
    return [];
  }
  const { name, description = '', inputSchema, strict } = tool.toolSpec;
  if (strict !== undefined) {
    const reason = 'the native format does not hold calls to their schemas';
    losses.add(`${path}.toolSpec.strict`, 'left out', reason);
  }
  const definitions = encodeSchema(objectOf(inputSchema.json));
  if (canonical(decodeSchema(definitions)) !== canonical(inputSchema.json)) {
    const reason = 'a parameter has a type and a description: what more there is stands in words';
    losses.add(`${path}.toolSpec.inputSchema.json`, 'changed', reason);
  }
  return [{ name, description, parameter_definitions: definitions }];
}

function encodeSchema(schema: JsonObject): JsonObject {
  const required = new Set(textsOf(schema['required']));
  const properties = Object.entries(objectOf(schema['properties']));
  return Object.fromEntries(
    properties.map(([name, property]) => [name, encodeParameter(property, required.has(name))]),
  );
}

function encodeParameter(property: unknown, required: boolean): JsonObject {
  const { type, description, items, ...rest } = objectOf(property);
  const python = pythonType(type, items);
  const details = compact({
    // What the type does not say is said in words: a union, or what a list is of.
    type: python === anything ? type : undefined,
    items: python === 'list' ? items : undefined,
    ...rest,
  });
  const schema = Object.keys(details).length > 0 ? `Schema: ${JSON.stringify(details)}` : '';
  const words = [stringOf(description) ?? '', schema].filter((part) => part !== '').join(' ');
  return { ...(words !== '' && { description: words }), type: python, required };
}

const scalars: Readonly<Record<string, string>> = {
  boolean: 'bool',
  integer: 'int',
  number: 'float',
  string: 'str',
};

const anything = 'Any';

// Documented: the types of parameters are those of Python, lists of one type among them.
function pythonType(type: unknown, items: unknown): string {
  if (typeof type !== 'string') return anything;
  if (type === 'object') return 'dict';
  if (type !== 'array') return scalars[type] ?? anything;
  const { type: of, ...rest } = objectOf(items);
  const scalar = typeof of === 'string' ? scalars[of] : undefined;
  return scalar === undefined || Object.keys(rest).length > 0 ? 'list' : `list[${scalar}]`;
}

export function decodeTools(native: unknown, losses: Losses): readonly Tool[] {
  return listOf(native).map((item, at): Tool => {
    const { name, description, parameter_definitions: definitions } = objectOf(item);
    const path = `tools.${at}.parameter_definitions`;
    tellTypes(objectOf(definitions), path, losses);
    const words = stringOf(description) ?? '';
    const inputSchema = { json: decodeSchema(objectOf(definitions)) as DocumentValue };
    return {
      toolSpec: { name: stringOf(name) ?? '', ...(words && { description: words }), inputSchema },
    };
  });
}

function tellTypes(definitions: JsonObject, path: string, losses: Losses): void {
  for (const [name, definition] of Object.entries(definitions)) {
    const type = stringOf(objectOf(definition)['type']) ?? '';
    if (type === anything || Object.keys(schemaOf(type)).length > 0) continue;
    losses.add(`${path}.${name}.type`, 'changed', `no JSON Schema is known for the type ${type}`);
  }
}

function decodeSchema(definitions: JsonObject): JsonObject {
  const entries = Object.entries(definitions);
  const required = entries.filter(([, it]) => objectOf(it)['required'] === true);
  const properties = entries.map(([name, definition]) => {
    const { type, description } = objectOf(definition);
    return [name, compact({ ...schemaOf(stringOf(type) ?? ''), description })];
  });
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(required.length > 0 && { required: required.map(([name]) => name) }),
  };
}

const types: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(scalars).map(([type, python]) => [python, type])),
  array: 'array',
  boolean: 'boolean',
  dict: 'object',
  integer: 'integer',
  list: 'array',
  number: 'number',
  object: 'object',
  string: 'string',
};

/** The schema of a Python type: `str`, `List[int]`, `dict`; also of JSON Schema's own names. */
function schemaOf(python: string): JsonObject {
  const [, name = '', of] = /^\s*(\w+)(?:\[(.+)\])?\s*$/.exec(python.toLowerCase()) ?? [];
  const type = types[name];
  if (type === undefined) return {};
  const items = of === undefined || type !== 'array' ? {} : schemaOf(of);
  return { type, ...(Object.keys(items).length > 0 && { items }) };
}

/** A schema as text that is the same for schemas that mean the same to this format. */
function canonical(schema: unknown): string {
  return JSON.stringify(sorted(withoutNoise(objectOf(schema))));
}

/** A signature has no further parameters and no address. */
function withoutNoise(schema: JsonObject): JsonObject {
  const { $schema: _, additionalProperties, properties = {}, required, ...rest } = schema;
  const names = textsOf(required).toSorted();
  return compact({
    ...rest,
    properties,
    additionalProperties: additionalProperties === false ? undefined : additionalProperties,
    required: names.length > 0 ? names : undefined,
  });
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).map(([name, it]) => [name, sorted(it)] as const);
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
