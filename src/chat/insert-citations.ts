/** Cites for a model that did not: each sentence gets the passages that it is most like. */
import { mark } from './repair-citations.ts';
import type { SentencePiece } from './split-sentences.ts';

/** RAGFlow's schedule, 0.63 · 0.8ⁿ above 0.3: the first threshold at which any sentence is cited counts for all. */
const thresholds = [0.63, 0.504, 0.4032, 0.32256] as const;
/** A sentence cites every passage that comes this close to its best one. */
const closeness = 0.99;
const maxPerSentence = 4;

/**
 * The pieces joined, with ` [ID:n]` behind each sentence that is like enough to a passage: best first, at most four, every passage once in the answer.
 *
 * @param similarities Of each piece to each passage, 0 to 1; what it holds for pieces that are not citable is not looked at.
 * @see https://github.com/infiniflow/ragflow `Dealer.insert_citations`
 */
export const insertCitations = (
  pieces: readonly SentencePiece[],
  similarities: readonly (readonly number[])[],
): string => {
  const best = pieces.map((piece, index) =>
    piece.citable ? closeness * Math.max(0, ...(similarities[index] ?? [])) : 0,
  );
  const threshold = thresholds.find((value) => best.some((score) => score >= value));
  if (threshold === undefined) return pieces.map((piece) => piece.text).join('');
  const cited = new Set<number>();
  return pieces
    .map((piece, index) => {
      const limit = best[index] ?? 0;
      if (limit < threshold) return piece.text;
      const fresh = closest(similarities[index] ?? [], limit).filter((n) => !cited.has(n));
      for (const n of fresh) cited.add(n);
      return fresh.length === 0 ? piece.text : withMarks(piece.text, fresh.map(mark).join(' '));
    })
    .join('');
};

const closest = (scores: readonly number[], limit: number): readonly number[] =>
  scores
    .map((score, n) => ({ score, n }))
    .filter(({ score }) => score > limit)
    .sort((a, b) => b.score - a.score || a.n - b.n)
    .slice(0, maxPerSentence)
    .map(({ n }) => n);

/** Behind a table the marks stand in a paragraph of their own: on its last row they would be a cell that no renderer shows. */
const withMarks = (text: string, marks: string): string => {
  const trimmed = text.trimEnd();
  return trimmed.endsWith('|')
    ? `${trimmed}\n\n${marks}${text.slice(trimmed.length)}`
    : `${text} ${marks}`;
};
