// The text of a page of HTML: what a reader would see, lines where blocks end.

import { Parser } from 'htmlparser2';

const unseen = new Set(['head', 'noscript', 'script', 'style', 'svg', 'template', 'title']);
const cells = new Set(['td', 'th']);
const blocks = new Set(
  (
    'address article aside blockquote br dd div dl dt fieldset figcaption figure footer form h1 h2 ' +
    'h3 h4 h5 h6 header hr li main nav ol p pre section table tr ul'
  ).split(' '),
);

export function htmlText(html: string): string {
  const pieces: string[] = [];
  let hidden = 0;
  let preformatted = 0;
  const parser = new Parser({
    onopentagname(name) {
      if (unseen.has(name)) hidden += 1;
      else if (name === 'pre') preformatted += 1;
      if (blocks.has(name)) pieces.push('\n');
      if (name === 'li') pieces.push('- ');
    },
    ontext(text) {
      if (hidden > 0) return;
      pieces.push(preformatted > 0 ? text : text.replaceAll(/\s+/g, ' '));
    },
    onclosetag(name) {
      if (unseen.has(name)) hidden -= 1;
      else if (name === 'pre') preformatted -= 1;
      if (cells.has(name)) pieces.push('\t');
      if (blocks.has(name)) pieces.push('\n');
    },
  });
  parser.write(html);
  parser.end();
  return tidy(pieces.join(''));
}

/** No spaces at the ends of lines, no two empty lines in a row. */
function tidy(text: string): string {
  return text
    .replaceAll(/[ \t]+\n/g, '\n')
    .replaceAll(/\n +(?=\S)/g, '\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}
