/** A chunk index in memory: finds every chunk that shares a term or has a vector. */
import type { Chunk } from '../../src/domain/chunk.ts';
import { BotError, type ErrorCode } from '../../src/domain/errors.ts';
import { tokenizeChunk } from '../../src/domain/tokens.ts';
import type { Candidate, ChunkQuery, ChunkSearch } from '../../src/ports/chunk-search.ts';
import type { Vector } from '../../src/ports/embedder.ts';

export interface FakeChunkSearch extends ChunkSearch {
  /** Every query in order. */
  readonly queries: readonly ChunkQuery[];
  fail(code: ErrorCode): void;
}

/** @param chunks With the vectors of those that have one. */
export const createFakeChunkSearch = (
  chunks: readonly { readonly chunk: Chunk; readonly vector?: Vector }[] = [],
): FakeChunkSearch => {
  const queries: ChunkQuery[] = [];
  let failure: ErrorCode | undefined;
  const candidates: readonly Candidate[] = chunks.map(({ chunk, vector }) => ({
    chunk,
    vector,
    tokens: tokenizeChunk({
      documentTitle: chunk.documentTitle,
      titlePath: chunk.place.titlePath,
      text: chunk.text,
    }),
  }));

  return {
    queries,
    fail: (code) => {
      failure = code;
    },
    findCandidates: async (query, { signal } = {}) => {
      signal?.throwIfAborted();
      queries.push(query);
      if (failure !== undefined) throw new BotError(failure);
      const within = candidates.filter(({ chunk }) =>
        query.knowledgeBaseIds.includes(chunk.knowledgeBaseId),
      );
      const byWords = within
        .filter(({ tokens }) => query.terms.some((term) => tokens.includes(term)))
        .slice(0, query.topK);
      const byVectors =
        query.vector === undefined
          ? []
          : within.filter(({ vector }) => vector !== undefined).slice(0, query.topK);
      const frequency = (term: string): number =>
        within.filter(({ tokens }) => tokens.includes(term)).length;
      return {
        candidates: [...new Set([...byWords, ...byVectors])],
        chunkCount: within.length,
        chunkFrequency: new Map(query.terms.map((term) => [term, frequency(term)])),
      };
    },
  };
};
