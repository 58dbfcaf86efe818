/** Makes of what the model wrote the answer that is stored and delivered: repaired or inserted citations, no foreign links, the documents it rests on. */
import type { Unfinished } from '../domain/chat-event.ts';
import { emptyReference, type Reference } from '../domain/reference.ts';
import { tokenize } from '../domain/tokens.ts';
import type { Vector } from '../ports/embedder.ts';
import { cosine, weightedScore } from './cosine.ts';
import { countDocuments } from './count-documents.ts';
import type { RankedChunk, Ranking } from './fuse-candidates.ts';
import { insertCitations } from './insert-citations.ts';
import { citedNumbers, repairCitations } from './repair-citations.ts';
import { linksOf, safeLinks } from './safe-links.ts';
import { type SentencePiece, splitSentences } from './split-sentences.ts';
import { equalWeight, termSimilarity, weighTerms } from './term-similarity.ts';

export interface DecorateRequest {
  /** Whether answers carry citations at all. */
  readonly quote: boolean;
  /** The passages that the model saw, and how many there were. */
  readonly shown: Ranking;
  readonly vectorSimilarityWeight: number;
  readonly unfinished: Unfinished | undefined;
  /** One vector per text; only asked when citations are to be inserted. */
  readonly embed: (texts: readonly string[]) => Promise<readonly Vector[]>;
}

/** Links survive when a cited passage has them, so none does in an answer that cites nothing. */
export const decorateAnswer = async (
  written: string,
  request: DecorateRequest,
): Promise<{ readonly answer: string; readonly reference: Reference }> => {
  const passages = request.shown.ranked;
  const chunks = passages.map(({ chunk }) => chunk);
  const whole = request.unfinished === undefined ? written : withoutHalfMark(written);
  if (!request.quote || passages.length === 0) {
    const plain = repairCitations(whole, []);
    return { answer: safeLinks(plain, linksOf(chunks)).trim(), reference: emptyReference };
  }
  const repaired = repairCitations(whole, chunks);
  const marked = citedNumbers(repaired).size > 0 ? repaired : await cite(repaired, request);
  const cited = citedNumbers(marked);
  const sources = chunks.filter((_, n) => cited.has(n));
  return {
    answer: safeLinks(marked, linksOf(sources)).trim(),
    reference: {
      total: request.shown.total,
      chunks,
      documents: countDocuments(chunks, cited),
    },
  };
};

/** A citation that the end of the stream cut through. */
const withoutHalfMark = (text: string): string =>
  text.replace(/[ \t]{0,3}\[(?:I(?:D(?::[ \t]?\d{0,3})?)?)?$/, '');

/** One call of the embedder for all sentences. */
const cite = async (answer: string, request: DecorateRequest): Promise<string> => {
  const pieces = splitSentences(answer);
  const sentences = pieces.filter((piece) => piece.citable);
  if (sentences.length === 0) return answer;
  const vectors = await request.embed(sentences.map((piece) => piece.text.trim()));
  const vectorOf = new Map<SentencePiece, Vector>();
  for (const [index, piece] of sentences.entries()) vectorOf.set(piece, vectors[index]);
  const similarities = pieces.map((piece) =>
    piece.citable
      ? likeness(
          { text: piece.text, vector: vectorOf.get(piece) },
          { passages: request.shown.ranked, weight: request.vectorSimilarityWeight },
        )
      : [],
  );
  return insertCitations(pieces, similarities);
};

const likeness = (
  sentence: { readonly text: string; readonly vector: Vector },
  { passages, weight }: { readonly passages: readonly RankedChunk[]; readonly weight: number },
): readonly number[] => {
  const terms = weighTerms(tokenize(sentence.text), equalWeight);
  return passages.map(({ tokens, vector }) =>
    weightedScore(
      { term: termSimilarity(terms, tokens), cosine: cosine(sentence.vector, vector) },
      weight,
    ),
  );
};
