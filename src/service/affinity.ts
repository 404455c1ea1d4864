// Places that keep the beginnings of prompts: requests that begin alike go to the same one.

import type { Conversation } from '../protocol/validation/rule.ts';
import { crc32 } from '../protocol/wire/crc32.ts';
import type { RoutedPlace } from './route.ts';

/**
 * The places in the order that the beginning of the conversation gives them: system, tools and the
 * first message, so that all requests of a conversation begin alike. Each place gets its share of
 * the beginnings by weight, and one that comes or goes moves no beginning between the others
 * (rendezvous hashing). Places without a weight come last, as they stand.
 */
export function inAffinity(
  places: readonly RoutedPlace[],
  conversation: Conversation,
): readonly RoutedPlace[] {
  const weighed = places.filter(({ weight }) => weight !== undefined);
  const sharing = weighed.length > 0 ? weighed : places;
  if (sharing.length < 2) return places;
  const beginning = hashOf(beginningOf(conversation));
  const ranked = sharing
    .map((place) => ({ place, rank: rankOf(place, beginning) }))
    .toSorted((one, other) => one.rank - other.rank)
    .map(({ place }) => place);
  return [...ranked, ...places.filter((place) => !sharing.includes(place))];
}

function beginningOf({ system, toolConfig, messages = [] }: Conversation): string {
  // Of an image its length has to do: what tells conversations apart is their text.
  return JSON.stringify([system, toolConfig?.tools, messages[0]], (_key, value: unknown) =>
    value instanceof Uint8Array ? value.length : value,
  );
}

/** Exponential in its distribution with the weight as the rate: the least of all comes first. */
function rankOf({ provider, model, weight = 1 }: RoutedPlace, beginning: number): number {
  const place = mixed(hashOf(`${provider}/${model.id}`));
  const share = (mixed(place ^ beginning) + 0.5) / 2 ** 32;
  return -Math.log(share) / weight;
}

function hashOf(text: string): number {
  return crc32(encoder.encode(text));
}

const encoder = new TextEncoder();

/** Each bit of the result hangs on each bit of the number: a checksum alone is linear. */
function mixed(number: number): number {
  let bits = number >>> 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
