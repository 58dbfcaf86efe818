/** Says which documents an answer rests on. */
import type { DocumentAggregate, ScoredChunk } from '../domain/reference.ts';

/** The documents of the cited chunks, of all when none is cited; most chunks first, then in the order of the chunks. The link is that of the first of them. */
export const countDocuments = (
  chunks: readonly ScoredChunk[],
  cited: ReadonlySet<number>,
): readonly DocumentAggregate[] => {
  const used = chunks.filter((_, n) => cited.size === 0 || cited.has(n));
  const documents = new Map<string, DocumentAggregate>();
  for (const { documentId, documentTitle, url } of used) {
    const known = documents.get(documentId);
    documents.set(
      documentId,
      known === undefined
        ? {
            documentId,
            documentName: documentTitle,
            count: 1,
            ...(url === undefined ? {} : { url }),
          }
        : { ...known, count: known.count + 1 },
    );
  }
  return [...documents.values()].sort((a, b) => b.count - a.count);
};
