// Tokens to text as they come, never splitting a character.

/** What of the model is needed to turn tokens into text. */
export type Detokenize<Token> = (tokens: readonly Token[], previous: readonly Token[]) => string;

const replacement = '\uFFFD';

/** A character is at most four bytes, and a byte at most a token: more held tokens are no text. */
const heldTokensMax = 4;

/** As many tokens before tell whether a space belongs between the words. */
const previousTokens = 4;

export class Detokenizer<Token> {
  readonly #detokenize: Detokenize<Token>;
  #previous: readonly Token[] = [];
  #held: Token[] = [];
  #made = false;

  constructor(detokenize: Detokenize<Token>) {
    this.#detokenize = detokenize;
  }

  /** The text that is certain now; empty while a character lacks bytes. */
  push(token: Token): string {
    this.#held.push(token);
    const text = this.#detokenize(this.#held, this.#previous);
    if (text.endsWith(replacement) && this.#held.length < heldTokensMax) return '';
    return this.#release(text);
  }

  /**
   * What is left at the end. Half a character is dropped, since nobody can read it, but where it
   * is all there is: an answer is never empty.
   */
  end(): string {
    if (this.#held.length === 0) return '';
    const text = this.#detokenize(this.#held, this.#previous);
    const whole = text.replace(/\uFFFD+$/, '');
    return this.#release(whole === '' && !this.#made ? replacement : whole);
  }

  #release(text: string): string {
    this.#previous = [...this.#previous, ...this.#held].slice(-previousTokens);
    this.#held = [];
    if (text !== '') this.#made = true;
    return text;
  }
}
