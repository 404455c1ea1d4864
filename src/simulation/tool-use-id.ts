// The IDs of simulated tool calls: the same for the same conversation, never twice in one.

import type { ConverseRequest } from '../protocol/api/types.generated.ts';
import { modelTexts } from './request-texts.ts';

// Observed: `tooluse_` and 22 characters of URL-safe base64, 128 bits and the padding's rest.
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const lengthOfId = 22;

/** So many IDs for new tool calls, unlike one another and unlike those in the conversation. */
export function createToolUseIds(
  request: Omit<ConverseRequest, 'modelId'>,
  count: number,
): readonly string[] {
  const taken = takenIds(request);
  const seed = hashTexts(modelTexts(request), taken.size);
  const ids: string[] = [];
  for (let attempt = 0; ids.length < count; attempt += 1) {
    const id = `tooluse_${spell(seed, attempt)}`;
    if (taken.has(id)) continue;
    taken.add(id);
    ids.push(id);
  }
  return ids;
}

function takenIds(request: Omit<ConverseRequest, 'modelId'>): Set<string> {
  const blocks = (request.messages ?? []).flatMap(({ content }) => content);
  return new Set(blocks.flatMap((block) => ('toolUse' in block ? [block.toolUse.toolUseId] : [])));
}

type Seed = readonly [number, number];

/** FNV-1a in two lanes: not for secrets, only to make other texts give other IDs. */
function hashTexts(texts: Iterable<string>, salt: number): Seed {
  let left = 0x81_1c_9d_c5 ^ salt;
  let right = 0x9e_37_79_b9 ^ salt;
  for (const text of texts) {
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      left = Math.imul(left ^ code, 0x01_00_01_93);
      right = Math.imul(right ^ code, 0x85_eb_ca_6b);
    }
    // Two texts are not the same as their sum.
    left = Math.imul(left ^ 0x1_00_00, 0x01_00_01_93);
    right = Math.imul(right ^ 0x1_00_00, 0x85_eb_ca_6b);
  }
  return [left, right];
}

function spell([left, right]: Seed, attempt: number): string {
  let text = '';
  for (let index = 0; index < lengthOfId; index += 1) {
    const half = index % 2 === 0 ? left : right;
    const bits = mix(half + Math.imul(attempt * lengthOfId + index + 1, 0x9e_37_79_b9));
    text += alphabet[bits >>> 26];
  }
  return text;
}

/** MurmurHash3's last step: every bit of the input moves every bit of the output. */
function mix(value: number): number {
  let bits = value ^ (value >>> 16);
  bits = Math.imul(bits, 0x85_eb_ca_6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2_b2_ae_35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
