// What Anthropic's clients are asked, and what they tell: a job of calls on stdin, and a line of
// JSON for each call on stdout.

/**
 * `create` gives the message, `events` what is streamed as it comes, `accumulate` the message that
 * the SDK makes of a stream; `beta` is `create` of the SDK's beta namespace.
 */
export type Kind = 'accumulate' | 'beta' | 'create' | 'events';

export interface Call {
  readonly kind: Kind;
  /** As Anthropic's API has it, `model` included. */
  readonly input: Readonly<Record<string, unknown>>;
}

export interface Outcome {
  readonly message?: object;
  readonly events?: readonly { readonly type: string }[];
  /** What the SDK told of the text while it came. */
  readonly text?: string;
  readonly error?: Failure;
}

export interface Failure {
  /** The name of the class by which it can be caught. */
  readonly class: string;
  readonly status?: number;
  readonly message: string;
  /** The body as the SDK gives it. */
  readonly body?: unknown;
}
