// Environment variables named in a configuration file: `${NAME}` in a text stands for its value.

/** A text of the file names a variable that is not set. */
export class MissingVariable extends Error {
  override readonly name = 'MissingVariable';
  readonly variable: string;
  /** The key whose text names it: `providers.claude.apiKey`. */
  readonly key: string;

  constructor(variable: string, key: string) {
    super(`${key} names the environment variable ${variable}, which is not set`);
    this.variable = variable;
    this.key = key;
  }
}

export type Variables = Readonly<Record<string, string | undefined>>;

/** The same tree, its texts filled in. Throws MissingVariable. */
export function fillVariables(value: unknown, variables: Variables, key = ''): unknown {
  if (typeof value === 'string') return fillText(value, variables, key);
  if (Array.isArray(value)) {
    return value.map((item, at) => fillVariables(item, variables, join(key, String(at))));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      fillVariables(member, variables, join(key, name)),
    ]),
  );
}

/**
 * The text of a file in which YAML can read the variables: in a flow mapping a brace would end the
 * value, so a variable that is a value by itself is put between quotation marks.
 */
export function quoteVariables(yaml: string): string {
  return yaml.replaceAll(/(?<=[:,[{-] +)\$\{\w+\}(?= *(?:[\]},#]|$))/gm, '"$&"');
}

function fillText(text: string, variables: Variables, key: string): string {
  return text.replaceAll(/\$\{(\w+)\}/g, (_whole, name: string) => {
    const value = variables[name];
    if (value === undefined || value === '') throw new MissingVariable(name, key);
    return value;
  });
}

function join(key: string, name: string): string {
  return key === '' ? name : `${key}.${name}`;
}
