// Notices where a JSON text is whole: a grammar would go on with blanks for ever.

/** Text goes in as it is made. The text must be JSON up to its end. */
export class JsonEnd {
  #depth = 0;
  #inString = false;
  #escaped = false;
  #begun = false;
  #whole = false;

  /** An object, an array or a string is closed; what else is whole only its reader knows. */
  get isWhole(): boolean {
    return this.#whole;
  }

  /** How much of the text belongs to the JSON. */
  push(text: string): number {
    for (let index = 0; index < text.length; index += 1) {
      const character = text.charAt(index);
      this.#read(character);
      // A blank ends a number, and is no part of it.
      if (this.#whole) return /\s/.test(character) ? index : index + 1;
    }
    return text.length;
  }

  #read(character: string): void {
    if (this.#inString) {
      this.#readInString(character);
    } else if (character === '"') {
      this.#inString = true;
      this.#begun = true;
    } else if (character === '{' || character === '[') {
      this.#depth += 1;
      this.#begun = true;
    } else if (character === '}' || character === ']') {
      this.#depth -= 1;
      this.#whole = this.#depth === 0;
    } else if (/\s/.test(character)) {
      this.#whole = this.#begun && this.#depth === 0;
    } else {
      this.#begun = true;
    }
  }

  #readInString(character: string): void {
    if (this.#escaped) this.#escaped = false;
    else if (character === '\\') this.#escaped = true;
    else if (character === '"') {
      this.#inString = false;
      this.#whole = this.#depth === 0;
    }
  }
}
