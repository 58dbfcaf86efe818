/** The search by vector: a shortlist by the sign of each dimension, then exactly. */
import type { Vector } from '../../ports/embedder.ts';
import type { Database } from './database.ts';
import { blobOf, marks } from './stored-forms.ts';

export interface VectorSearch {
  readonly kbs: readonly number[];
  readonly embeddingModel: string;
  readonly vector: Float32Array;
}

/** The shortlist is at least this long, however few are wanted. Its recall against the exact scan: `bench/index-latency.ts`. */
const minShortlist = 256;

/** The numbers of the nearest chunks by cosine, nearest first. Empty without a vector, or when no chunk has one of this model and length. */
export const searchVectors = (
  database: Database,
  search: Omit<VectorSearch, 'vector'> & {
    readonly vector: Vector;
    readonly shortlist: number;
    readonly limit: number;
  },
): readonly number[] => {
  const { vector, limit } = search;
  if (vector === undefined) return [];
  const length = Math.max(search.shortlist, minShortlist);
  const shortlist = shortlistVectors(database, { ...search, vector, limit: length });
  return nearestVectors(database, shortlist, { vector, limit });
};

/** By Hamming distance of the signs, from the index alone. */
export const shortlistVectors = (
  database: Database,
  search: VectorSearch & { readonly limit: number },
): readonly number[] => {
  const [model] = database.all<{ num: number }>(
    'SELECT num FROM embedding_models WHERE name = ? AND dimensions = ?',
    [search.embeddingModel, search.vector.length],
  );
  if (model === undefined) return [];
  return database
    .all<{ chunk: number }>(
      `SELECT chunk FROM vectors WHERE kb IN (${marks(search.kbs)}) AND model = ?
       ORDER BY vector_distance_cos(bits, vector1bit(?)) LIMIT ?`,
      [...search.kbs, model.num, blobOf(search.vector), search.limit],
    )
    .map((row) => row.chunk);
};

/** Of these chunks, by the exact cosine. */
export const nearestVectors = (
  database: Database,
  chunks: readonly number[],
  search: { readonly vector: Float32Array; readonly limit: number },
): readonly number[] =>
  database
    .all<{ chunk: number }>(
      `SELECT v.chunk FROM json_each(?) listed JOIN vectors v ON v.chunk = listed.value
       ORDER BY vector_distance_cos(v.full, ?) LIMIT ?`,
      [JSON.stringify(chunks), blobOf(search.vector), search.limit],
    )
    .map((row) => row.chunk);
