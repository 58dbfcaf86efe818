/** The search by words: FTS5 with BM25. */
import type { Database } from './database.ts';
import { indexedTerm } from './stored-forms.ts';

export interface WordSearch {
  readonly kbs: readonly number[];
  readonly terms: readonly string[];
}

/**
 * How many occurrences BM25 looks at: it takes about 1 µs for each, and a word that stands in every other passage costs the most and tells the least. So the rarest terms
 * are searched, up to this many occurrences together; the first of them whatever it costs. (The ranking after the search weighs all terms again.)
 */
const maxOccurrences = 4_000;

/** FTS5 takes no more phrases in one expression without slowing down; a pasted page is searched by its rarest words. */
const maxPhrases = 256;

/** The numbers of the best chunks, best first. Each term carries its knowledge base, so the limit cuts among the right chunks only. */
export const searchWords = (
  database: Database,
  search: {
    readonly kbs: readonly number[];
    /** What `countFrequency` gives. */
    readonly frequency: ReadonlyMap<string, number>;
    readonly limit: number;
  },
): readonly number[] => {
  const phrases = rarestTerms(search.frequency)
    .flatMap((term) => search.kbs.map((kb) => quoted(indexedTerm(kb, term))))
    .slice(0, maxPhrases);
  if (phrases.length === 0) return [];
  return database
    .all<{ num: number }>(
      'SELECT rowid AS num FROM words WHERE words MATCH ? ORDER BY rank LIMIT ?',
      [phrases.join(' OR '), search.limit],
    )
    .map((row) => row.num);
};

const rarestTerms = (frequency: ReadonlyMap<string, number>): readonly string[] => {
  const present = [...frequency].filter(([, count]) => count > 0).toSorted(([, a], [, b]) => a - b);
  let occurrences = 0;
  return present.flatMap(([term, count], rank) => {
    occurrences += count;
    return rank === 0 || occurrences <= maxOccurrences ? [term] : [];
  });
};

/** In how many chunks of the knowledge bases each term occurs; a chunk is in one of them, so the counts add up. */
export const countFrequency = (
  database: Database,
  { kbs, terms }: WordSearch,
): ReadonlyMap<string, number> =>
  new Map(
    terms.map((term) => [
      term,
      kbs.reduce((sum, kb) => sum + chunksWith(database, indexedTerm(kb, term)), 0),
    ]),
  );

const chunksWith = (database: Database, term: string): number =>
  database.all<{ doc: number }>('SELECT doc FROM word_counts WHERE term = ?', [term])[0]?.doc ?? 0;

/** A string in FTS5's query language. */
const quoted = (term: string): string => `"${term.replaceAll('"', '""')}"`;
