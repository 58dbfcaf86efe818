/** A chunk index in memory, exact and slow: what a driver's index is compared with. */
import type { KnowledgeDocument } from '../../src/domain/chunk.ts';
import type { DocumentId } from '../../src/domain/ids.ts';
import type { ChunkSearch } from '../../src/ports/chunk-search.ts';
import type { ChunkWriter, IndexedChunk } from '../../src/ports/chunk-writer.ts';
import type { Vector } from '../../src/ports/embedder.ts';

export interface FakeChunkIndex extends ChunkSearch, ChunkWriter {
  /** In the order in which the documents were put. */
  chunks(): readonly IndexedChunk[];
}

export const createFakeChunkIndex = (): FakeChunkIndex => {
  const entries = new Map<
    DocumentId,
    { readonly document: KnowledgeDocument; readonly chunks: readonly IndexedChunk[] }
  >();
  const allChunks = () => [...entries.values()].flatMap(({ chunks }) => chunks);

  return {
    chunks: allChunks,
    listDocuments: async (knowledgeBaseId) =>
      [...entries.values()]
        .map(({ document }) => document)
        .filter((document) => document.knowledgeBaseId === knowledgeBaseId),
    putDocument: async (document, chunks) => {
      entries.delete(document.id);
      entries.set(document.id, { document, chunks });
    },
    removeDocument: async (id) => {
      entries.delete(id);
    },
    findCandidates: async ({ knowledgeBaseIds, terms, vector, topK }, { signal } = {}) => {
      signal?.throwIfAborted();
      const within = allChunks().filter(({ chunk }) =>
        knowledgeBaseIds.includes(chunk.knowledgeBaseId),
      );
      const sharedTerms = ({ tokens }: IndexedChunk): number =>
        new Set(tokens.filter((token) => terms.includes(token))).size;
      const words = best(within, sharedTerms, topK);
      const nearest = best(within, (chunk) => similarity(chunk.vector, vector), topK);
      return {
        candidates: [...new Set([...words, ...nearest])],
        chunkCount: within.length,
        chunkFrequency: new Map(
          terms.map((term) => [term, within.filter(({ tokens }) => tokens.includes(term)).length]),
        ),
      };
    },
    close: async () => {},
  };
};

/** Those with a score above 0, the highest first. */
const best = (
  chunks: readonly IndexedChunk[],
  scoreOf: (chunk: IndexedChunk) => number,
  limit: number,
): readonly IndexedChunk[] =>
  chunks
    .map((chunk) => ({ chunk, score: scoreOf(chunk) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score)
    .slice(0, limit)
    .map(({ chunk }) => chunk);

/** Above 0 for any two vectors, so that the farthest counts too. */
const similarity = (left: Vector, right: Vector): number =>
  left === undefined || right === undefined || left.length !== right.length
    ? 0
    : 2 + left.reduce((sum, value, at) => sum + value * (right[at] ?? 0), 0);
