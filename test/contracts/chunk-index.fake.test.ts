/** The contracts of the chunk index on the fake that tests use. */
import { describe } from 'vitest';
import { createFakeChunkIndex } from '../fakes/fake-chunk-index.ts';
import { describeChunkSearch } from './chunk-search.contract.ts';
import { describeChunkWriter } from './chunk-writer.contract.ts';

const open = async () => {
  const index = createFakeChunkIndex();
  return { index, dispose: () => index.close() };
};

describe('the fake chunk index', () => {
  describe('writes', () => describeChunkWriter(open));
  describe('finds', () => describeChunkSearch(open));
});
