/** Keeps the index in step with the sources. One writer at a time; readers go on meanwhile. Throws `store_unavailable`. */
import type { Chunk, KnowledgeDocument } from '../domain/chunk.ts';
import type { DocumentId, KnowledgeBaseId } from '../domain/ids.ts';
import type { Vector } from './embedder.ts';

export interface IndexedChunk {
  readonly chunk: Chunk;
  /** What the word search sees, as `tokenizeChunk` gives it. */
  readonly tokens: readonly string[];
  readonly vector: Vector;
}

export interface ChunkWriter {
  /** In no order; empty for a knowledge base that was never filled. */
  listDocuments(knowledgeBaseId: KnowledgeBaseId): Promise<readonly KnowledgeDocument[]>;
  /** Replaces the document and all its chunks at once: a reader sees the old or the new, never half. */
  putDocument(document: KnowledgeDocument, chunks: readonly IndexedChunk[]): Promise<void>;
  removeDocument(id: DocumentId): Promise<void>;
  close(): Promise<void>;
}
