/** What an answer rests on, in the shape that RAGFlow's clients read. */
import type { Reference, ScoredChunk } from '../../src/domain/reference.ts';

export interface RagflowReference {
  readonly total: number;
  readonly chunks: readonly object[];
  readonly doc_aggs: readonly object[];
}

/** Tokens and vectors never get out. */
export const renderReference = (reference: Reference): RagflowReference => ({
  total: reference.total,
  chunks: reference.chunks.map(renderChunk),
  doc_aggs: reference.documents.map(({ documentName, documentId, count, url }) => ({
    doc_name: documentName,
    doc_id: documentId,
    count,
    ...(url !== undefined && { url }),
  })),
});

const renderChunk = (chunk: ScoredChunk): object => ({
  id: chunk.id,
  content: chunk.text,
  document_id: chunk.documentId,
  document_name: chunk.documentTitle,
  dataset_id: chunk.knowledgeBaseId,
  image_id: '',
  positions: ordinalPositions(chunk.ordinal),
  url: chunk.url ?? null,
  similarity: chunk.similarity,
  vector_similarity: chunk.vectorSimilarity,
  term_similarity: chunk.termSimilarity,
  doc_type: '',
});

/** RAGFlow's `[page, left, right, top, bottom]`, which for text without pages holds only the chunk's ordinal. */
const ordinalPositions = (ordinal: number): readonly (readonly number[])[] => [
  [ordinal + 1, ordinal, ordinal, ordinal, ordinal],
];
