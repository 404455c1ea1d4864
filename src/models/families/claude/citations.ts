// Citations: where the sources of a text are, in Converse and in the Messages format.

import type {
  Citation,
  CitationLocation,
  CitationsDelta,
} from '../../../protocol/api/types.generated.ts';
import type { JsonObject } from '../native-json.ts';
import { compact, numberOf, objectOf, stringOf } from '../native-json.ts';
import type { Place } from './cache-points.ts';

interface Span {
  readonly type: string;
  readonly location: string;
  /** Native member and Converse's. */
  readonly index: readonly [string, string];
  readonly start: string;
  readonly end: string;
  readonly title: string;
}

const documentIndex = ['document_index', 'documentIndex'] as const;

// Documented: Anthropic's "Citations"; Converse's CitationLocation has the same kinds.
const spans: readonly Span[] = [
  {
    type: 'char_location',
    location: 'documentChar',
    index: documentIndex,
    start: 'start_char_index',
    end: 'end_char_index',
    title: 'document_title',
  },
  {
    type: 'page_location',
    location: 'documentPage',
    index: documentIndex,
    start: 'start_page_number',
    end: 'end_page_number',
    title: 'document_title',
  },
  {
    type: 'content_block_location',
    location: 'documentChunk',
    index: documentIndex,
    start: 'start_block_index',
    end: 'end_block_index',
    title: 'document_title',
  },
  {
    type: 'search_result_location',
    location: 'searchResultLocation',
    index: ['search_result_index', 'searchResultIndex'],
    start: 'start_block_index',
    end: 'end_block_index',
    title: 'title',
  },
];

export function fromNativeCitation(native: JsonObject): Citation {
  const text = stringOf(native['cited_text']) ?? '';
  const span = spans.find(({ type }) => type === native['type']);
  const isWeb = native['type'] === 'web_search_result_location';
  return compact({
    title: stringOf(native[span?.title ?? 'title']),
    // What the model needs to find its search again; Converse has no nearer member.
    source: stringOf(native[isWeb ? 'encrypted_index' : 'source']),
    sourceContent: text === '' ? undefined : [{ text }],
    location: isWeb ? webLocation(native) : span && spanLocation(native, span),
  });
}

function webLocation(native: JsonObject): CitationLocation {
  return { web: compact({ url: stringOf(native['url']) }) };
}

function spanLocation(native: JsonObject, { location, index, start, end }: Span): CitationLocation {
  const value = compact({
    [index[1]]: numberOf(native[index[0]]),
    start: numberOf(native[start]),
    end: numberOf(native[end]),
  });
  return { [location]: value } as unknown as CitationLocation;
}

/** Undefined, and a loss, where the citation does not say where its source is. */
export function toNativeCitation(
  citation: Citation | CitationsDelta,
  { path, losses }: Place,
): JsonObject | undefined {
  const { location, title = null, source, sourceContent = [] } = citation;
  const citedText = sourceContent.map(({ text = '' }) => text).join('');
  const [kind, value] = Object.entries(location ?? {})[0] ?? [];
  if (kind === 'web') {
    const { url, domain } = objectOf(value);
    if (domain !== undefined) {
      losses.add(`${path}.location.web.domain`, 'left out', 'the native format says the URL only');
    }
    const type = 'web_search_result_location';
    return compact({ type, url, title, encrypted_index: source, cited_text: citedText });
  }
  const span = spans.find((it) => it.location === kind);
  if (span === undefined) {
    losses.add(path, 'left out', 'the native format cites nothing without its location');
    return undefined;
  }
  const hasSource = kind === 'searchResultLocation';
  if (!hasSource && source !== undefined) {
    losses.add(`${path}.source`, 'left out', 'the native format names documents by their titles');
  }
  const range = objectOf(value);
  return compact({
    type: span.type,
    cited_text: citedText,
    [span.index[0]]: range[span.index[1]],
    [span.title]: title,
    [span.start]: range['start'],
    [span.end]: range['end'],
    ...(hasSource && { source }),
  });
}
