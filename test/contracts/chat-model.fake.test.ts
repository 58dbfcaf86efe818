/** The chat model's contract on the fake. */
import { describe } from 'vitest';
import { createFakeChatModel } from '../fakes/fake-chat-model.ts';
import { describeChatModel } from './chat-model.contract.ts';

describe('the fake chat model', () => {
  describeChatModel(async () => {
    const model = createFakeChatModel();
    const reply = ['28 days', ' of leave', ' [ID:0].'];
    model.reply(reply, reply, reply, reply);
    return { model, request: { messages: [{ role: 'user', content: '?' }], maxOutputTokens: 64 } };
  });
});
