/** Ranks what words and vectors found, together, by RAGFlow's weighted score. */
import type { ScoredChunk } from '../domain/reference.ts';
import type { Candidate } from '../ports/chunk-search.ts';
import type { Vector } from '../ports/embedder.ts';
import { type CorpusCounts, corpusWeight } from './corpus-weight.ts';
import { cosine, weightedScore } from './cosine.ts';
import { termSimilarity, weighTerms } from './term-similarity.ts';

/** A candidate with its scores; vector and tokens are kept for citing. */
export interface RankedChunk {
  readonly chunk: ScoredChunk;
  readonly vector: Vector;
  readonly tokens: readonly string[];
}

export interface Ranking {
  /** Best first, at most `topN`. */
  readonly ranked: readonly RankedChunk[];
  /** How many candidates reach the threshold. */
  readonly total: number;
}

export interface RankingOptions {
  /** The question's, in order, with repeats. */
  readonly terms: readonly string[];
  readonly vector: Vector;
  readonly similarityThreshold: number;
  readonly vectorSimilarityWeight: number;
  readonly topN: number;
}

/**
 * `similarity = (1 − w) · terms + w · cosine`; where question or chunk has no vector, the terms alone. Below the threshold a candidate is dropped; as in
 * RAGFlow the threshold is not applied when vectors have no weight. Equals keep the order of document and ordinal.
 */
export const fuseCandidates = (
  found: CorpusCounts & { readonly candidates: readonly Candidate[] },
  options: RankingOptions,
): Ranking => {
  const weight = options.vectorSimilarityWeight;
  const query = weighTerms(options.terms, corpusWeight(options.terms, found));
  const scored = found.candidates.map(({ chunk, vector, tokens }): RankedChunk => {
    const term = termSimilarity(query, tokens);
    const meaning = cosine(options.vector, vector);
    const scores = {
      similarity: weightedScore({ term, cosine: meaning }, weight),
      termSimilarity: term,
      vectorSimilarity: meaning ?? 0,
    };
    return { chunk: { ...chunk, ...scores }, vector, tokens };
  });
  const kept = scored.filter(
    ({ chunk }) => weight <= 0 || chunk.similarity >= options.similarityThreshold,
  );
  kept.sort(byScore);
  return { ranked: kept.slice(0, options.topN), total: kept.length };
};

const byScore = ({ chunk: a }: RankedChunk, { chunk: b }: RankedChunk): number =>
  b.similarity - a.similarity ||
  (a.documentId < b.documentId ? -1 : a.documentId > b.documentId ? 1 : a.ordinal - b.ordinal);
