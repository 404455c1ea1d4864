// The IDs of calls as Mistral's models know them: nine letters and digits, no more and no less.

import type { Message } from '../../../protocol/api/types.generated.ts';

/** Gives each ID of Converse its native one, the same each time, and no two the same. */
export interface CallIds {
  of(toolUseId: string): string;
}

/** The IDs of one conversation: those that are native already keep theirs. */
export function createCallIds(messages: readonly Message[]): CallIds {
  const ids = new Map<string, string>();
  const taken = new Set<string>();
  const calls = messages.flatMap(({ content }) => content);
  for (const block of calls) {
    if ('toolUse' in block && isNative(block.toolUse.toolUseId)) taken.add(block.toolUse.toolUseId);
  }
  return {
    of(toolUseId) {
      if (isNative(toolUseId)) return toolUseId;
      let id = ids.get(toolUseId);
      for (let attempt = 0; id === undefined; attempt += 1) {
        const candidate = nativeIdOf(toolUseId, attempt);
        if (!taken.has(candidate)) id = candidate;
      }
      ids.set(toolUseId, id);
      taken.add(id);
      return id;
    },
  };
}

/** An ID that Converse takes for a call. Documented: its letters and its length. */
export function isCallId(id: unknown): id is string {
  return typeof id === 'string' && /^[\w.:-]{1,64}$/.test(id);
}

/** The ID of a call that has none: by its place among the conversation's calls. */
export function callIdAt(index: number): string {
  return `call${String(index).padStart(5, '0')}`;
}

// Documented by mistral-common: the form that its validation asks for.
function isNative(id: string): boolean {
  return /^[A-Za-z0-9]{9}$/.test(id);
}

const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

function nativeIdOf(toolUseId: string, attempt: number): string {
  const high = hash(toolUseId, 2 * attempt);
  const low = hash(toolUseId, 2 * attempt + 1);
  return digits(high, 5) + digits(low, 4);
}

// Murmur's mixing of 32 bits: even near strings get far numbers.
function hash(text: string, seed: number): number {
  let state = Math.imul(seed + 1, 0x9e3779b1);
  for (let at = 0; at < text.length; at += 1) {
    state = Math.imul(state ^ text.charCodeAt(at), 0x85ebca6b);
    state = (state << 13) | (state >>> 19);
  }
  state = Math.imul(state ^ (state >>> 16), 0xc2b2ae35);
  return (state ^ (state >>> 15)) >>> 0;
}

function digits(number: number, count: number): string {
  let rest = number;
  let text = '';
  for (let place = 0; place < count; place += 1) {
    text += letters.charAt(rest % letters.length);
    rest = Math.floor(rest / letters.length);
  }
  return text;
}
