// The words of names and messages: split, brought to their stem, told apart from fillers.

/** `get_weather` and `getWeather` in plain words. */
export function plainName(name: string): string {
  return name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .replaceAll(/[_\-.]+/g, ' ')
    .trim()
    .toLowerCase();
}

export function wordsOf(text: string): string[] {
  return plainName(text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

/** Crude, but the same for both sides of a comparison. */
export function stem(word: string): string {
  const lower = word.toLowerCase();
  if (lower.length <= 4) return lower;
  return lower.replace(/(ations?|ing|ed|ers?|ies|es|s|e)$/, '').slice(0, 6);
}

export function isFiller(word: string): boolean {
  return fillers.has(word.toLowerCase());
}

/** Words that begin or end no value: articles, prepositions, pronouns, question words. */
const fillers: ReadonlySet<string> = new Set(
  [
    'a an the of to in on at for from by with and or but so as into about is are was were be been',
    "am it its it's this that these those there here i i'd i'm i'll i've me my mine we us our you",
    'your yours he she his her they them their please can could would will should shall may might',
    "must do does did don't doesn't what what's whats when where where's which who who's whom whose",
    "how how's why if then than got get give show tell let let's want need like have has had much",
    'many some any all every now right currently today also again just over titled called named',
    'saying says says: subject know next up out off after before under until via per not no yes ok',
    'okay hi hello hey thanks thank go going make take put us ever still too very really something',
    'der die das den dem des ein eine einen einem einer und oder in im am an auf für von mit zu zum',
    'zur ist sind wie was wo wann wer welche welcher ich du mir mich bitte es gibt jetzt heute',
    'le la les un une des du de et ou à au aux en dans pour par sur avec est sont quel quelle quels',
    'quelles que qui où quand comment je tu il elle moi fait il-y-a maintenant est-il est-ce',
    'el los las una unos unas y o en con por para es son qué que quién dónde cuándo cómo cuál hace',
    'hay me mi ahora hoy lo gli i di da nel nella su per che chi dove quando come fa oggi adesso',
  ].flatMap((line) => line.split(' ')),
);
