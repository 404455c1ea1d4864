// Patterns of the configuration: `*` stands for any text, everything else for itself.

export function patternToRegExp(pattern: string): RegExp {
  const literal = pattern.split('*').map((text) => text.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${literal.join('.*')}$`);
}
