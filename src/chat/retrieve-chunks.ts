/** Finds the passages that a question is answered from. */
import { type Audience, mayRead } from '../domain/audience.ts';
import type { Dialog } from '../domain/dialog.ts';
import { rejectOnAbort } from '../domain/reject-on-abort.ts';
import type { ChunkSearch } from '../ports/chunk-search.ts';
import type { DialogStore } from '../ports/dialog-store.ts';
import { type EmbedWithinDeps, embedWithin } from './embed-within.ts';
import { fuseCandidates, type Ranking } from './fuse-candidates.ts';
import { queryTerms } from './query-terms.ts';

export interface RetrieveChunksDeps extends EmbedWithinDeps {
  readonly search: ChunkSearch;
  readonly dialogs: DialogStore;
}

export const nothingFound: Ranking = { ranked: [], total: 0 };

/**
 * Looks only into the dialog's knowledge bases that the audience may read; without any it finds nothing. Goes on by words when the embedder fails.
 * Throws `store_unavailable`. One embedding, one search.
 */
export const retrieveChunks = async (
  deps: RetrieveChunksDeps,
  request: {
    readonly dialog: Dialog;
    readonly question: string;
    readonly audience: Audience;
    readonly signal: AbortSignal;
  },
): Promise<Ranking> => {
  const { dialog, question, audience, signal } = request;
  const [knowledgeBases, [vector]] = await Promise.all([
    rejectOnAbort(deps.dialogs.listKnowledgeBases(dialog), signal),
    embedWithin(deps, { texts: [question], signal }),
  ]);
  const knowledgeBaseIds = knowledgeBases
    .filter((base) => mayRead(audience, base.audience))
    .map((base) => base.id);
  const terms = queryTerms(question);
  if (knowledgeBaseIds.length === 0 || (terms.length === 0 && vector === undefined))
    return nothingFound;
  const query = { knowledgeBaseIds, terms: [...new Set(terms)], vector, topK: dialog.topK };
  const found = await rejectOnAbort(deps.search.findCandidates(query, { signal }), signal);
  return fuseCandidates(found, {
    terms,
    vector,
    similarityThreshold: dialog.similarityThreshold,
    vectorSimilarityWeight: dialog.vectorSimilarityWeight,
    topN: dialog.topN,
  });
};
