/** The embedder's contract on the fake. */
import { describe } from 'vitest';
import { createFakeEmbedder } from '../fakes/fake-embedder.ts';
import { describeEmbedder } from './embedder.contract.ts';

describe('the fake embedder', () => {
  describeEmbedder(async () => ({
    embedder: createFakeEmbedder(['leave', 'holiday', 'printer']),
  }));
});
