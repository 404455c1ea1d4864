// JSON as Python prints it: the models were trained on a blank after each comma and colon.

import { parseNative } from '../native-json.ts';

/** The JSON of a value. */
export function spacedJson(value: unknown): string {
  return respaced(JSON.stringify(value));
}

/** The same JSON, spaced; numbers stay as they are written. Undefined where the text is none. */
export function spacedText(text: string): string | undefined {
  return parseNative(text) === undefined ? undefined : respaced(text);
}

// By hand: an expression that spans the texts within would run out of stack on long ones.
function respaced(json: string): string {
  const parts: string[] = [];
  let at = 0;
  for (;;) {
    const quote = json.indexOf('"', at);
    parts.push(spaced(quote === -1 ? json.slice(at) : json.slice(at, quote)));
    if (quote === -1) return parts.join('');
    at = closingQuote(json, quote) + 1;
    // Python escapes as little as JavaScript does, whatever was escaped before.
    parts.push(JSON.stringify(parseNative(json.slice(quote, at))));
  }
}

/** What stands between two texts. */
function spaced(json: string): string {
  return json.replaceAll(/\s+/g, '').replaceAll(/[,:]/g, '$& ');
}

function closingQuote(json: string, opening: number): number {
  let at = json.indexOf('"', opening + 1);
  while (isEscaped(json, at)) at = json.indexOf('"', at + 1);
  return at;
}

function isEscaped(json: string, quote: number): boolean {
  let slashes = 0;
  while (json.charAt(quote - 1 - slashes) === '\\') slashes += 1;
  return slashes % 2 === 1;
}
