/** The embedder's contract on the OpenAI driver. */
import { describe } from 'vitest';
import { createOpenAiEmbedder } from '../../src/drivers/openai/openai-embedder.ts';
import { createFakeClock } from '../fakes/fake-clock.ts';
import { startFakeOpenAi } from '../fakes/openai/start-fake-open-ai.ts';
import { describeEmbedder } from './embedder.contract.ts';

describe('the OpenAI embedder', () => {
  describeEmbedder(async () => {
    const server = await startFakeOpenAi();
    const embedder = createOpenAiEmbedder({
      baseUrl: server.baseUrl,
      model: 'fake-embedding',
      clock: createFakeClock(),
    });
    return { embedder, close: () => server.close() };
  });
});
