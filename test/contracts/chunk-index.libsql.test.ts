/** The contracts of the chunk index on a libsql file. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe } from 'vitest';
import { openChunkIndex } from '../../src/drivers/libsql/open-chunk-index.ts';
import { describeChunkSearch } from './chunk-search.contract.ts';
import { describeChunkWriter } from './chunk-writer.contract.ts';

const open = async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'footnote-index-'));
  const index = openChunkIndex({ path: path.join(folder, 'chunks.db'), embeddingModel: 'test' });
  return {
    index,
    dispose: async () => {
      await index.close();
      await rm(folder, { recursive: true });
    },
  };
};

describe('the chunk index in a libsql file', () => {
  describe('writes', () => describeChunkWriter(open));
  describe('finds', () => describeChunkSearch(open));
});
