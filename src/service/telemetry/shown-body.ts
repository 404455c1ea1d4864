// A body as the log shows it: short, and without what looks like a secret.

import { loggedBodyCharsMax } from '../../limits.ts';
import { parseBody } from '../../protocol/wire/rest-json.ts';

/** `secrets` are texts that must not be seen, wherever they stand. */
export function shownBody(body: unknown, secrets: readonly string[]): string | undefined {
  if (body === undefined || body === null) return undefined;
  const value = body instanceof Uint8Array ? parsed(body) : body;
  const text = JSON.stringify(value, hideMember);
  const hidden = secrets.reduce((shown, secret) => shown.replaceAll(secret, redacted), text);
  return shortened(hidden);
}

const redacted = '[redacted]';
const secretName = /authorization|api[-_]?key|secret|token|passw|credential/i;

function hideMember(name: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return `[${value.length} bytes]`;
  if (typeof value === 'number') return value;
  if (secretName.test(name)) return redacted;
  if (typeof value !== 'string') return value;
  // The base64 of an image or a document, which nobody reads.
  if (name === 'bytes' || name === 'data') return `[${value.length} characters]`;
  return value;
}

/** A native body; text where it is no JSON. */
function parsed(bytes: Uint8Array): unknown {
  try {
    return parseBody(bytes);
  } catch {
    return Buffer.from(bytes).toString();
  }
}

function shortened(text: string): string {
  if (text.length <= loggedBodyCharsMax) return text;
  return `${text.slice(0, loggedBodyCharsMax)}... (${text.length} characters)`;
}
