// A scorer without a model, for tests: the likelihood of a text is what a function says.

import type { Scorer } from '../src/providers/embedded/tools/scorer.ts';

/** Texts of equal likelihood keep their order; `written` is all that the model ever writes. */
export function createFakeScorer(
  likelihood: (text: string, prefix: string) => number = () => 0,
  written?: string,
): Scorer {
  const scorer: Scorer = {
    clip: (text) => text,
    score: async (prefix, text) => likelihood(text, prefix),
    async rank(prefix, texts, count) {
      const ranked = texts.map((text, index) => ({ index, score: likelihood(text, prefix) }));
      return ranked.toSorted((a, b) => b.score - a.score).slice(0, count);
    },
    async choose(prefix, texts) {
      const [best] = await scorer.rank(prefix, texts, 1);
      return best?.index;
    },
    write: async () => written,
  };
  return scorer;
}
