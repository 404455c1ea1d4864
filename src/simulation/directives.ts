// Directives in a message's text, `[[call NAME {json}]]`: how a test asks for a tool call.

import type { DocumentValue } from '../protocol/api/shape.ts';
import { badDirectivesMax } from '../limits.ts';

export interface Directive {
  readonly name: string;
  /** Absent where the directive is only `[[call NAME]]`. */
  readonly input: { readonly [key: string]: DocumentValue } | undefined;
}

/**
 * The directives of a text, in order, that name one of the tools. One that names no such tool, or
 * whose JSON is bad, is plain text.
 */
export function findDirectives(text: string, tools: ReadonlySet<string>): readonly Directive[] {
  const found: Directive[] = [];
  const opening = /\[\[call\s+([a-zA-Z0-9_-]+)/g;
  let bad = 0;
  for (let match = opening.exec(text); match !== null; match = opening.exec(text)) {
    const [, name = ''] = match;
    const start = skipSpace(text, opening.lastIndex);
    const rest = parseRest(text, start);
    if (rest === undefined) {
      if (text[start] === '{') bad += 1;
      if (bad === badDirectivesMax) break;
    } else {
      // What a directive for another tool holds is its input, not a directive of its own.
      opening.lastIndex = rest.end;
      if (tools.has(name)) found.push({ name, input: rest.input });
    }
  }
  return found;
}

interface Rest {
  readonly input: Directive['input'];
  readonly end: number;
}

/** What follows the name: a JSON object or nothing, then the closing brackets. */
function parseRest(text: string, start: number): Rest | undefined {
  if (text[start] !== '{') return closeRest(text, start, undefined);
  const objectEnd = findObjectEnd(text, start);
  if (objectEnd === undefined) return undefined;
  const input = parseObject(text.slice(start, objectEnd));
  return input === undefined ? undefined : closeRest(text, skipSpace(text, objectEnd), input);
}

function closeRest(text: string, at: number, input: Directive['input']): Rest | undefined {
  return text.startsWith(']]', at) ? { input, end: at + 2 } : undefined;
}

function skipSpace(text: string, start: number): number {
  let index = start;
  while (/\s/.test(text[index] ?? '')) index += 1;
  return index;
}

/** Where the braces that open here are closed again; braces in strings do not count. */
function findObjectEnd(text: string, start: number): number | undefined {
  let depth = 0;
  let inString = false;
  for (let index = start; index < text.length; index += 1) {
    const character = text[index];
    if (inString) {
      if (character === '\\') index += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{') depth += 1;
    else if (character === '}') {
      depth -= 1;
      if (depth === 0) return index + 1;
    }
  }
  return undefined;
}

function parseObject(text: string): Directive['input'] {
  try {
    return JSON.parse(text) as Exclude<Directive['input'], undefined>;
  } catch {
    // Bad JSON makes the directive plain text, as specified.
    return undefined;
  }
}
