/** Embeds the passages of several documents in one go and writes the documents one by one. */
import type { KnowledgeDocument } from '../domain/chunk.ts';
import { tokenizeChunk } from '../domain/tokens.ts';
import type { ChunkWriter } from '../ports/chunk-writer.ts';
import type { Embedder, Vector } from '../ports/embedder.ts';
import { blendTitle } from './blend-title.ts';
import type { ReadDocument } from './read-document.ts';

/** How many texts go into one call of the embedder; endpoints refuse more than a few hundred. */
const textsPerCall = 64;

/** A document's chunks get their vectors from their text and, a little, from the document's title. */
export const writeDocuments = async (
  { embedder, writer }: { readonly embedder: Embedder; readonly writer: ChunkWriter },
  documents: readonly ReadDocument[],
  options: {
    readonly signal?: AbortSignal;
    readonly onWritten: (document: KnowledgeDocument) => void;
  },
): Promise<void> => {
  const { signal, onWritten } = options;
  const texts = documents.flatMap(({ document, chunks }) => [
    document.title,
    ...chunks.map((chunk) => chunk.text),
  ]);
  const vectors: Vector[] = [];
  for (let at = 0; at < texts.length; at += textsPerCall) {
    const call = texts.slice(at, at + textsPerCall);
    vectors.push(...(await embedder.embed(call, signal === undefined ? {} : { signal })));
  }
  let next = 0;
  for (const { document, chunks } of documents) {
    const [title, ...passages] = vectors.slice(next, next + 1 + chunks.length);
    next += 1 + chunks.length;
    const indexed = chunks.map((chunk, ordinal) => ({
      chunk,
      tokens: tokenizeChunk({ ...chunk, titlePath: chunk.place.titlePath }),
      vector: blendTitle(title, passages[ordinal]),
    }));
    signal?.throwIfAborted();
    await writer.putDocument(document, indexed);
    onWritten(document);
  }
};
