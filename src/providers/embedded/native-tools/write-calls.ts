// Calls as a model writes them: the name and the input under grammars, so that both are valid.

import type { LlamaGrammar, Token } from 'node-llama-cpp';

import { nativeCallsMax } from '../../../limits.ts';
import type { StopReason } from '../../../protocol/api/types.generated.ts';
import { ModelErrorException } from '../../../protocol/errors.ts';
import { type Detokenize, Detokenizer } from '../detokenizer.ts';
import { JsonEnd } from '../../../protocol/stream/json-end.ts';
import type { Sampling } from '../sampling.ts';
import { isObject, type Json, type JsonObject } from '../tools/schema.ts';
import type { Choice, OfferedTool } from '../tools/tool.ts';
import type { CallFormat } from './call-format.ts';
import { NextCallWatcher } from './call-watcher.ts';
import { toChoiceGrammar, toInputGrammar } from './schema-grammar.ts';

export interface CallOptions {
  readonly format: CallFormat;
  readonly tools: readonly OfferedTool[];
  readonly choice: Choice;
}

/** A call that is whole, and valid. */
export interface CallStep {
  readonly call: { readonly name: string; readonly input: JsonObject };
}

/** What is written on; a `Transcript`. */
export interface CallTranscript {
  readonly length: number;
  readonly hasRoom: boolean;
  readonly fullReason: StopReason;
  append(text: string): void;
  keep(length: number): void;
  write(constraint: 'text' | LlamaGrammar, sampling?: Sampling): AsyncGenerator<Token>;
}

export interface CallWriting {
  readonly loaded: {
    readonly detokenize: Detokenize<Token>;
    readonly parseGrammar: (grammar: string) => Promise<LlamaGrammar>;
  };
  readonly transcript: CallTranscript;
  readonly calls: CallOptions;
  readonly sampling: Sampling;
}

/** A call whose opening is written; its tool may be certain already. */
export interface BegunCall {
  readonly format: CallFormat;
  readonly name: string | undefined;
}

/** From behind the first call's opening. A call that has no room left is left out. */
export async function* writeCalls(
  writing: CallWriting,
  { format, name }: BegunCall,
): AsyncGenerator<CallStep, StopReason> {
  const { transcript } = writing;
  const made = new Set<string>();
  let known = name;
  for (;;) {
    const call = await writeCall(writing, { format, name: known });
    if (call === undefined) return transcript.fullReason;
    const key = JSON.stringify(call);
    // A small model may say the same for ever.
    if (made.has(key)) return 'tool_use';
    made.add(key);
    yield { call };
    transcript.append(format.closing);
    if (made.size >= nativeCallsMax || !(await beginsAnother(writing, format))) return 'tool_use';
    known = undefined;
  }
}

async function writeCall(
  writing: CallWriting,
  { format, name }: BegunCall,
): Promise<CallStep['call'] | undefined> {
  const tool = await writeName(writing, name);
  if (tool === undefined) return undefined;
  writing.transcript.append(format.middle);
  const input = await writeInput(writing, tool);
  return input && { name: tool.name, input };
}

/** Undefined where there is no room for it. */
async function writeName(
  writing: CallWriting,
  known: string | undefined,
): Promise<OfferedTool | undefined> {
  const { transcript, loaded, calls } = writing;
  const tools = typeof calls.choice === 'string' ? calls.tools : [calls.choice];
  const certain = tools.length === 1 ? tools[0] : tools.find((tool) => tool.name === known);
  if (certain !== undefined) {
    transcript.append(certain.name);
    return certain;
  }
  const grammar = await loaded.parseGrammar(toChoiceGrammar(tools.map(({ name }) => name)));
  const detokenizer = new Detokenizer<Token>(loaded.detokenize);
  let written = '';
  for await (const token of transcript.write(grammar)) {
    written += detokenizer.push(token);
    const possible = tools.filter(({ name }) => name.startsWith(written));
    if (possible.length === 1 && possible[0]?.name === written) break;
  }
  return transcript.hasRoom ? tools.find(({ name }) => name === written) : undefined;
}

/** What no grammar can promise is checked; what is not valid is written once more. */
async function writeInput(
  writing: CallWriting,
  tool: OfferedTool,
): Promise<JsonObject | undefined> {
  const { transcript, sampling } = writing;
  const grammar = await grammarOf(tool, writing);
  const begun = transcript.length;
  for (const chance of [sampling, otherwise(sampling)]) {
    transcript.keep(begun);
    const input = await writeJson(writing, grammar, chance);
    if (input === undefined) return undefined;
    if (isObject(input) && tool.validator.errors(input).length === 0) return input;
  }
  throw new ModelErrorException(
    'Model produced invalid sequence as part of ToolUse. ' +
      'Please refer to the model tool use troubleshooting guide.',
    { hint: `The model wrote no input that is valid against the inputSchema of ${tool.name}.` },
  );
}

/** The likeliest was not valid: the second time others have their chance. */
function otherwise(sampling: Sampling): Sampling {
  const temperature = Math.max(sampling.temperature, secondTemperature);
  return { ...sampling, temperature, topP: 1, seed: (sampling.seed ^ 1) >>> 0 };
}

const secondTemperature = 0.8;

async function writeJson(
  { transcript, loaded }: CallWriting,
  grammar: LlamaGrammar,
  sampling: Sampling,
): Promise<Json | undefined> {
  const detokenizer = new Detokenizer<Token>(loaded.detokenize);
  const json = new JsonEnd();
  let written = '';
  for await (const token of transcript.write(grammar, sampling)) {
    const made = detokenizer.push(token);
    written += made.slice(0, json.push(made));
    if (json.isWhole) return JSON.parse(written) as Json;
  }
  return undefined;
}

type Grammars = WeakMap<OfferedTool['validator'], Promise<LlamaGrammar>>;

/** Kept as long as the model is loaded and the schema is kept compiled. */
const grammarsOf = new WeakMap<CallWriting['loaded'], Grammars>();

function grammarOf(tool: OfferedTool, { loaded }: CallWriting): Promise<LlamaGrammar> {
  const grammars: Grammars = grammarsOf.get(loaded) ?? new WeakMap();
  grammarsOf.set(loaded, grammars);
  const known = grammars.get(tool.validator);
  if (known !== undefined) return known;
  const grammar = loaded
    .parseGrammar(toInputGrammar(tool.schema))
    // Alternatives that hold themselves make no grammar: then any object, and the check.
    .catch(() => loaded.parseGrammar(toInputGrammar({})));
  grammars.set(tool.validator, grammar);
  return grammar;
}

/** Whether the model goes on with another call; its opening is written then. */
async function beginsAnother(
  { transcript, loaded }: CallWriting,
  format: CallFormat,
): Promise<boolean> {
  if (format.next === undefined) return false;
  const begun = transcript.length;
  const watcher = new NextCallWatcher(format);
  const detokenizer = new Detokenizer<Token>(loaded.detokenize);
  for await (const token of transcript.write('text')) {
    const seen = watcher.push(detokenizer.push(token));
    if (seen === undefined) continue;
    transcript.keep(begun);
    if (seen === 'none') return false;
    transcript.append(format.next);
    return true;
  }
  transcript.keep(begun);
  return false;
}
