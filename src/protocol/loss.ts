// What a conversion could not carry as it was: said, never passed over in silence.

export interface Loss {
  /** Path of the member: `inferenceConfig.topP`, `messages.0.content.1.cachePoint`. */
  readonly member: string;
  readonly handling: 'changed' | 'emulated' | 'left out';
  /** Why, in one sentence. */
  readonly reason: string;
}

/** A value in another form, and what of it could not be carried. */
export interface Converted<Value> {
  readonly value: Value;
  readonly losses: readonly Loss[];
}
