/** Makes rare words weigh more than common ones, from counts in the corpus at hand. */

export interface CorpusCounts {
  readonly chunkCount: number;
  /** In how many chunks a term occurs. */
  readonly chunkFrequency: ReadonlyMap<string, number>;
}

/**
 * RAGFlow's IDF, `log10(10 + (N − n + 0.5) / (n + 0.5))`, over the corpus's own counts: 1 for a word of every chunk, more the rarer it is.
 *
 * A term that no chunk has can't tell chunks apart; it gets the mean of the others, so that one odd word doesn't sink every candidate.
 */
export const corpusWeight = (
  terms: readonly string[],
  { chunkCount, chunkFrequency }: CorpusCounts,
): ((term: string) => number) => {
  const known = new Map<string, number>();
  for (const term of new Set(terms)) {
    const frequency = chunkFrequency.get(term) ?? 0;
    if (frequency > 0)
      known.set(term, Math.log10(10 + (chunkCount - frequency + 0.5) / (frequency + 0.5)));
  }
  const sum = [...known.values()].reduce((total, weight) => total + weight, 0);
  const mean = known.size === 0 ? 1 : sum / known.size;
  return (term) => known.get(term) ?? mean;
};
