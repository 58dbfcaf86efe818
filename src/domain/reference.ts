/** What an answer rests on. `[ID:n]` in an answer points at `chunks[n]`. */
import type { Chunk } from './chunk.ts';
import type { DocumentId } from './ids.ts';

/** A chunk with the scores that ranked it; all three are 0 to 1, as RAGFlow reports them. */
export interface ScoredChunk extends Chunk {
  readonly similarity: number;
  readonly termSimilarity: number;
  /** 0 when the chunk or the question has no vector. */
  readonly vectorSimilarity: number;
}

/** How many chunks of a document an answer rests on. */
export interface DocumentAggregate {
  readonly documentId: DocumentId;
  readonly documentName: string;
  readonly count: number;
  readonly url?: string;
}

export interface Reference {
  /** Candidates above the threshold, at least `chunks.length`. */
  readonly total: number;
  /** In the order in which the model saw them; never pruned or renumbered. */
  readonly chunks: readonly ScoredChunk[];
  /** Grouped by document id, most chunks first; of the cited documents, or of all when none is cited. */
  readonly documents: readonly DocumentAggregate[];
}

/** Nothing was retrieved. */
export const emptyReference: Reference = { total: 0, chunks: [], documents: [] };
