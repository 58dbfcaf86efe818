/** The embedder's contract on the model that npm ships. */
import { describe } from 'vitest';
import { createLocalEmbedder } from '../../src/drivers/local-embedder/local-embedder.ts';
import { describeEmbedder } from './embedder.contract.ts';

describe('the local embedder', () => {
  const embedder = createLocalEmbedder();
  describeEmbedder(async () => ({ embedder }));
});
