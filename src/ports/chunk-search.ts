/** Finds the candidates of a question by words and by vector; ranking is the pipeline's. */
import type { Chunk } from '../domain/chunk.ts';
import type { KnowledgeBaseId } from '../domain/ids.ts';
import type { Vector } from './embedder.ts';

export interface ChunkQuery {
  /** Only chunks of these are looked at, before any shortlist. Empty finds nothing. */
  readonly knowledgeBaseIds: readonly KnowledgeBaseId[];
  /** Tokens of the question as `tokenize` gives them; empty: by vector alone. */
  readonly terms: readonly string[];
  /** Undefined: by words alone. */
  readonly vector: Vector;
  /** At most this many from words and as many from vectors, the best of each; an index that looks at so many may pass on fewer. */
  readonly topK: number;
}

export interface Candidate {
  readonly chunk: Chunk;
  /** As at ingest; undefined when the chunk has none or another model made it. */
  readonly vector: Vector;
  /** What `tokenizeChunk` made of title, headings and text at ingest. */
  readonly tokens: readonly string[];
}

export interface ChunkSearch {
  /**
   * The union of both searches, in no order, without repeats; ends with the numbers for IDF over the same knowledge bases. Throws `store_unavailable`.
   */
  findCandidates(
    query: ChunkQuery,
    options?: { readonly signal?: AbortSignal },
  ): Promise<{
    readonly candidates: readonly Candidate[];
    readonly chunkCount: number;
    /** For each term of the query, in how many chunks it occurs. */
    readonly chunkFrequency: ReadonlyMap<string, number>;
  }>;
}
