/** The chunk index in one libsql file: words by FTS5, vectors by a 1-bit shortlist. One process writes, any number reads. */
import type { ChunkSearch } from '../../ports/chunk-search.ts';
import type { ChunkWriter } from '../../ports/chunk-writer.ts';
import { chunkMigrations } from './chunk-schema.ts';
import { createChunkWriter } from './chunk-writer.ts';
import { openDatabase } from './database.ts';
import { findCandidates } from './find-candidates.ts';
import { createTakeTurns } from './take-turns.ts';

export interface ChunkIndexOptions {
  /** Of the file; its folder must exist. */
  readonly path: string;
  /** `Embedder.model`: vectors of other models stay in the file but are not compared. */
  readonly embeddingModel: string;
}

/**
 * Throws `store_unavailable` when the file cannot be used.
 *
 * A search is synchronous and holds the event loop: at 20,000 chunks of 512 dimensions each of its queries takes under 10 ms of one core, together about 25. Of
 * many at once each waits for a turn of the loop, so that other work goes on between them; a busy loop makes them wait for one another.
 * Figures: `bench/index-latency.ts`.
 */
export const openChunkIndex = ({
  path,
  embeddingModel,
}: ChunkIndexOptions): ChunkSearch & ChunkWriter => {
  const database = openDatabase(path, chunkMigrations);
  const takeTurns = createTakeTurns();
  return {
    ...createChunkWriter(database, embeddingModel),
    findCandidates: async (query, { signal } = {}) => {
      signal?.throwIfAborted();
      return takeTurns(() => {
        signal?.throwIfAborted();
        return database.snapshot(() => findCandidates(database, { ...query, embeddingModel }));
      });
    },
    close: () => takeTurns(() => database.close()),
  };
};
