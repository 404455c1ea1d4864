// A model whose tokens are characters and whose answers a test writes.

import type { LlamaContextSequence, LlamaGrammar, Token } from 'node-llama-cpp';

import type { LoadedModel } from '../src/providers/embedded/loaded-model.ts';
import type { Slot } from '../src/providers/embedded/transcript.ts';

export interface FakeModel {
  readonly loaded: LoadedModel;
  readonly slot: Slot;
  /** Everything that the sequence holds, the answer so far with it. */
  context(): string;
}

/** What the model writes behind a context, and under which grammar if any. */
export type Say = (context: string, grammar: string | undefined) => string;

export function toTokens(text: string): Token[] {
  return Array.from(text, (character) => (character.codePointAt(0) ?? 0) as Token);
}

export function toText(tokens: readonly Token[]): string {
  return String.fromCodePoint(...tokens);
}

export function createFakeModel(say: Say): FakeModel {
  let held: Token[] = [];

  async function* evaluate(tokens: Token[], options: object): AsyncGenerator<Token> {
    held.push(...tokens);
    const { grammar } = options as { readonly grammar?: string };
    for (const token of toTokens(say(toText(held), grammar))) {
      yield token;
      // As the library has it: a token is read when the next one is asked for.
      held.push(token);
    }
  }

  const sequence = {
    get nextTokenIndex() {
      return held.length;
    },
    compareContextTokens(tokens: readonly Token[]) {
      const different = tokens.findIndex((token, index) => held[index] !== token);
      return { firstDifferentIndex: different === -1 ? tokens.length : different };
    },
    async eraseContextTokenRanges([range]: readonly { readonly start: number }[]) {
      held = held.slice(0, range?.start);
    },
    async evaluateWithoutGeneratingNewTokens(tokens: readonly Token[]) {
      held.push(...tokens);
    },
    evaluate,
  };
  const loaded = {
    contextTokens: 4_096,
    tokenize: toTokens,
    tokenizeControl: toTokens,
    detokenize: toText,
    evaluateOptions: (_sampling: object, constraint: string | LlamaGrammar) =>
      typeof constraint === 'string' ? {} : { grammar: constraint.grammar },
    createGrammar: async () => ({ grammar: 'schema' }),
    parseGrammar: async (grammar: string) => ({ grammar }),
  };
  return {
    loaded: loaded as unknown as LoadedModel,
    slot: { sequence: sequence as unknown as LlamaContextSequence, readEnds: [] },
    context: () => toText(held),
  };
}
