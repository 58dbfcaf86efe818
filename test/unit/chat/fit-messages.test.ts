import { describe, expect, it } from 'vitest';
import { fitMessages } from '../../../src/chat/fit-messages.ts';
import type { Message } from '../../../src/domain/message.ts';

const countTokens = (text: string): number =>
  text.split(/\s+/).filter((word) => word !== '').length;
const say = (role: Message['role'], words: number): Message => ({
  role,
  content: 'w '.repeat(words).trim(),
});
const sizes = (messages: readonly Message[], budgetTokens = 10, overheadTokens = 0) =>
  fitMessages(messages, { budgetTokens, overheadTokens, countTokens }).map(
    ({ role, content }) => `${role} ${countTokens(content)}`,
  );

describe('fitted messages', () => {
  /** Golden vectors G3, the HEAD column: words as tokens, budget 10. */
  it.each([
    [
      [say('system', 3), say('user', 3)],
      ['system 3', 'user 3'],
    ],
    [
      [say('system', 5), say('user', 5)],
      ['system 5', 'user 5'],
    ],
    [
      [say('system', 3), say('user', 5), say('assistant', 5), say('user', 3)],
      ['system 3', 'user 3'],
    ],
    [
      [say('system', 18), say('user', 2)],
      ['system 8', 'user 2'],
    ],
    [
      [say('system', 3), say('user', 17)],
      ['system 3', 'user 7'],
    ],
    [
      [say('system', 3), say('user', 8)],
      ['system 3', 'user 7'],
    ],
  ])('%#: keep what RAGFlow’s newer cut keeps', (messages, kept) => {
    expect(sizes(messages)).toEqual(kept);
  });

  const thread = [
    say('system', 2),
    say('user', 1),
    say('assistant', 2),
    say('user', 3),
    say('assistant', 4),
    say('user', 2),
  ];

  it.each([
    [14, ['system 2', 'user 1', 'assistant 2', 'user 3', 'assistant 4', 'user 2']],
    [13, ['system 2', 'user 3', 'assistant 4', 'user 2']],
    [10, ['system 2', 'user 2']],
  ])('lose the oldest exchange first (budget %i)', (budget, kept) => {
    expect(sizes(thread, budget)).toEqual(kept);
  });

  it('count what the chat format adds to each message', () => {
    expect(sizes(thread, 14 + 6 * 4, 4)).toHaveLength(6);
    expect(sizes(thread, 14 + 6 * 4 - 1, 4)).toHaveLength(4);
  });

  it('are never cut through a character', () => {
    const perUnit = (text: string): number => text.length;
    const [, last] = fitMessages(
      [
        { role: 'system', content: '' },
        { role: 'user', content: '😀😀😀' },
      ],
      { budgetTokens: 3, overheadTokens: 0, countTokens: perUnit },
    );
    expect(last?.content).toBe('😀');
  });
});
