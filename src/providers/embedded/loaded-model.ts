// The weights in memory: node-llama-cpp's model, its context and its sequences.

import { readFile } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';

import type {
  Llama,
  LlamaContextSequence,
  LlamaGrammar,
  LlamaGrammarEvaluationState,
  LlamaModel,
  SequenceEvaluateOptions,
  Token,
  TokenBias,
} from 'node-llama-cpp';

import { scoringContextTokens, scoringPieceTokens, scoringSequences } from '../../limits.ts';
import { answerOpening, type ChatTemplate, createChatTemplate } from './chat-template.ts';
import type { Detokenize } from './detokenizer.ts';
import { type Gpu, importLibrary, type Library, openLlama } from './llama.ts';
import { batchTokens, fitShape, fitThreads, type MachineOptions } from './machine.ts';
import { markersOf } from './native-tools/call-format.ts';
import {
  createToolTemplate,
  type TemplateSource,
  type ToolTemplate,
} from './native-tools/tool-template.ts';
import { endsInReasoning, hasReasoningTags, reasoningTags } from './reasoning.ts';
import type { Constraint, Sampling } from './sampling.ts';
import { withSmallHeap } from './small-heap.ts';
import type { GrammarSchema } from './structured-output.ts';

export interface LoadedModel {
  /** Tokens of prompt and answer together, in one sequence. */
  readonly contextTokens: number;
  readonly sequences: readonly LlamaContextSequence[];
  readonly template: ChatTemplate;
  /** The same for an answer that is to begin without reasoning, where the template can say so. */
  readonly plainTemplate: ChatTemplate;
  /** How conversations with tools are written; undefined where the template has none. */
  readonly tools: ToolTemplate | undefined;
  /** Of text that users wrote: no character of it becomes a control token. */
  readonly tokenize: (text: string) => Token[];
  /** Of text that we write: markers become the control tokens that the model knows them by. */
  readonly tokenizeControl: (text: string) => Token[];
  readonly detokenize: Detokenize<Token>;
  /** Whether an answer to the prompt begins as reasoning; undefined where there are no tags. */
  readonly startsInReasoning: (prompt: readonly Token[]) => boolean | undefined;
  /** With a grammar all keeps to it; the first token of an answer is not blank. */
  readonly evaluateOptions: (sampling: Sampling, constraint: Constraint) => SequenceEvaluateOptions;
  readonly createGrammar: (schema: GrammarSchema) => Promise<LlamaGrammar>;
  /** Of rules in llama.cpp's own notation. */
  readonly parseGrammar: (rules: string) => Promise<LlamaGrammar>;
  /** Sequences of their own to score texts on; they cost memory from the first call on. */
  readonly createScoringSequences: () => Promise<readonly LlamaContextSequence[]>;
  close(): Promise<void>;
}

// The library's types follow a schema that is written in the code; this one is only known to be
// of the kind that it takes.
type TypedSchema = { readonly type: 'object' };

// The first token may not end the answer, be blank or begin with a space: a text block that is
// empty or blank could not be sent back in the next request.
const notBlank = 'root ::= [^ \\t\\r\\n] rest\nrest ::= ([^\\x00] | "\\x00")*';

export interface ModelOptions extends MachineOptions {
  readonly gpu: Gpu;
  /** A Jinja file that takes the place of the model's own template. */
  readonly chatTemplate?: string | undefined;
}

/** Throws an Error with a plain sentence where the library or the model cannot be used. */
export function loadModel(options: ModelOptions): Promise<LoadedModel> {
  return withSmallHeap(() => loadOnBest(options));
}

async function loadOnBest(options: ModelOptions): Promise<LoadedModel> {
  const library = await importLibrary();
  const llama = await openLlama(library, options);
  const { gpu } = llama;
  try {
    return await load(library, llama, options);
  } catch (error) {
    await llama.dispose();
    if (gpu === false) throw error;
    options.environment.log.warn({ error, gpu }, 'The graphics card cannot run the model.');
    return loadOnBest({ ...options, gpu: 'off' });
  }
}

