/** The chat model's contract on the OpenAI driver. */
import { describe } from 'vitest';
import { createOpenAiChatModel } from '../../src/drivers/openai/openai-chat-model.ts';
import { createFakeClock } from '../fakes/fake-clock.ts';
import { startFakeOpenAi } from '../fakes/openai/start-fake-open-ai.ts';
import { createRecordingLog } from '../fakes/recording-log.ts';
import { describeChatModel } from './chat-model.contract.ts';

describe('the OpenAI chat model', () => {
  describeChatModel(async () => {
    const server = await startFakeOpenAi({ answer: 'Everybody has 28 days of leave [ID:0].' });
    const model = createOpenAiChatModel({
      baseUrl: server.baseUrl,
      model: 'fake-chat',
      contextTokens: 8_192,
      maxOutputTokens: 512,
      clock: createFakeClock(),
      log: createRecordingLog(),
    });
    const request = {
      messages: [{ role: 'user', content: 'How much leave do I have?' } as const],
      maxOutputTokens: 64,
    };
    return { model, request, close: () => server.close() };
  });
});
