/** The chat model's contract on the quote model. */
import { describe } from 'vitest';
import { createQuoteModel } from '../../src/drivers/quote-model/quote-model.ts';
import { buildChunk } from '../fakes/build.ts';
import { createFakeEmbedder } from '../fakes/fake-embedder.ts';
import { createRecordingLog } from '../fakes/recording-log.ts';
import { describeChatModel } from './chat-model.contract.ts';

describe('the quote model', () => {
  describeChatModel(async () => ({
    model: createQuoteModel({
      embedder: createFakeEmbedder(['leave']),
      log: createRecordingLog(),
    }),
    request: {
      messages: [],
      maxOutputTokens: 64,
      grounding: { question: 'How many days of leave?', chunks: [buildChunk()] },
    },
  }));
});
