/** Finds a question's candidates by words and by vector, with the numbers for IDF. */
import type { KnowledgeBaseId } from '../../domain/ids.ts';
import type { ChunkQuery, ChunkSearch } from '../../ports/chunk-search.ts';
import type { Database } from './database.ts';
import { loadCandidates } from './load-candidates.ts';
import { searchVectors } from './search-vectors.ts';
import { countFrequency, searchWords } from './search-words.ts';
import { marks } from './stored-forms.ts';

/**
 * As many of each search go on to the ranking, however large `topK` is: RAGFlow ranks a window of 64 to 100 of its 1,024 candidates. Reading a candidate with its
 * terms costs 0.03 ms, so this bounds the time.
 */
const maxFromEachSearch = 64;

/** Must run inside a snapshot. A knowledge base that was never filled holds nothing. */
export const findCandidates = (
  database: Database,
  query: ChunkQuery & { readonly embeddingModel: string },
): Awaited<ReturnType<ChunkSearch['findCandidates']>> => {
  const { topK, embeddingModel, vector } = query;
  const limit = Math.min(topK, maxFromEachSearch);
  const kbs = knowledgeBaseNumbers(database, query.knowledgeBaseIds);
  const chunkFrequency = countFrequency(database, { kbs, terms: query.terms });
  const found = new Set([
    ...searchWords(database, { kbs, frequency: chunkFrequency, limit }),
    ...searchVectors(database, { kbs, embeddingModel, vector, shortlist: topK, limit }),
  ]);
  return {
    candidates: loadCandidates(database, [...found], embeddingModel),
    chunkCount: countChunks(database, kbs),
    chunkFrequency,
  };
};

/** The numbers that stand for the knowledge bases in the index; those that it does not know are left out. */
export const knowledgeBaseNumbers = (
  database: Database,
  ids: readonly KnowledgeBaseId[],
): readonly number[] =>
  database
    .all<{ num: number }>(
      'SELECT k.num FROM json_each(?) wanted JOIN knowledge_bases k ON k.id = wanted.value',
      [JSON.stringify([...new Set(ids)])],
    )
    .map((row) => row.num);

const countChunks = (database: Database, kbs: readonly number[]): number =>
  database.all<{ count: number }>(
    `SELECT count(*) AS count FROM chunks WHERE kb IN (${marks(kbs)})`,
    kbs,
  )[0]?.count ?? 0;
