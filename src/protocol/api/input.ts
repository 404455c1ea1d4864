// What a caller may pass where the service takes a shape: derived from the strict types, so that it
// cannot drift, and loose enough for a request that was written for the AWS SDK.

import type { DocumentValue } from './shape.ts';

/**
 * A strict type as callers write it: a member may be `undefined`, which means absent, and a union
 * may hold a member that its SDK does not know. What is wrong is said by the shape check.
 */
export type Loose<T> = [T] extends [Whole]
  ? T
  : [DocumentValue] extends [T]
    ? T
    : T extends readonly (infer Item)[]
      ? readonly Loose<Item>[]
      : LooseObject<T>;

// What has no members to loosen: `unknown` never stands in a shape.
type Whole = string | number | boolean | Uint8Array | Date | null | undefined;

// Distributes over the members of a union.
type LooseObject<T> = T extends Whole
  ? T
  : IsEmpty<T> extends true
    ? object
    :
        | { readonly [Key in keyof T]: Loose<T[Key]> | undefined }
        | (HasOneMember<T> extends true ? UnknownMember : never);

/** The SDKs end each union with this member, for what a later service may answer. */
interface UnknownMember {
  readonly $unknown: readonly [string, unknown];
}

// `{ any: {} }`: an interface without members fits no index signature.
type IsEmpty<T> = string extends keyof T ? ([T[keyof T]] extends [never] ? true : false) : false;

// A member of a union is an object with one required key; some structures look the same.
type HasOneMember<T> = Partial<T> extends T ? false : IsUnion<keyof T> extends true ? false : true;

type IsUnion<T, Whole = T> = T extends unknown ? ([Whole] extends [T] ? false : true) : never;
