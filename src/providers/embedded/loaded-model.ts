// The weights in memory: node-llama-cpp's model, its context and its sequences.

import { setImmediate } from 'node:timers/promises';

import type * as NodeLlamaCpp from 'node-llama-cpp';
import type {
  LlamaContextSequence,
  LlamaGrammarEvaluationState,
  LlamaModel,
  SequenceEvaluateOptions,
  Token,
  TokenBias,
} from 'node-llama-cpp';

import type { Environment } from '../../environment.ts';
import {
  embeddedContextTokensMax,
  embeddedPromptPieceTokens,
  embeddedSequencesMax,
  embeddedThreadsMax,
  scoringContextTokens,
  scoringSequences,
} from '../../limits.ts';
import { answerOpening, type ChatTemplate, createChatTemplate } from './chat-template.ts';
import type { Detokenize } from './detokenizer.ts';
import { endsInReasoning, hasReasoningTags, reasoningTags } from './reasoning.ts';
import type { Sampling } from './sampling.ts';

export interface LoadedModel {
  /** Tokens of prompt and answer together, in one sequence. */
  readonly contextTokens: number;
  readonly sequences: readonly LlamaContextSequence[];
  readonly template: ChatTemplate;
  /** Of text that users wrote: no character of it becomes a control token. */
  readonly tokenize: (text: string) => Token[];
  readonly detokenize: Detokenize<Token>;
  /** Whether an answer to the prompt begins as reasoning; undefined where there are no tags. */
  readonly startsInReasoning: (prompt: readonly Token[]) => boolean | undefined;
  readonly evaluateOptions: (sampling: Sampling) => SequenceEvaluateOptions;
  /** Sequences of their own to score texts on; they cost memory from the first call on. */
  readonly createScoringSequences: () => Promise<readonly LlamaContextSequence[]>;
  close(): Promise<void>;
}

type Library = typeof NodeLlamaCpp;

// The first token may not end the answer, be blank or begin with a space: a text block that is
// empty or blank could not be sent back in the next request.
const notBlank = 'root ::= [^ \\t\\r\\n] rest\nrest ::= ([^\\x00] | "\\x00")*';

/** Throws an Error with a plain sentence where the library or the model cannot be used. */
export async function loadModel(path: string, environment: Environment): Promise<LoadedModel> {
  const library = await importLibrary();
  const llama = await library.getLlama({
    gpu: false,
    build: 'never',
    maxThreads: embeddedThreadsMax,
    logLevel: library.LlamaLogLevel.error,
    logger: (level, message) => environment.log.warn({ level }, `llama.cpp: ${message.trim()}`),
  });
  try {
    const model = await llama.loadModel({ modelPath: path });
    const template = readTemplate(library, model);
    const context = await model.createContext({
      sequences: embeddedSequencesMax,
      contextSize: contextSize(model),
      // Room for a piece of every sequence, so that no piece is ever split.
      batchSize: embeddedPromptPieceTokens * embeddedSequencesMax,
      threads: embeddedThreadsMax,
    });
    const grammar = await llama.createGrammar({ grammar: notBlank });
    const tags = tagTokens(model);
    const tokenBias = await forbidControlTokens(library, model, tags);
    return {
      contextTokens: context.contextSize,
      sequences: Array.from({ length: embeddedSequencesMax }, () =>
        context.getSequence({ contextShift: { strategy: refuseShift } }),
      ),
      template,
      tokenize: (text) => model.tokenize(text, false, 'trimLeadingSpace'),
      detokenize: (tokens, previous) => {
        return model.detokenize(
          tokens,
          tokens.some((token) => tags.has(token)),
          previous,
        );
      },
      startsInReasoning(prompt) {
        if (!hasReasoningTags(templateOf(model) ?? '')) return undefined;
        return endsInReasoning(model.detokenize(prompt.slice(-tagTailTokens), true));
      },
      evaluateOptions(sampling) {
        let first: LlamaGrammarEvaluationState | undefined =
          new library.LlamaGrammarEvaluationState({ model, grammar });
        return {
          ...sampling,
          tokenBias,
          grammarEvaluationState() {
            const state = first;
            first = undefined;
            return state;
          },
        };
      },
      createScoringSequences: () => createScoringSequences(model),
      close: () => llama.dispose(),
    };
  } catch (error) {
    await llama.dispose();
    throw error;
  }
}

async function importLibrary(): Promise<Library> {
  try {
    return await import('node-llama-cpp');
  } catch (cause) {
    throw new Error(
      'The package node-llama-cpp, which runs the embedded model, could not be loaded: ' +
        'install it with `npm install node-llama-cpp`.',
      { cause },
    );
  }
}

async function createScoringSequences(model: LlamaModel): Promise<LlamaContextSequence[]> {
  const context = await model.createContext({
    sequences: scoringSequences,
    contextSize: scoringContextTokens,
    batchSize: embeddedPromptPieceTokens,
    threads: embeddedThreadsMax,
  });
  return Array.from({ length: scoringSequences }, () =>
    context.getSequence({ contextShift: { strategy: refuseShift } }),
  );
}

function contextSize({ trainContextSize }: LlamaModel): number {
  return Math.min(trainContextSize, Math.floor(embeddedContextTokensMax / embeddedSequencesMax));
}

function readTemplate({ JinjaTemplateChatWrapper }: Library, model: LlamaModel): ChatTemplate {
  const template = templateOf(model);
  if (template === undefined) {
    throw new Error('The model file holds no chat template: use a model made for conversations.');
  }
  const { tokenizer } = model;
  const additionalRenderParameters = answerOpening;
  const options = { template, tokenizer, additionalRenderParameters };
  return createChatTemplate(model, new JinjaTemplateChatWrapper(options));
}

function templateOf(model: LlamaModel): string | undefined {
  return model.fileInfo.metadata.tokenizer.chat_template;
}

/** An opening tag, in letters at worst, and the blanks behind it. */
const tagTailTokens = 12;

/** Some models have the tags of reasoning as control tokens, which the answer is told apart by. */
function tagTokens(model: LlamaModel): ReadonlySet<Token> {
  if (!hasReasoningTags(templateOf(model) ?? '')) return new Set();
  const tokens = reasoningTags.map((tag) => model.tokenize(tag, true));
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
