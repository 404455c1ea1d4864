// What the clients in other languages are asked, and what they tell: a job of calls on stdin, and a
// line of JSON for each call on stdout.

/** A call of the API; the input is the API's own JSON, a native body the JSON that it is of. */
export interface Call {
  readonly operation:
    | 'converse'
    | 'converse_stream'
    | 'invoke_model'
    | 'invoke_model_with_response_stream';
  readonly input: Readonly<Record<string, unknown>>;
}

/** What came of a call; after an exception in a stream also what came before it. */
export interface Outcome {
  readonly text: string;
  readonly toolUses: readonly ToolUse[];
  readonly stopReason?: string;
  readonly usage?: Readonly<Record<string, number>>;
  /** The names of a stream's events. */
  readonly events?: readonly string[];
  readonly error?: Failure;
  /** What InvokeModel answered. */
  readonly native?: Readonly<Record<string, unknown>>;
  /** The chunks of its stream. */
  readonly chunks?: readonly Readonly<Record<string, unknown>>[];
  readonly head?: Head;
}

/** What the SDK shows of the headers of a native answer; what it does not show is absent. */
export interface Head {
  readonly contentType?: string;
  readonly performanceConfigLatency?: string;
  readonly serviceTier?: string;
}

export interface ToolUse {
  readonly toolUseId: string;
  readonly name: string;
  readonly input: unknown;
}

export interface Failure {
  readonly name: string;
  readonly message: string;
  readonly status?: number;
  /** Whether it can be caught by a type of its own. */
  readonly modeled: boolean;
}

/** What a client of a dynamic language prints: the answer as the SDK gave it. */
interface Answer extends Pick<Outcome, 'chunks' | 'head' | 'native'> {
  readonly output?: {
    readonly output: { readonly message: { readonly content: readonly Block[] } };
    readonly stopReason: string;
    readonly usage: Readonly<Record<string, number>>;
  };
  readonly events?: readonly Event[];
  /** boto3 has a code where the service told the error, and a class. */
  readonly error?: Partial<Failure> & { readonly code?: string; readonly class?: string };
}

interface Block {
  readonly text?: string;
  readonly toolUse?: ToolUse;
}

interface Event {
  readonly contentBlockStart?: { readonly start: Block };
  readonly contentBlockDelta?: {
    readonly delta: { readonly text?: string; readonly toolUse?: { readonly input: string } };
  };
  readonly messageStop?: { readonly stopReason: string };
  readonly metadata?: { readonly usage: Readonly<Record<string, number>> };
}

/** The outcome of what a client of a dynamic language printed. */
export function toOutcome({ output, events, error, ...native }: Answer): Outcome {
  const blocks = output?.output.message.content ?? [];
  return {
    text: blocks.map((block) => block.text ?? '').join(''),
    toolUses: blocks.flatMap(({ toolUse }) => (toolUse === undefined ? [] : [toolUse])),
    ...(output && { stopReason: output.stopReason, usage: output.usage }),
    ...(events && hear(events)),
    ...native,
    ...(error && { error: toFailure(error) }),
  };
}

function toFailure({ code, class: type, ...error }: NonNullable<Answer['error']>): Failure {
  return { message: '', modeled: false, ...error, name: code ?? error.name ?? type ?? '' };
}

function hear(events: readonly Event[]): Outcome {
  const stopReason = events.find((event) => event.messageStop)?.messageStop?.stopReason;
  const usage = events.find((event) => event.metadata)?.metadata?.usage;
  const deltas = events.map((event) => event.contentBlockDelta?.delta);
  // One tool use a stream is all that the cases have.
  const start = events.find((event) => event.contentBlockStart)?.contentBlockStart?.start.toolUse;
  const pieces = deltas.map((delta) => delta?.toolUse?.input ?? '').join('');
  return {
    text: deltas.map((delta) => delta?.text ?? '').join(''),
    toolUses: start === undefined ? [] : [{ ...start, input: JSON.parse(pieces) as unknown }],
    events: events.flatMap((event) => Object.keys(event)),
    ...(stopReason !== undefined && { stopReason }),
    ...(usage && { usage }),
  };
}
