/** Compares meanings. */
import type { Vector } from '../ports/embedder.ts';

/**
 * Cosine of two unit vectors, 0 to 1 (opposites are as unlike as strangers). Undefined when one is missing or they have different lengths, as after a change
 * of the model: nothing is known then, which is not the same as 0.
 */
export const cosine = (left: Vector, right: Vector): number | undefined => {
  if (left === undefined || right === undefined || left.length !== right.length) return undefined;
  let sum = 0;
  for (let at = 0; at < left.length; at += 1) sum += (left[at] ?? 0) * (right[at] ?? 0);
  return Math.min(1, Math.max(0, sum));
};

/** RAGFlow's weighted score; the term score alone where there is no cosine. */
export const weightedScore = (
  score: { readonly term: number; readonly cosine: number | undefined },
  vectorWeight: number,
): number =>
  score.cosine === undefined
    ? score.term
    : (1 - vectorWeight) * score.term + vectorWeight * score.cosine;
