/** Says how much of a question's weight a passage's words carry: RAGFlow's term similarity. */

/** A question's terms with what each of them, and each pair of neighbours, is worth. Made once, compared with many passages. */
export interface WeightedTerms {
  readonly indexOf: ReadonlyMap<string, number>;
  /** By the term's index: 0.4 of its weight for each time it occurs. */
  readonly unigrams: readonly number[];
  /** By `first · count + second`: 0.6 of the heavier one's weight. */
  readonly pairs: ReadonlyMap<number, number>;
  readonly total: number;
}

const unigramShare = 0.4;
const pairShare = 0.6;

/** Every term weighs the same: for texts whose words were not counted in the corpus. */
export const equalWeight = (): number => 1;

/** @param terms In order, with repeats. @param weightOf Positive; only the ratios matter. */
export const weighTerms = (
  terms: readonly string[],
  weightOf: (term: string) => number,
): WeightedTerms => {
  const distinct = [...new Set(terms)];
  const indexOf = new Map(distinct.map((term, index) => [term, index]));
  const weights = distinct.map(weightOf);
  const unigrams = distinct.map(() => 0);
  const pairs = new Map<number, number>();
  let total = 0;
  let previous: number | undefined;
  for (const term of terms) {
    const index = indexOf.get(term) ?? 0;
    const weight = weights[index] ?? 0;
    unigrams[index] = (unigrams[index] ?? 0) + unigramShare * weight;
    total += unigramShare * weight;
    if (previous !== undefined) {
      const worth = pairShare * Math.max(weights[previous] ?? 0, weight);
      const pair = previous * distinct.length + index;
      pairs.set(pair, (pairs.get(pair) ?? 0) + worth);
      total += worth;
    }
    previous = index;
  }
  return { indexOf, unigrams, pairs, total };
};

/**
 * The share of the question's weight that is found in the passage, 0 to 1; 0 for a question without terms. A pair counts where its words are neighbours
 * in the passage too. Not symmetric. Linear in the passage.
 *
 * @param tokens The passage's, in order.
 * @see https://github.com/infiniflow/ragflow `FulltextQueryer.similarity`
 */
export const termSimilarity = (query: WeightedTerms, tokens: readonly string[]): number => {
  if (query.total === 0) return 0;
  const count = query.unigrams.length;
  const found = new Set<number>();
  const foundPairs = new Set<number>();
  let previous: number | undefined;
  for (const token of tokens) {
    const index = query.indexOf.get(token);
    if (index !== undefined) {
      found.add(index);
      if (previous !== undefined && query.pairs.has(previous * count + index))
        foundPairs.add(previous * count + index);
    }
    previous = index;
  }
  let sum = 0;
  for (const index of found) sum += query.unigrams[index] ?? 0;
  for (const pair of foundPairs) sum += query.pairs.get(pair) ?? 0;
  return Math.min(1, sum / query.total);
};
