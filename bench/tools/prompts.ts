// What a prompt of the tools bench is: a request, the tools offered, and what is right.

export type JsonSchema = { readonly [key: string]: unknown };

export interface BenchTool {
  readonly name: string;
  readonly description: string;
  readonly schema: JsonSchema;
}

/** Direct and indirect prompts need a tool; look-alikes and plain ones must not call any. */
export type PromptKind = 'direct' | 'indirect' | 'look-alike' | 'plain';

export interface BenchPrompt {
  readonly kind: PromptKind;
  readonly text: string;
  /** Names of the tools offered. */
  readonly tools: readonly string[];
  /** The tool to call; none where no tool is needed. */
  readonly tool?: string;
  /** The required arguments; of several right values any one, by `oneOf`. */
  readonly input?: Readonly<Record<string, unknown>>;
}

export interface BenchResult {
  readonly text: string;
  readonly tool: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly result: unknown;
}

export interface BenchHalf {
  readonly tools: readonly BenchTool[];
  readonly prompts: readonly BenchPrompt[];
  readonly results: readonly BenchResult[];
}

/** Any of these values is right. */
export class OneOf {
  readonly values: readonly unknown[];
  constructor(values: readonly unknown[]) {
    this.values = values;
  }
}

export function oneOf(...values: readonly unknown[]): OneOf {
  return new OneOf(values);
}

type Properties = Readonly<Record<string, JsonSchema>>;

/** All properties are required but those whose name ends in a question mark. */
export function object(properties: Properties): JsonSchema {
  const names = Object.keys(properties);
  return {
    type: 'object',
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, schema]) => [name.replace(/\?$/, ''), schema]),
    ),
    required: names.filter((name) => !name.endsWith('?')),
  };
}

export function string(description: string, rest: JsonSchema = {}): JsonSchema {
  return { type: 'string', description, ...rest };
}

export function choice(description: string, ...values: readonly string[]): JsonSchema {
  return { type: 'string', enum: values, description };
}

export function integer(description: string): JsonSchema {
  return { type: 'integer', description };
}

export function number(description: string): JsonSchema {
  return { type: 'number', description };
}

export function flag(description: string): JsonSchema {
  return { type: 'boolean', description };
}

export function list(description: string, items: JsonSchema): JsonSchema {
  return { type: 'array', description, items };
}

/** Tools are named in one string, the right one first where one is to be called. */
export function call(kind: 'direct' | 'indirect', text: string, right: Right): BenchPrompt {
  const [tools, input] = right;
  const names = tools.split(' ');
  // The order must not give the answer away.
  const offered = names.toSorted();
  const [tool] = names;
  return { kind, text, tools: offered, input, ...(tool === undefined ? {} : { tool }) };
}

type Right = readonly [tools: string, input: Readonly<Record<string, unknown>>];

export function none(kind: 'look-alike' | 'plain', text: string, tools: string): BenchPrompt {
  return { kind, text, tools: tools.split(' ').toSorted() };
}