async function load(library: Library, llama: Llama, options: ModelOptions): Promise<LoadedModel> {
  const model = await llama.loadModel({ modelPath: options.path });
  const source = { template: await readTemplate(model, options), library, model };
  const template = createTemplate(source, true);
  const tools = createToolTemplate(source);
  const threads = await fitThreads(library, model, options);
  llama.maxThreads = threads;
  const shape = await fitShape(llama, model, options);
  const context = await model.createContext({
    sequences: shape.sequences,
    contextSize: shape.contextTokens,
    batchSize: batchTokens(shape),
    threads,
  });
  const beginning = await llama.createGrammar({ grammar: notBlank });
  const markers = tools === undefined ? [] : markersOf(tools.style.format);
  const hasTags = hasReasoningTags(source.template);
  const written = tokensOf(model, [...(hasTags ? reasoningTags : []), ...markers]);
  const tokenBias = await forbidControlTokens(library, model, written);
  return {
    contextTokens: context.contextSize,
    sequences: Array.from({ length: shape.sequences }, () =>
      context.getSequence({ contextShift: { strategy: refuseShift } }),
    ),
    template,
    plainTemplate: hasTags ? createTemplate(source, false) : template,
    tools,
    tokenize: (text) => model.tokenize(text, false, 'trimLeadingSpace'),
    tokenizeControl: (text) => model.tokenize(text, true, 'trimLeadingSpace'),
    detokenize: (tokens, previous) => {
      return model.detokenize(
        tokens,
        tokens.some((token) => written.has(token)),
        previous,
      );
    },
    startsInReasoning(prompt) {
      if (!hasTags) return undefined;
      return endsInReasoning(model.detokenize(prompt.slice(-tagTailTokens), true));
    },
    createGrammar: (schema) => llama.createGrammarForJsonSchema(schema as TypedSchema),
    parseGrammar: (grammar) => llama.createGrammar({ grammar }),
    evaluateOptions(sampling, constraint) {
      const grammarEvaluationState =
        typeof constraint === 'string'
          ? firstToken(library, model, constraint === 'beginning' ? beginning : undefined)
          : new library.LlamaGrammarEvaluationState({ model, grammar: constraint });
      return { ...sampling, tokenBias, grammarEvaluationState };
    },
    createScoringSequences: () => createScoringSequences(model, threads),
    close: () => llama.dispose(),
  };
}

/** The grammar of a single token, where there is one. */
function firstToken(
  { LlamaGrammarEvaluationState }: Library,
  model: LlamaModel,
  grammar: LlamaGrammar | undefined,
): () => LlamaGrammarEvaluationState | undefined {
  let first = grammar && new LlamaGrammarEvaluationState({ model, grammar });
  return () => {
    const state = first;
    first = undefined;
    return state;
  };
}

async function createScoringSequences(
  model: LlamaModel,
  threads: number,
): Promise<LlamaContextSequence[]> {
  const context = await model.createContext({
    sequences: scoringSequences,
    contextSize: scoringContextTokens,
    batchSize: scoringPieceTokens,
    threads,
  });
  return Array.from({ length: scoringSequences }, () =>
    context.getSequence({ contextShift: { strategy: refuseShift } }),
  );
}

async function readTemplate(model: LlamaModel, { chatTemplate }: ModelOptions): Promise<string> {
  if (chatTemplate !== undefined) return readTemplateFile(chatTemplate);
  const template = model.fileInfo.metadata.tokenizer.chat_template;
  if (template !== undefined) return template;
  throw new Error(
    'The model file holds no chat template: use a model made for conversations, or name a Jinja ' +
      'file in chatTemplate.',
  );
}

async function readTemplateFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new Error(`The chat template ${path} cannot be read: name a Jinja file.`, { cause });
  }
}

function createTemplate(
  { template, library, model }: TemplateSource,
  reasoning: boolean,
): ChatTemplate {
  const { tokenizer } = model;
  const additionalRenderParameters = answerOpening;
  const options = { template, tokenizer, additionalRenderParameters, reasoning };
  return createChatTemplate(model, new library.JinjaTemplateChatWrapper(options));
}

/** An opening tag, in letters at worst, and the blanks behind it. */
const tagTailTokens = 12;

/** Some models have tags and markers as control tokens, which the answer is told apart by. */
function tokensOf(model: LlamaModel, markers: readonly string[]): ReadonlySet<Token> {
  const tokens = markers.map((marker) => model.tokenize(marker, true));
  return new Set(tokens.filter(({ length }) => length === 1).flat());
}

/** A model that loses its thread writes the next message's opening; that is never text. */
async function forbidControlTokens(
  { TokenBias }: Library,
  model: LlamaModel,
  allowed: ReadonlySet<Token>,
): Promise<TokenBias> {
  const bias = TokenBias.for(model);
  let count = 0;
  for (const token of model.iterateAllTokens()) {
    if (model.isSpecialToken(token) && !allowed.has(token)) bias.set(token, 'never');
    count += 1;
    // A whole vocabulary takes a tenth of a second, and the server is answering others meanwhile.
    if (count % tokensAtATime === 0) await setImmediate();
  }
  return bias;
}

const tokensAtATime = 2_048;

/** The engine never fills a context; dropping the beginning of a prompt would be a silent lie. */
function refuseShift(): never {
  throw new Error('The context of the embedded model is full.');
}
