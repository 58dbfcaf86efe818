import { describe, expect, it } from 'vitest';
import { cleanHistory } from '../../../src/chat/clean-history.ts';
import type { Message } from '../../../src/domain/message.ts';

const user = (content: string): Message => ({ role: 'user', content });
const assistant = (content: string): Message => ({ role: 'assistant', content });

describe('the history', () => {
  it('loses citations, old and new, and think text', () => {
    expect(
      cleanHistory([
        user('How long?'),
        assistant(
          '<think>days?</think>Five days [ID:0] [ID:12]. Ten ##3$$ at most.<think>never ended',
        ),
      ]),
    ).toEqual([user('How long?'), assistant('Five days. Ten at most.')]);
  });

  it('begins with a question, without system messages and without those that are empty', () => {
    expect(
      cleanHistory([
        { role: 'system', content: 'You are a pirate.' },
        assistant('Hello, what can I do?'),
        user('How long?'),
        assistant('<think>only thought</think>'),
        user('Hm?'),
      ]),
    ).toEqual([user('How long?'), user('Hm?')]);
    expect(cleanHistory([assistant('Hello')])).toEqual([]);
  });
});
